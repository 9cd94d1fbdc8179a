import KubernetesAPI

/// `k8sProbe`: asks whether objects of the cluster are present or absent, or creates or deletes them.
struct KubernetesProbe: ProbeEvaluator {
    enum Operation: String, Sendable {
        case present, absent, create, delete
    }

    let name: String
    let type: GroupVersionResource
    /// As written; empty where the inputs name none.
    let namespace: String
    let inputs: ObjectSelection.Inputs
    let operation: Operation
    /// `operation` as its author spelt it.
    let operationText: String
    /// What `create` creates.
    let manifest: JSON
    let client: any APIClient
    /// For objects that need a namespace where the inputs name none.
    let defaultNamespace: String
    let scope: ResourceScope
    let clock: any Clock<Duration>

    init(definition: ProbeDefinition, context: ProbeContext) throws(ProbeFailure) {
        let json = definition.inputs
        name = definition.name
        func required(_ field: String) throws(ProbeFailure) -> String {
            guard let text = json[field].string, !text.isEmpty else {
                throw .unusable(definition.name, "k8sProbe/inputs.\(field) is missing")
            }
            return text
        }
        type = GroupVersionResource(
            group: json["group"].string ?? "", version: try required("version"), resource: try required("resource"))
        namespace = json["namespace"].string ?? ""
        inputs = ObjectSelection.Inputs(
            resourceNames: json["resourceNames"].string ?? "", labelSelector: json["labelSelector"].string ?? "",
            fieldSelector: json["fieldSelector"].string ?? "")
        operationText = try required("operation")
        guard let operation = Operation(rawValue: operationText.lowercased()) else {
            throw .unusable(name, "operation type '\(operationText)' not supported in the k8s probe")
        }
        self.operation = operation
        manifest = operation == .create ? try Self.manifest(definition) : .null
        guard let client = context.client else {
            throw .unusable(name, "no cluster is connected, which a k8sProbe needs")
        }
        self.client = client
        defaultNamespace = context.namespace
        scope = ResourceScope(client: client, type: type)
        clock = context.clock
        if !inputs.hasTemplates { _ = try selection(ProbeTemplate(registers: [:], probeNames: [])) }
    }

    private static func manifest(_ definition: ProbeDefinition) throws(ProbeFailure) -> JSON {
        func malformed(_ reason: String) -> ProbeFailure { .unusable(definition.name, reason) }
        let documents: [JSON]
        do throws(YAMLError) {
            documents = try JSON.documents(yaml: definition.data, source: "data")
        } catch {
            throw malformed("\(error)")
        }
        let need = "the operation create needs the manifest of one object in the probe's data"
        guard documents.count == 1, let object = documents.first else {
            throw malformed("\(need), which holds \(documents.isEmpty ? "none" : "\(documents.count)")")
        }
        guard object.object != nil else { throw malformed("\(need), and its document is no object") }
        for field in ["apiVersion", "kind"] where object[field].string?.isEmpty ?? true {
            throw malformed("the manifest in the probe's data has no \(field)")
        }
        return object
    }

    private func selection(_ template: ProbeTemplate) throws(ProbeFailure) -> ObjectSelection {
        try ObjectSelection(inputs) { text throws(ProbeFailure) in
            try template.render(text, probe: name)
        } malformed: { reason in
            .unusable(name, reason)
        }
    }

    func evaluate(timeout: Duration?, template: ProbeTemplate) async throws(ProbeFailure) -> ProbeEvidence {
        let selection = try selection(template)
        do {
            try await AttemptTimeout.bound(timeout, clock: clock) { try await perform(selection) }
        } catch let failure as ProbeFailure {
            throw failure
        } catch is AttemptTimeout {
            throw .notMet(name, AttemptTimeout.reason)
        } catch is CancellationError {
            throw .aborted(name)
        } catch {
            throw .unusable(name, "\(error)")
        }
        return ProbeEvidence(
            description: "Probe successfully performed the '\(operationText)' operation on the specified Kubernetes "
                + "resource")
    }
}

extension ProbeFailure {
    /// The condition does not hold: verdict Fail.
    fileprivate static func notMet(_ probe: String, _ reason: String) -> ProbeFailure {
        ProbeFailure(code: "K8S_PROBE_FAILURE", reason: reason, probe: probe)
    }

    /// The condition could not be evaluated: verdict Error.
    fileprivate static func unusable(_ probe: String, _ reason: String) -> ProbeFailure {
        ProbeFailure(code: "K8S_PROBE_ERROR", reason: reason, probe: probe)
    }
}

// MARK: - Operations

