import KubernetesAPI

/// Which container of a pod a request means.
struct ContainerChoice {
    private let pod: Pod

    init(_ pod: Pod) { self.pod = pod }

    /// - Parameters:
    ///   - wanted: nil or empty takes the pod's default container, or its only one.
    ///   - code: of the answer for a name that no container has.
    /// - Throws: `Status` of that code, or 400 when a name must be given.
    func name(_ wanted: String?, unknown code: Int) throws -> String {
        let all = pod.containers + pod.initContainers
        if let wanted, !wanted.isEmpty {
            guard all.contains(where: { $0.name == wanted }) else {
                throw Status(
                    code: code, reason: code == 404 ? "NotFound" : "BadRequest",
                    message: "container \(wanted) is not valid for pod \(pod.name)")
            }
            return wanted
        }
        let preferred = pod.metadata.annotations["kubectl.kubernetes.io/default-container"]
        if let preferred, all.contains(where: { $0.name == preferred }) { return preferred }
        guard pod.containers.count == 1, let only = pod.containers.first else {
            let names = all.map(\.name).joined(separator: " ")
            throw Status.badRequest(
                "a container name must be specified for pod \(pod.name), choose one of: [\(names)]")
        }
        return only.name
    }
}
