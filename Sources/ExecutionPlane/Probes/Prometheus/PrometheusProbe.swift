import AsyncHTTPClient
import KubernetesAPI
import NIOCore
import NIOHTTP1

/// `promProbe`: asks Prometheus a query and compares the one value that comes back.
struct PrometheusProbe: ProbeEvaluator {
    enum Source: Sendable, Hashable {
        case query(String)
        /// Read at each attempt, as the file may change during the experiment.
        case file(String)
    }

    let name: String
    let endpoint: PrometheusEndpoint
    let source: Source
    let comparator: Comparator
    let clock: any Clock<Duration>

    /// Bytes of an answer that are read; the one result that is wanted has some hundred.
    static let bodyLimit = 8 << 20

    init(definition: ProbeDefinition, context: ProbeContext) throws(ProbeFailure) {
        let inputs = definition.inputs
        func malformed(_ reason: String) -> ProbeFailure {
            ProbeFailure(code: "PROM_PROBE_ERROR", reason: reason, probe: definition.name)
        }
        name = definition.name
        let address = inputs["endpoint"].string ?? ""
        guard !address.isEmpty else { throw malformed("promProbe/inputs.endpoint is missing") }
        guard let endpoint = PrometheusEndpoint(parsing: address) else {
            throw malformed(
                "promProbe/inputs.endpoint is no address of Prometheus: expected http://HOST:PORT or https://HOST:PORT, "
                    + "with USER:PASSWORD@ before the host where it asks for credentials")
        }
        self.endpoint = endpoint
        if let query = inputs["query"].string, !query.isEmpty {
            source = .query(PrometheusQuery(written: query, environment: context.environment).text)
        } else if let path = inputs["queryPath"].string, !path.isEmpty {
            source = .file(path)
        } else {
            throw malformed("[Probe]: Any one of query or queryPath is required")
        }
        let expected = inputs["comparator", "value"].scalarText
        guard let criteria = inputs["comparator", "criteria"].string, !criteria.isEmpty, !expected.isEmpty else {
            throw malformed("promProbe/inputs.comparator needs criteria and value")
        }
        comparator = Comparator(type: .float, criteria: criteria, expected: expected)
        clock = context.clock
    }

    func evaluate(timeout: Duration?, template: ProbeTemplate) async throws(ProbeFailure) -> ProbeEvidence {
        let query = try query()
        let answer = try await ask(query, timeout: timeout)
        let actual: String
        do throws(PrometheusAnswer.NoValue) {
            actual = try answer.value()
        } catch {
            throw failure("ERROR", "\(error.reason); \(endpoint) was asked: \(query)")
        }
        do throws(Comparator.Failure) {
            try comparator.check(actual)
        } catch {
            switch error {
            case .notMet(let reason): throw failure("FAILURE", reason)
            case .unusable(let reason): throw failure("ERROR", reason)
            }
        }
        return ProbeEvidence(
            description: "Obtained the specified prometheus metrics. Actual value: \(actual). "
                + "Expected value: \(comparator.expected)")
    }

    private func query() throws(ProbeFailure) -> String {
        switch source {
        case .query(let text): return text
        case .file(let path):
            let text: String
            do {
                text = String(decoding: try FileBytes.read(path), as: UTF8.self).trimmingWhitespace
            } catch {
                throw failure("ERROR", "unable to read the query from \(path): \(error)")
            }
            guard !text.isEmpty else { throw failure("ERROR", "the file \(path) of queryPath holds no query") }
            return text
        }
    }

    private func ask(_ query: String, timeout: Duration?) async throws(ProbeFailure) -> PrometheusAnswer {
        var request = HTTPClientRequest(url: endpoint.url(query: query))
        if let authorization = endpoint.authorization {
            request.headers.add(name: "Authorization", value: authorization)
        }
        let exchange = HTTPExchange(timeout: timeout, bodyLimit: Self.bodyLimit)
        do {
            let answer = try await AttemptTimeout.bound(timeout, clock: clock) { [request] in
                try await exchange.send(request)
            }
            return PrometheusAnswer(
                code: answer.status.code, phrase: answer.status.reasonPhrase, body: answer.body)
        } catch {
            throw unanswered(error, isBounded: timeout != nil)
        }
    }

    private func unanswered(_ error: any Error, isBounded: Bool) -> ProbeFailure {
        if Task.isCancelled { return .aborted(name) }
        if error is AttemptTimeout || isBounded && HTTPExchange.isTimeout(error) {
            return failure("FAILURE", AttemptTimeout.reason)
        }
        if error is NIOTooManyBytesError {
            return failure(
                "ERROR",
                "the answer of \(endpoint) is longer than \(Self.bodyLimit) bytes: the query has too many results")
        }
        return failure("ERROR", "unable to query \(endpoint): \(error); check promProbe/inputs.endpoint")
    }

    private func failure(_ kind: String, _ reason: String) -> ProbeFailure {
        ProbeFailure(code: "PROM_PROBE_\(kind)", reason: reason, probe: name)
    }
}