extension KubernetesProbe {
    private func perform(_ selection: ObjectSelection) async throws {
        switch (operation, selection) {
        case (.create, _): try await create()
        case (.present, .names(let names)): try await requirePresent(names, in: namespaceOfNamed())
        case (.absent, .names(let names)): try await requireAbsent(names, in: namespaceOfNamed())
        case (.delete, .names(let names)):
            let place = try await namespaceOfNamed()
            try await requirePresent(names, in: place)
            for name in names { try await delete(name, in: place) }
        case (.present, .matching(let labels, let fields, let text)):
            let some = try await objects(labels, fields, in: namespace.nilIfEmpty, atLeast: 1)
            guard !some.isEmpty else {
                throw ProbeFailure.notMet(name, "no resource found with provided \(text) selectors")
            }
        case (.absent, .matching(let labels, let fields, let text)):
            let all = try await objects(labels, fields, in: namespace.nilIfEmpty)
            guard all.isEmpty else {
                throw ProbeFailure.notMet(
                    name,
                    "resource with \(text) should not exists, found \(all.count) resources with matching selectors")
            }
        case (.delete, .matching(let labels, let fields, let text)):
            let all = try await objects(labels, fields, in: namespaceOfNamed())
            guard !all.isEmpty else {
                throw ProbeFailure.unusable(name, "no resource found with provided \(text) selectors")
            }
            for object in all {
                let key = ObjectMeta(json: object["metadata"]).key
                try await delete(key.name, in: key.namespace.nilIfEmpty)
            }
        }
    }

    private func requirePresent(_ names: [String], in place: String?) async throws {
        for object in names {
            try await request("get", in: place) {
                _ = try await client.get(type, namespace: place, name: object, subresource: nil)
            } failure: { reason in
                .unusable(name, "unable to get the resources with name \(object), err: \(reason)")
            }
        }
    }

    private func requireAbsent(_ names: [String], in place: String?) async throws {
        for object in names {
            let isPresent = try await request("get", in: place) {
                do {
                    _ = try await client.get(type, namespace: place, name: object, subresource: nil)
                    return true
                } catch let status as Status where status.isNotFound && !KubernetesRequest.isUnknownType(status) {
                    return false
                }
            } failure: { reason in
                .unusable(name, "unable to get the resources with name \(object) from k8s, err: \(reason)")
            }
            guard !isPresent else {
                throw ProbeFailure.notMet(name, "resource '\(object)' exists but it is expected to be absent")
            }
        }
    }

    private func create() async throws {
        let own = ObjectMeta(json: manifest["metadata"]).namespace
        let place = try await namespace(orElse: own.nilIfEmpty ?? defaultNamespace)
        try await request("create", in: place) {
            _ = try await client.create(
                type, namespace: place, name: nil, subresource: nil, object: manifest, options: WriteOptions())
        } failure: { reason in
            .notMet(name, "unable to create the resource, err: \(reason)")
        }
    }

    private func delete(_ object: String, in place: String?) async throws {
        try await request("delete", in: place) {
            do {
                try await client.delete(type, namespace: place, name: object, options: DeleteOptions())
            } catch let status as Status where status.isNotFound && !KubernetesRequest.isUnknownType(status) {
                // It was there a moment ago, and that it goes is what the probe wants.
            }
        } failure: { reason in
            .notMet(name, "unable to delete the resource with name \(object), err: \(reason)")
        }
    }

    /// - Parameter count: reading ends when so many are known.
    private func objects(
        _ labels: LabelSelector, _ fields: FieldSelector, in place: String?, atLeast count: Int = .max
    ) async throws -> [JSON] {
        try await request("list", in: place) {
            var options = ListOptions(labelSelector: labels, fieldSelector: fields, limit: min(count, 500))
            var found: [JSON] = []
            while true {
                let chunk = try await client.list(type, namespace: place, options: options)
                found += chunk.items
                guard found.count < count, let token = chunk.continueToken, !token.isEmpty else { return found }
                options.continueToken = token
            }
        } failure: { reason in
            .unusable(name, "unable to list the resources with matching selector, err: \(reason)")
        }
    }

    /// Where one object of the type is found: nil for types that belong to no namespace.
    private func namespaceOfNamed() async throws -> String? {
        try await namespace(orElse: defaultNamespace)
    }

    private func namespace(orElse fallback: String) async throws -> String? {
        if !namespace.isEmpty { return namespace }
        return try await request("list", in: nil) {
            try await scope.place(in: fallback)
        } failure: { reason in
            .unusable(name, "unable to find the namespace of the resources, err: \(reason)")
        }
    }

    /// Makes a request; what goes wrong becomes a failure of the probe that says what to do.
    private func request<Value: Sendable>(
        _ verb: String, in place: String?, _ body: () async throws -> Value, failure: (String) -> ProbeFailure
    ) async throws -> Value {
        do {
            return try await body()
        } catch {
            try Task.checkCancellation()
            throw failure(KubernetesRequest(verb: verb, type: type, namespace: place).explanation(of: error))
        }
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
