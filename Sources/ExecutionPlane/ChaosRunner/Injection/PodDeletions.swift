import ChaosAPI
import Faults
import KubernetesAPI

/// What deletions of pods came to, by the workload that makes them anew. Pure.
struct PodDeletions: Sendable {
    private struct Row: Sendable {
        var target: InjectionTarget
        var deleted = 0
        var replaced = 0
        var since: Timestamp

        var sample: String {
            guard target.kind == "pod" else {
                return "\(replaced) of \(deleted) deleted pods gone, with ready ones in their place"
            }
            return replaced == deleted ? "the pod is gone" : "its deletion was asked for"
        }
    }

    private var rows: [Row] = []
    private var attempts = 0

    /// Pods whose deletion was asked for, gone before or not.
    mutating func attempt(_ count: Int) { attempts += count }

    mutating func deleted(_ targets: [Target], at moment: Timestamp) {
        for target in targets {
            let index = row(of: target, at: moment)
            rows[index].deleted += 1
        }
    }

    /// Others with other UIDs have taken the places of these.
    mutating func replaced(_ targets: [Target], at moment: Timestamp) {
        for target in targets {
            let index = row(of: target, at: moment)
            rows[index].replaced += 1
        }
    }

    private mutating func row(of target: Target, at moment: Timestamp) -> Int {
        let key = InjectionTarget(
            kind: target.parent?.kind ?? "pod", namespace: target.namespace, name: target.parent?.name ?? target.name)
        if let index = rows.firstIndex(where: { $0.target == key }) { return index }
        rows.append(Row(target: key, since: moment))
        return rows.count - 1
    }

    /// - Throws: `FaultError` when pods were to be deleted and none was.
    func check() throws(FaultError) {
        guard attempts > 0, rows.isEmpty else { return }
        throw FaultError(
            .chaosInject, "failed to delete the target pod: every chosen pod was gone before it could be deleted")
    }

    var injections: [ResultInjection] {
        rows.map { row in
            var injection = ResultInjection(
                target: row.target, action: "delete pods", mechanism: "Kubernetes API",
                effect: row.replaced == row.deleted ? .confirmed : .inconclusive, asked: Double(row.deleted),
                unit: "pods")
            injection.measured = Double(row.replaced)
            injection.sample = row.sample
            injection.injectedAt = row.since
            return injection
        }
    }
}
