import ChaosAPI
import KubernetesAPI
import Reports

extension RunSession {
    /// What there is to report of the run as the cluster now shows it; what cannot be read is left out.
    /// - Parameter failure: why the run was cut short; empty mostly.
    func record(started: Timestamp, files: [String], options: [String], failure: String) async -> RunRecord {
        var present: [ChaosEngine] = []
        for engine in engines {
            let found = try? await client.find(ChaosEngine.self, namespace: engine.namespace, name: engine.name)
            present.append(found ?? engine)
        }
        var results: [ChaosResult] = []
        var events: [Event] = []
        for namespace in Set(engines.map(\.namespace)) {
            let all = (try? await client.list(ChaosResult.self, namespace: namespace)) ?? []
            results += all.filter { result in
                engines.contains { $0.name == result.engine && $0.namespace == namespace }
            }
            events += (try? await client.list(Event.self, namespace: namespace)) ?? []
        }
        return RunRecord(
            litmusVersion: VersionCommand.version, kubernetesVersion: await kubernetesVersion(), started: started,
            ended: .now, files: files, options: options, failure: failure, engines: present, results: results,
            events: events)
    }

    /// As a node tells it; empty where none does.
    private func kubernetesVersion() async -> String {
        let nodes = try? await client.list(Node.self)
        return nodes?.first?.json["status", "nodeInfo", "kubeletVersion"].string ?? ""
    }
}
