import KubernetesAPI

/// What Prometheus answered to an instant query.
struct PrometheusAnswer: Sendable {
    /// Why there is no value to compare.
    struct NoValue: Error, Sendable, Hashable {
        var reason: String
    }

    /// The HTTP status: code and reason phrase.
    var code: UInt
    var phrase: String
    var body: [UInt8]

    /// The one value of the result, as Prometheus writes it: digits, `NaN`, `+Inf` or `-Inf`; of a string, the string.
    /// - Throws: `NoValue`: the query was refused, or has no or several results.
    func value() throws(NoValue) -> String {
        guard let answer = try? JSON(parsing: body), let status = answer["status"].string else {
            throw NoValue(reason: "the answer is \(code) \(phrase), and none of Prometheus: \(advice)")
        }
        guard status == "success" else {
            let type = answer["errorType"].string ?? status
            throw NoValue(reason: "\(type): \(answer["error"].string ?? "\(code) \(phrase)")")
        }
        let result = answer["data", "result"]
        switch answer["data", "resultType"].string {
        case "vector": return try sample(result.array ?? [])
        case "scalar", "string": return try text(result)
        case let other:
            throw NoValue(
                reason:
                    "the result is a \(other ?? "thing without type"), and not one value: select a moment instead of "
                    + "a range, or put a function such as rate() or max_over_time() around it")
        }
    }

    private var advice: String {
        code == 401 || code == 403
            ? "put the credentials into the endpoint, as in https://USER:PASSWORD@HOST"
            : "check the endpoint; /api/v1/query is added to it"
    }

    private func sample(_ samples: [JSON]) throws(NoValue) -> String {
        guard let sample = samples.first else {
            throw NoValue(reason: "metrics doesn't contains required values: nothing matches the query")
        }
        guard samples.count == 1 else {
            throw NoValue(
                reason: "metrics entries can't be more than two: the query has \(samples.count) results; select one by "
                    + "its labels, or aggregate them, as with sum() or max()")
        }
        guard !sample["value"].isNull else {
            throw NoValue(
                reason: "metrics entries doesn't contains value column: the result is a histogram; put "
                    + "histogram_quantile() or histogram_count() around it")
        }
        return try text(sample["value"])
    }

    /// - Parameter pair: `[time, "value"]`.
    private func text(_ pair: JSON) throws(NoValue) -> String {
        guard let elements = pair.array, elements.count == 2, let text = elements[1].string, !text.isEmpty else {
            throw NoValue(reason: "error while parsing value from derived matrics: \(pair)")
        }
        return text
    }
}
