extension Status {
    /// The status for people, and for a refusal what the service account lacks.
    /// - Parameter resource: as roles name it: `pods`, `deployments.apps`.
    public func explained(_ verb: String, on resource: String) -> String {
        isForbidden ? "\(self): add the verb \(verb) on \(resource) to the service account's role" : "\(self)"
    }
}
