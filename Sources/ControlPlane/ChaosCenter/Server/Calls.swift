import Authentication
import GraphQL

/// An operation that a user asked for and may do.
struct UserCall<Arguments: Sendable>: Sendable {
    let context: CenterContext
    let identity: Identity
    /// The project that the access was checked for; everything is looked up in it. Empty for operations without one.
    let projectID: String
    /// Nil for operations without a project.
    let role: ProjectRole?
    let arguments: Arguments
    let field: FieldCall<CenterContext>

    var center: ChaosCenter { context.center }
    var store: CenterStore { context.center.store }
    var user: UserDetails { UserDetails(identity) }
}

/// An operation that an agent asked for, whose identity was checked.
struct AgentCall<Arguments: Sendable>: Sendable {
    let context: CenterContext
    let infrastructure: ChaosInfrastructure
    let arguments: Arguments
    let field: FieldCall<CenterContext>

    var center: ChaosCenter { context.center }
    var store: CenterStore { context.center.store }
}

/// An operation that anyone may ask for; the resolver checks what there is to check.
struct OpenCall<Arguments: Sendable>: Sendable {
    let context: CenterContext
    let arguments: Arguments
    let field: FieldCall<CenterContext>

    var center: ChaosCenter { context.center }
    var store: CenterStore { context.center.store }
}

/// The arguments of an operation that has none, or none but the project's id.
struct NoArguments: Codable, Sendable {}
