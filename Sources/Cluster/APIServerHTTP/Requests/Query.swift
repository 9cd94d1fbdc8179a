import KubernetesAPI

/// The parameters of a request's query, and the API's option types read from them. What cannot be understood is a
/// `Status` 400 that names the parameter.
struct Query: Sendable {
    private var parameters: [(name: String, value: String)] = []

    init(_ text: some StringProtocol) {
        guard !text.isEmpty else { return }
        for part in text.split(separator: "&") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pieces.count > 1 ? PercentDecoding.decode(pieces[1], plusIsSpace: true) : ""
            parameters.append((PercentDecoding.decode(pieces[0], plusIsSpace: true), value))
        }
    }

    /// The first value of that name, empty values left out.
    subscript(name: String) -> String? {
        parameters.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    func contains(_ name: String) -> Bool { parameters.contains { $0.name == name } }

    func all(_ name: String) -> [String] {
        parameters.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    /// All values of that name, empty ones too.
    func values(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }

    /// `true`/`1`/empty as true, as the API reads booleans.
    func bool(_ name: String) throws -> Bool {
        guard let parameter = parameters.first(where: { $0.name == name }) else { return false }
        switch parameter.value.lowercased() {
        case "", "true", "1", "t": return true
        case "false", "0", "f": return false
        default: throw invalid(name, "expected true or false")
        }
    }

    func int(_ name: String) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text) else { throw invalid(name, "expected a whole number") }
        return value
    }

    func nonNegative(_ name: String) throws -> Int? {
        guard let value = try int(name) else { return nil }
        guard value >= 0 else { throw invalid(name, "must not be negative") }
        return value
    }

    func invalid(_ name: String, _ why: String) -> Status {
        .badRequest("invalid value \"\(self[name] ?? "")\" of the query parameter \"\(name)\": \(why)")
    }

    private func oneOf(_ name: String, _ values: [String]) throws -> String? {
        guard let text = self[name] else { return nil }
        guard values.contains(text) else {
            throw invalid(name, "expected one of \(values.joined(separator: ", "))")
        }
        return text
    }
}

extension Query {
    var isWatch: Bool {
        get throws { contains("watch") ? try bool("watch") : false }
    }

    func listOptions() throws -> ListOptions {
        guard !parameters.isEmpty else { return ListOptions() }
        var options = ListOptions()
        if let text = self["labelSelector"] { options.labelSelector = try LabelSelector(parsing: text) }
        if let text = self["fieldSelector"] { options.fieldSelector = try FieldSelector(parsing: text) }
        // 0 means no limit, as for kubectl's --chunk-size=0.
        options.limit = try nonNegative("limit").flatMap { $0 == 0 ? nil : $0 }
        options.continueToken = self["continue"]
        options.resourceVersion = self["resourceVersion"] ?? ""
        options.resourceVersionMatch = try oneOf("resourceVersionMatch", ["Exact", "NotOlderThan"])
        options.allowWatchBookmarks = try bool("allowWatchBookmarks")
        options.sendInitialEvents = try bool("sendInitialEvents")
        options.timeoutSeconds = try nonNegative("timeoutSeconds").flatMap { $0 == 0 ? nil : $0 }
        return options
    }

    /// - Parameter userAgent: names the field manager when the request does not, up to its first `/`.
    func writeOptions(userAgent: String?) throws -> WriteOptions {
        let agent = userAgent?.split(separator: "/").first.map(String.init) ?? "unknown"
        guard !parameters.isEmpty else { return WriteOptions(fieldManager: agent) }
        return WriteOptions(
            dryRun: try dryRun(), fieldManager: self["fieldManager"] ?? agent,
            fieldValidation: try oneOf("fieldValidation", ["Ignore", "Warn", "Strict"]) ?? "",
            force: try bool("force"))
    }

    private func dryRun() throws -> Bool {
        let values = all("dryRun")
        guard values.allSatisfy({ $0 == "All" }) else { throw invalid("dryRun", "the only supported value is All") }
        return !values.isEmpty
    }

    /// From the body where there is one, else from the query.
    func deleteOptions(body: JSON?) throws -> DeleteOptions {
        var options = DeleteOptions()
        options.dryRun = try dryRun()
        options.gracePeriodSeconds = try int("gracePeriodSeconds")
        let orphan = self["orphanDependents"].map { $0 == "true" }
        options.propagationPolicy = try policy(self["propagationPolicy"], orphan: orphan)
        guard let body, body.object != nil else { return options }
        let dryRuns = body["dryRun"].strings
        guard dryRuns.allSatisfy({ $0 == "All" }) else {
            throw Status.badRequest("invalid \"dryRun\" of the DeleteOptions: the only supported value is All")
        }
        options.dryRun = options.dryRun || !dryRuns.isEmpty
        options.gracePeriodSeconds = body["gracePeriodSeconds"].int ?? options.gracePeriodSeconds
        options.propagationPolicy =
            try policy(body["propagationPolicy"].string, orphan: body["orphanDependents"].bool)
            ?? options.propagationPolicy
        options.uid = body["preconditions", "uid"].string
        options.resourceVersion = body["preconditions", "resourceVersion"].string
        return options
    }

    private func policy(_ text: String?, orphan: Bool?) throws -> DeleteOptions.PropagationPolicy? {
        guard let text else { return orphan.map { $0 ? .orphan : .background } }
        guard let policy = DeleteOptions.PropagationPolicy(rawValue: text) else {
            throw Status.badRequest(
                "invalid propagationPolicy \"\(text)\": expected one of Orphan, Background, Foreground")
        }
        return policy
    }

    /// A request that names neither output gets both.
    func execOptions() throws -> ExecOptions {
        let namesOutput = contains("stdout") || contains("stderr")
        return ExecOptions(
            command: values("command"), container: self["container"], stdin: try bool("stdin"),
            stdout: try bool("stdout") || !namesOutput, stderr: try bool("stderr") || !namesOutput,
            tty: try bool("tty"))
    }

    func logOptions() throws -> LogOptions {
        LogOptions(
            container: self["container"], follow: try bool("follow"), previous: try bool("previous"),
            timestamps: try bool("timestamps"), tailLines: try nonNegative("tailLines"),
            sinceSeconds: try nonNegative("sinceSeconds"), limitBytes: try nonNegative("limitBytes"))
    }
}
