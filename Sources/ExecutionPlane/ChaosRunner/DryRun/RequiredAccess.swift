import ChaosAPI
import Faults

/// What an experiment's service account must be allowed to do. Pure.
struct RequiredAccess: Sendable, Hashable {
    var verb: String
    var group = ""
    var resource: String
    var namespace: String
    /// What is done instead where it is not allowed; empty: the experiment fails.
    var otherwise = ""

    var groupResource: String { group.isEmpty ? resource : "\(resource).\(group)" }

    /// - Parameter namespace: the engine's, where helpers and results are.
    static func list(_ plan: InjectionPlan, namespace: String, checksHealth: Bool) -> [RequiredAccess] {
        var all = [
            RequiredAccess(verb: "get", group: ChaosAPIGroup.name, resource: "chaosengines", namespace: namespace),
            RequiredAccess(verb: "patch", group: ChaosAPIGroup.name, resource: "chaosengines", namespace: namespace),
            RequiredAccess(verb: "get", group: ChaosAPIGroup.name, resource: "chaosexperiments", namespace: namespace),
            RequiredAccess(verb: "create", group: ChaosAPIGroup.name, resource: "chaosresults", namespace: namespace),
            RequiredAccess(verb: "get", group: ChaosAPIGroup.name, resource: "chaosresults", namespace: namespace),
            RequiredAccess(verb: "patch", group: ChaosAPIGroup.name, resource: "chaosresults", namespace: namespace),
            RequiredAccess(
                verb: "create", resource: "events", namespace: namespace, otherwise: "no Events are written"),
        ]
        for round in plan.rounds {
            all += selection(round.selection)
            all += round.steps.flatMap { step in
                switch step {
                case .cluster(.deletePod):
                    round.selection.namespaces.map {
                        RequiredAccess(verb: "delete", resource: "pods", namespace: $0)
                    }
                case .machine: helper(namespace) + round.selection.namespaces.map(watching)
                }
            }
            if checksHealth || round.proof != nil { all += round.selection.namespaces.map(watching) }
        }
        var seen: Set<RequiredAccess> = []
        return all.filter { seen.insert($0).inserted }
    }

    private static func selection(_ selection: TargetSelection) -> [RequiredAccess] {
        var all: [RequiredAccess] = []
        for namespace in selection.namespaces {
            all.append(
                RequiredAccess(
                    verb: selection.podNames.isEmpty ? "list" : "get", resource: "pods", namespace: namespace))
            all.append(
                RequiredAccess(verb: "list", group: "apps", resource: "replicasets", namespace: namespace))
        }
        if !selection.nodeLabel.isEmpty, selection.podNames.isEmpty {
            all.append(RequiredAccess(verb: "list", resource: "nodes", namespace: ""))
        }
        return all
    }

    private static func helper(_ namespace: String) -> [RequiredAccess] {
        ["create", "get", "list", "patch", "delete"].map {
            RequiredAccess(verb: $0, resource: "pods", namespace: namespace)
        } + [watching(namespace)]
    }

    private static func watching(_ namespace: String) -> RequiredAccess {
        RequiredAccess(
            verb: "watch", resource: "pods", namespace: namespace,
            otherwise: "pods are listed again and again instead of watched")
    }
}

extension TargetSelection {
    /// Where the targets are.
    var namespaces: [String] {
        podNames.isEmpty ? Set(apps.map(\.namespace)).sorted() : [podNamespace]
    }
}
