import ChaosAPI
import Faults
import Injection
import KubernetesAPI

/// What an experiment's service account must be allowed to do. Pure.
struct RequiredAccess: Sendable, Hashable {
    var verb: String
    var group = ""
    var resource: String
    var namespace: String
    /// What is done instead where it is not allowed; empty: the experiment fails.
    var otherwise = ""

    var groupResource: String { group.isEmpty ? resource : "\(resource).\(group)" }

    /// - Parameters:
    ///   - namespace: the engine's, where helpers and results are.
    ///   - workloads: of the pods that may be hit.
    static func list(
        _ plan: InjectionPlan, namespace: String, workloads: Set<Target.Workload>, checksHealth: Bool,
        mode: ExecutionMode
    ) -> [RequiredAccess] {
        var all = results(namespace)
        if mode != .builtIn { all += job(namespace) }
        for round in plan.rounds {
            let places = round.selection.namespaces
            all += selection(round.selection)
            all += round.steps.flatMap { self.step($0, namespace: namespace, places: places) }
            if round.proof != nil {
                all += workloads.compactMap(reading).sorted { $0.groupResource < $1.groupResource }
            }
            if checksHealth || round.proof != nil { all += places.flatMap(waiting) }
        }
        var seen: Set<RequiredAccess> = []
        return all.filter { seen.insert($0).inserted }
    }

    private static func results(_ namespace: String) -> [RequiredAccess] {
        let needed = [
            ("chaosengines", ["get", "patch"]), ("chaosexperiments", ["get"]),
            ("chaosresults", ["create", "get", "patch"]),
        ]
        return needed.flatMap { resource, verbs in
            verbs.map {
                RequiredAccess(verb: $0, group: ChaosAPIGroup.name, resource: resource, namespace: namespace)
            }
        } + [
            RequiredAccess(verb: "create", resource: "events", namespace: namespace, otherwise: "no Events are written")
        ]
    }

    private static func job(_ namespace: String) -> [RequiredAccess] {
        [
            RequiredAccess(verb: "create", group: "batch", resource: "jobs", namespace: namespace),
            RequiredAccess(
                verb: "delete", group: "batch", resource: "jobs", namespace: namespace,
                otherwise: "Jobs stay when they are over"),
        ] + waiting(namespace)
    }

    private static func selection(_ selection: TargetSelection) -> [RequiredAccess] {
        let verb = selection.podNames.isEmpty ? "list" : "get"
        var all = selection.namespaces.flatMap { namespace in
            [
                RequiredAccess(verb: verb, resource: "pods", namespace: namespace),
                RequiredAccess(verb: "list", group: "apps", resource: "replicasets", namespace: namespace),
            ]
        }
        if !selection.nodeLabel.isEmpty, selection.podNames.isEmpty {
            all.append(RequiredAccess(verb: "list", resource: "nodes", namespace: ""))
        }
        return all
    }

    /// - Parameter places: the targets' namespaces.
    private static func step(_ step: Step, namespace: String, places: [String]) -> [RequiredAccess] {
        switch step {
        case .cluster(.deletePod): places.map { RequiredAccess(verb: "delete", resource: "pods", namespace: $0) }
        // A helper has the same account: it names containers, and waits for those that it killed.
        case .machine(.killContainer):
            helper(namespace) + places.map(injecting) + places.map(getting) + places.flatMap(waiting)
        case .machine: helper(namespace) + places.map(injecting) + places.map(getting)
        }
    }

    private static func helper(_ namespace: String) -> [RequiredAccess] {
        ["create", "get", "list", "patch", "delete"].map {
            RequiredAccess(verb: $0, resource: "pods", namespace: namespace)
        } + waiting(namespace)
    }

    /// Which way an installation injects is not known here.
    private static func injecting(_ namespace: String) -> RequiredAccess {
        RequiredAccess(
            verb: "create", group: ChaosAPIGroup.name, resource: HelperContract.injectionResource, namespace: namespace,
            otherwise: "refused where node agents inject (litmus install --node-agent)")
    }

    private static func getting(_ namespace: String) -> RequiredAccess {
        RequiredAccess(verb: "get", resource: "pods", namespace: namespace)
    }

    private static func waiting(_ namespace: String) -> [RequiredAccess] {
        [
            RequiredAccess(verb: "list", resource: "pods", namespace: namespace),
            RequiredAccess(
                verb: "watch", resource: "pods", namespace: namespace,
                otherwise: "pods are listed again and again instead of watched"),
        ]
    }

    /// How many pods a workload wants is read to know whether deleted ones were replaced.
    private static func reading(_ workload: Target.Workload) -> RequiredAccess? {
        guard workload.replacesPods else { return nil }
        let type = workload.type
        return RequiredAccess(verb: "get", group: type.group, resource: type.resource, namespace: workload.namespace)
    }
}

extension TargetSelection {
    /// Where the targets are.
    var namespaces: [String] {
        podNames.isEmpty ? Set(apps.map(\.namespace)).sorted() : [podNamespace]
    }
}
