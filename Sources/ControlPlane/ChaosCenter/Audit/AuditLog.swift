import DocumentStore

/// The mutations of all projects.
struct AuditLog: Sendable {
    static let schema = CollectionSchema("auditLog", indexes: [.fields("project_id", "time"), .fields("time")])

    let events: DocumentCollection<AuditEvent>

    func add(_ event: AuditEvent) async throws { try await events.insert(event) }

    func end(_ event: AuditEvent, _ outcome: AuditEvent.Outcome, _ reason: String?) async throws {
        var update = Update().set("outcome", outcome.rawValue)
        if let reason { update = update.set("reason", reason) }
        try await events.update(.id(event.id), update)
    }

    func page(of projectID: String, _ request: AuditRequest?) async throws -> Page<AuditEvent> {
        var filter: Filter = .eq("project_id", projectID)
        if let operation = request?.filter?.operation { filter = filter && .eq("operation", operation) }
        if let username = request?.filter?.username { filter = filter && .eq("user.username", username) }
        if let range = request?.filter?.dateRange { filter = filter && (try range.filter(of: "time")) }
        return try await events.page(
            try Pagination.apply(request?.pagination, to: Query(filter, sort: [.descending("time")])))
    }
}
