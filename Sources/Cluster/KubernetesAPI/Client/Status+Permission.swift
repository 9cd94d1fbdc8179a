extension Status {
    /// What makes a service account with everything that an engine's faults need.
    public static let accountCommand = "litmus rbac ENGINE.yaml | kubectl apply -f -"

    /// The status for people, and for a refusal what the service account lacks.
    /// - Parameter resource: as roles name it: `pods`, `deployments.apps`.
    public func explained(_ verb: String, on resource: String) -> String {
        guard isForbidden else { return "\(self)" }
        return "\(self): add the verb \(verb) on \(resource) to the service account's role, or let "
            + "'\(Self.accountCommand)' make it"
    }
}
