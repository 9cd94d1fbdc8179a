import KubernetesAPI

/// The required pod affinity and anti-affinity of a pod, for topologies that are one node each (`kubernetes.io/hostname`
/// or any other key: every node is its own domain here).
struct PodAffinity {
    private let pod: Pod

    init(_ pod: Pod) { self.pod = pod }

    /// Why the pods on the node keep this one away; nil if they do not.
    func obstacle(_ node: Node, _ present: [Pod]) -> String? {
        for term in Self.terms(pod, "podAffinity") {
            // The first of a group that wants to be together must go somewhere.
            if !present.contains(where: { Self.matches(term, of: pod, $0) }), !Self.matches(term, of: pod, pod) {
                return "node(s) didn't match pod affinity rules"
            }
        }
        for term in Self.terms(pod, "podAntiAffinity")
        where present.contains(where: { Self.matches(term, of: pod, $0) }) {
            return "node(s) didn't match pod anti-affinity rules"
        }
        for other in present {
            for term in Self.terms(other, "podAntiAffinity") where Self.matches(term, of: other, pod) {
                return "node(s) didn't satisfy existing pods anti-affinity rules"
            }
        }
        return nil
    }

    private static func terms(_ pod: Pod, _ kind: String) -> [JSON] {
        pod.spec["affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution"].array ?? []
    }

    private static func matches(_ term: JSON, of owner: Pod, _ other: Pod) -> Bool {
        let namespaces = term["namespaces"].strings
        let isInNamespace =
            namespaces.isEmpty && term["namespaceSelector"].isNull
            ? other.namespace == owner.namespace : namespaces.isEmpty || namespaces.contains(other.namespace)
        guard isInNamespace, let selector = try? LabelSelector(json: term["labelSelector"]) else { return false }
        return !selector.isEmpty && selector.matches(other.metadata.labels)
    }
}
