import DocumentStore
import GraphQL

/// `ListAuditEventsRequest`.
struct AuditRequest: Codable, Sendable {
    struct Filter: Codable, Sendable {
        var operation: String?
        var username: String?
        var dateRange: DateRange?
    }

    var pagination: Pagination?
    var filter: Filter?
}

enum AuditBindings {
    private struct Arguments: Codable, Sendable { var request: AuditRequest? }

    private struct Events: GraphQLOutput { var page: Page<AuditEvent> }

    static func bind(_ binding: inout CenterBinding) {
        binding.user(.listAuditEvents, Arguments.self) { call in
            Events(page: try await call.center.audit.page(of: call.projectID, call.arguments.request))
        }
        binding.fields(
            "ListAuditEventsResponse", of: Events.self,
            [("totalNoOfEvents", { $0.page.total }), ("events", { $0.page.items })])
        binding.fields(
            "AuditEvent", of: AuditEvent.self,
            [
                ("eventID", { $0.id }), ("time", { "\($0.time)" }), ("operation", { $0.operation }),
                ("user", { $0.user }), ("infraID", { $0.infraID }), ("address", { $0.address }),
                ("userAgent", { $0.userAgent }), ("target", { $0.target }), ("outcome", { $0.outcome.rawValue }),
                ("reason", { $0.reason }),
            ])
    }
}

extension AuditEvent: GraphQLOutput {}
