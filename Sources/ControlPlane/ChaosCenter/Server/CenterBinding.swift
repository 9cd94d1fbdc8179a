import GraphQL

/// Binds the operations to their functions, with everything that is the same for all of them around these: access is
/// checked by the role table, mutations go to the audit log.
struct CenterBinding {
    private(set) var schema = SchemaBinding<CenterContext>()

    // MARK: Operations

    mutating func user<Arguments: Decodable & Sendable, Output: GraphQLOutput>(
        _ operation: CenterOperation, _: Arguments.Type,
        _ body: @escaping @Sendable (UserCall<Arguments>) async throws -> Output
    ) {
        schema.field(operation.rootType, operation.rawValue) { call async throws -> Output in
            try await AuditTrail(call, operation).following { trail in
                try await body(try await Self.userCall(call, operation, trail))
            }
        }
    }

    mutating func agent<Arguments: Decodable & Sendable, Output: GraphQLOutput>(
        _ operation: CenterOperation, _: Arguments.Type,
        _ body: @escaping @Sendable (AgentCall<Arguments>) async throws -> Output
    ) {
        schema.field(operation.rootType, operation.rawValue) { call async throws -> Output in
            try await AuditTrail(call, operation).following { trail in
                try await body(try await Self.agentCall(call, operation, trail))
            }
        }
    }

    mutating func open<Arguments: Decodable & Sendable, Output: GraphQLOutput>(
        _ operation: CenterOperation, _: Arguments.Type,
        _ body: @escaping @Sendable (OpenCall<Arguments>, AuditTrail) async throws -> Output
    ) {
        schema.field(operation.rootType, operation.rawValue) { call async throws -> Output in
            try await AuditTrail(call, operation).following { trail in
                try await body(OpenCall(context: call.context, arguments: try call.arguments(), field: call), trail)
            }
        }
    }

    mutating func userSubscription<Arguments: Decodable & Sendable, Events: AsyncSequence & Sendable>(
        _ operation: CenterOperation, _: Arguments.Type,
        _ body: @escaping @Sendable (UserCall<Arguments>) async throws -> Events
    ) where Events.Element: GraphQLOutput {
        bindEvents(operation) { call in
            let events = try await body(try await Self.userCall(call, operation, nil))
            let gate = Gatekeeper(context: call.context, operation: operation, arguments: call.arguments)
            return AdmittedEvents(events: events) {
                call.context.renew()
                _ = try await gate.admitUser()
            }
        }
    }

    mutating func agentSubscription<Arguments: Decodable & Sendable, Events: AsyncSequence & Sendable>(
        _ operation: CenterOperation, _: Arguments.Type,
        _ body: @escaping @Sendable (AgentCall<Arguments>) async throws -> Events
    ) where Events.Element: GraphQLOutput {
        bindEvents(operation) { call in try await body(try await Self.agentCall(call, operation, nil)) }
    }

    private mutating func bindEvents<Events: AsyncSequence & Sendable>(
        _ operation: CenterOperation, _ body: @escaping @Sendable (FieldCall<CenterContext>) async throws -> Events
    ) where Events.Element: GraphQLOutput {
        schema.subscription(operation.rawValue, body)
    }

    private static func userCall<Arguments: Decodable & Sendable>(
        _ call: FieldCall<CenterContext>, _ operation: CenterOperation, _ trail: AuditTrail?
    ) async throws -> UserCall<Arguments> {
        let gate = Gatekeeper(context: call.context, operation: operation, arguments: call.arguments)
        let admission = try await gate.admitUser()
        try await trail?.begin(admission)
        return UserCall(
            context: call.context, identity: admission.identity, projectID: admission.projectID, role: admission.role,
            arguments: try call.arguments(), field: call)
    }

    private static func agentCall<Arguments: Decodable & Sendable>(
        _ call: FieldCall<CenterContext>, _ operation: CenterOperation, _ trail: AuditTrail?
    ) async throws -> AgentCall<Arguments> {
        let gate = Gatekeeper(context: call.context, operation: operation, arguments: call.arguments)
        let infrastructure = try await gate.admitAgent()
        try await trail?.begin(infrastructure)
        return AgentCall(
            context: call.context, infrastructure: infrastructure, arguments: try call.arguments(), field: call)
    }

    // MARK: Types

    /// A field of a Swift type.
    mutating func field<Parent: Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, of parent: Parent.Type, _ body: @escaping @Sendable (Parent) throws -> Output
    ) {
        schema.field(type, field, of: parent, body)
    }

    /// A field of a Swift type that takes more than the value.
    mutating func field<Parent: Sendable, Output: GraphQLOutput>(
        _ type: String, _ field: String, of parent: Parent.Type,
        _ body: @escaping @Sendable (Parent, FieldCall<CenterContext>) async throws -> Output
    ) {
        schema.field(type, field, of: parent, body)
    }

    /// Fields of a Swift type, all at once.
    mutating func fields<Parent: Sendable>(
        _ type: String, of parent: Parent.Type, _ fields: [(String, @Sendable (Parent) -> any GraphQLOutput)]
    ) {
        for (name, body) in fields {
            schema.field(type, name, of: parent) { (value: Parent) -> ResolvedValue in body(value).resolved }
        }
    }

    /// The fields of the interface `Audit`.
    mutating func audit<Parent: AuditedRecord>(_ type: String, of parent: Parent.Type) {
        fields(
            type, of: parent,
            [
                ("createdAt", { "\($0.createdAt)" }), ("updatedAt", { "\($0.updatedAt)" }),
                ("createdBy", { $0.createdBy }), ("updatedBy", { $0.updatedBy }),
            ])
    }

    /// Values of a type that come from an `Encodable` with these keys.
    mutating func data<Keys: CodingKey & CaseIterable>(_ type: String, keys: Keys.Type) {
        schema.data(type, keys: keys)
    }

    /// A type that no operation gives, but that is part of upstream's schema.
    mutating func unused(_ type: String) { schema.data(type) }
}

/// Events of a subscription, before each of which it is checked anew whether they are for who listens.
private struct AdmittedEvents<Events: AsyncSequence & Sendable>: AsyncSequence, Sendable {
    let events: Events
    let admit: @Sendable () async throws -> Void

    struct Iterator: AsyncIteratorProtocol {
        var events: Events.AsyncIterator
        let admit: @Sendable () async throws -> Void

        mutating func next() async throws -> Events.Element? {
            guard let event = try await events.next() else { return nil }
            try await admit()
            return event
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(events: events.makeAsyncIterator(), admit: admit) }
}

extension CenterOperation {
    var rootType: String {
        switch kind {
        case .query: "Query"
        case .mutation: "Mutation"
        case .subscription: "Subscription"
        }
    }
}
