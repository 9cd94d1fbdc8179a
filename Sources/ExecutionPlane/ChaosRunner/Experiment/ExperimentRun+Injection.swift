import ChaosAPI
import Faults
import KubernetesAPI
import Logging

extension ExperimentRun {
    /// How helpers of this experiment are made: after the pod that it runs in.
    func helperPod(for plan: InjectionPlan) async throws -> HelperPod {
        HelperPod(
            experiment: name, namespace: namespace, engine: engine,
            parent: plan.requiresHelper ? try await ownPod() : nil,
            settings: try HelperSettings(TunableReader(environment)),
            platform: platform, group: HelperPod.prefix(experiment: name) + ExperimentExecution.suffix())
    }

    /// nil outside of a cluster.
    private func ownPod() async throws -> Pod? {
        guard let name = environment["POD_NAME"], !name.isEmpty else { return nil }
        do {
            return try await client.find(Pod.self, namespace: namespace, name: name)
        } catch let status as Status {
            throw FaultError(
                .generic, "unable to get the experiment pod: \(status.explained("get", on: "pods"))",
                target: "{podName: \(name), namespace: \(namespace)}")
        }
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
            let sorted = Array(Set(rows)).sorted { $0.name < $1.name }
            await record { try await result.record(sorted) }
        case .effects(let effects): await record { try await result.record(effects) }
        }
    }

    /// Also while the experiment is being aborted: what was done until then is what a reader wants to know.
    private func record(_ write: @escaping @Sendable () async throws -> Void) async {
        do {
            try await shielded { try await write() }
        } catch {
            // The end of the test writes the result again and says what is wrong, so the chaos goes on.
            logger.warning("progress not recorded", metadata: ["error": "\(error)"])
        }
    }
}
