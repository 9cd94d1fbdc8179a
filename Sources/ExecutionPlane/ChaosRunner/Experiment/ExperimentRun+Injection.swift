import ChaosAPI
import Faults
import KubernetesAPI
import Logging

extension ExperimentRun {
    /// How helpers of this experiment are made: after the pod that it runs in.
    func helperPod(for plan: InjectionPlan) async throws -> HelperPod {
        let podName = environment["POD_NAME"] ?? ""
        let needsParent = plan.requiresHelper && !podName.isEmpty
        let parent = needsParent ? try await client.find(Pod.self, namespace: namespace, name: podName) : nil
        return HelperPod(
            experiment: name, namespace: namespace, engine: engine, parent: parent,
            settings: try HelperSettings(TunableReader(environment)),
            group: "\(name)-helper-\(ExperimentExecution.suffix())")
    }

    /// Writes down what happens during the injection: events on the engine, targets and effects in the result.
    func hear(_ news: InjectionNews, of plan: InjectionPlan) async {
        switch news {
        case .willHit(let targets):
            events.onEngine(.chaosInject, "Injecting \(name) chaos on application pod")
            logger.info("injecting chaos", metadata: ["targets": "\(targets.map(\.name).joined(separator: ", "))"])
        case .targets(let targets, let status):
            let rows = targets.map { target in
                // Whoever is deleted is made anew by its workload under another name.
                let workload = plan.requiresHelper ? nil : target.parent
                return ResultTarget(
                    name: workload?.name ?? target.name, kind: workload?.kind ?? "pod", chaosStatus: status.rawValue)
            }
            guard !rows.isEmpty else { return }
            await record { try await result.record(Array(Set(rows)).sorted { $0.name < $1.name }) }
        case .effects(let effects): await record { try await result.record(effects) }
        }
    }

    private func record(_ write: () async throws -> Void) async {
        do {
            try await write()
        } catch {
            // The end of the test writes the result again and says what is wrong, so the chaos goes on.
            logger.warning("progress not recorded", metadata: ["error": "\(error)"])
        }
    }
}
