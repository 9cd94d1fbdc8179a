import ChaosAPI
import KubernetesAPI

@testable import Reports

/// Objects of runs as a cluster holds them at their end.
struct Fixture {
    var engine: ChaosEngine
    var result: ChaosResult
    var events: [Event] = []

    /// 2026-11-24T02:30:00Z.
    static let start = Timestamp(microseconds: 1_795_487_400_000_000)

    static func at(_ seconds: Double) -> Timestamp {
        Timestamp(microseconds: start.microseconds + Int64(seconds * 1_000_000))
    }

    /// An engine with one experiment that has begun.
    init(
        fault: String, engine name: String = "web-chaos", namespace: String = "shop", from offset: Double = 0,
        env: [(String, String)] = []
    ) {
        engine = ChaosEngine(name: name, namespace: namespace)
        engine.metadata.uid = "uid-\(name)"
        engine.spec = [
            "appinfo": ["appns": .string(namespace), "appkind": "deployment", "applabel": "app=web"],
            "chaosServiceAccount": "litmus-admin",
            "experiments": [
                [
                    "name": .string(fault),
                    "spec": [
                        "components": [
                            "env": .array(
                                (env + [("LITMUS_SEED", "7")]).map { ["name": .string($0.0), "value": .string($0.1)] })
                        ]
                    ],
                ]
            ],
        ]
        engine.engineStatus = .completed
        result = ChaosResult(name: ChaosResult.name(engine: name, experiment: fault), namespace: namespace)
        result.metadata.uid = "uid-\(name)-result"
        result.metadata.labels[ChaosLabel.engineUID] = engine.uid
        result.metadata.annotations[ChaosLabel.run] = "run-2"
        result.json["spec"] = ["engine": .string(name), "experiment": .string(fault)]
        result.seed = 7
        onEngine(.engineInitialized, at: offset, "Identifying app under test & launching \(name)-runner", isWide: true)
        onResult(.awaited, at: offset + 1, "experiment: \(fault), Result: Awaited")
    }

    mutating func onEngine(
        _ reason: EventReason, at seconds: Double, _ message: String, warning: Bool = false, isWide: Bool = false
    ) {
        var event = Event(
            name: isWide ? "\(engine.name).\(events.count)" : reason.rawValue + result.experiment + engine.uid,
            namespace: engine.namespace)
        event.json["involvedObject"] = engine.reference.json
        add(event, reason, seconds, message, warning)
    }

    mutating func onResult(_ reason: EventReason, at seconds: Double, _ message: String, warning: Bool = false) {
        var event = Event(name: reason.rawValue + "run-2", namespace: engine.namespace)
        event.json["involvedObject"] = result.reference.json
        add(event, reason, seconds, message, warning)
    }

    private mutating func add(
        _ event: Event, _ reason: EventReason, _ seconds: Double, _ message: String, _ warning: Bool
    ) {
        var event = event
        event.json["reason"] = .string(reason.rawValue)
        event.json["type"] = warning ? "Warning" : "Normal"
        event.json["message"] = .string(message)
        // Whole seconds, as the API has them.
        event.json["firstTimestamp"] = .string(Self.at(seconds).description)
        event.json["lastTimestamp"] = .string(Self.at(seconds).description)
        event.json["count"] = 1
        events.append(event)
    }

    mutating func end(_ verdict: Verdict, _ phase: ResultPhase, percentage: Int, at seconds: Double) {
        result.verdict = verdict
        result.phase = phase
        result.probeSuccessPercentage = String(percentage)
        engine.verdict = verdict
        onResult(
            EventReason(verdict: verdict), at: seconds, "experiment: \(result.experiment), Result: \(verdict.rawValue)",
            warning: verdict != .pass)
        onEngine(
            .summary, at: seconds, "\(result.experiment) experiment has been \(verdict.rawValue)ed",
            warning: verdict != .pass)
        onEngine(
            .engineCompleted, at: seconds + 1,
            "ChaosEngine completed, will delete or retain the resources according to jobCleanUpPolicy", isWide: true)
    }

    static func probe(
        _ name: String, _ type: String, _ mode: String, _ verdict: String, _ description: String
    ) -> JSON {
        [
            "name": .string(name), "type": .string(type), "mode": .string(mode),
            "status": ["verdict": .string(verdict), "description": .string(description)],
        ]
    }

    static func loss(
        _ pod: String, measured: Double?, effect: ResultInjection.Effect = .confirmed, sample: String,
        from begin: Double, to end: Double?, remark: String = ""
    ) -> ResultInjection {
        var injection = ResultInjection(
            target: InjectionTarget(namespace: "shop", name: pod, container: "web", node: "litmus-node"),
            action: "lose 30 % of egress on eth0", mechanism: "nftables netdev egress hook", effect: effect, asked: 30,
            unit: "%")
        injection.measured = measured
        injection.sample = sample
        injection.injectedAt = at(begin)
        injection.revertedAt = end.map { at($0) }
        injection.remark = remark
        return injection
    }

    static func report(_ fixtures: [Fixture], ended: Double = 40, failure: String = "") -> RunReport {
        RunReport(
            RunRecord(
                litmusVersion: "0.1.0", kubernetesVersion: "v1.36.0+litmus", started: start, ended: at(ended),
                files: ["app.yaml", "web engine.yaml"], failure: failure, engines: fixtures.map(\.engine),
                results: fixtures.map(\.result), events: fixtures.flatMap(\.events)))
    }
}

// MARK: - Runs

extension Fixture {
    /// Packets of two pods are lost with ramps around it; every probe holds.
    static var passed: Fixture {
        var run = Fixture(
            fault: "pod-network-loss",
            env: [("NETWORK_PACKET_LOSS_PERCENTAGE", "30"), ("TOTAL_CHAOS_DURATION", "20"), ("RAMP_TIME", "3")])
        run.onEngine(.preChaosCheck, at: 2, "AUT: Running, Probes: Successful")
        run.onEngine(.chaosInject, at: 5, "Injecting pod-network-loss chaos on application pod")
        run.result.injections = [
            loss("web-7d4b9c-x2x9k", measured: 29.4, sample: "588 of 2000 packets", from: 5.31, to: 25.36),
            loss("web-7d4b9c-q8fzt", measured: 31.05, sample: "621 of 2000 packets", from: 5.34, to: 25.37),
        ]
        run.result.probeStatuses = [
            probe("shop-answers", "httpProbe", "Continuous", "Passed", "HTTP 200 in 41 evaluations of 41"),
            probe("replicas-available", "k8sProbe", "Edge", "Passed", "2 pods matched"),
            probe("orders-kept", "cmdProbe", "EOT", "Passed", "Actual value: 1200. Expected value: >= 1200"),
        ]
        run.onEngine(.postChaosCheck, at: 30, "AUT: Running, Probes: Successful")
        run.end(.pass, .completed, percentage: 100, at: 30)
        return run
    }

    /// The same fault, but the application gives in.
    static var failed: Fixture {
        var run = Fixture(
            fault: "pod-network-loss", engine: "cart-chaos",
            env: [("NETWORK_PACKET_LOSS_PERCENTAGE", "30"), ("TOTAL_CHAOS_DURATION", "20")])
        run.onEngine(.preChaosCheck, at: 2, "AUT: Running, Probes: Successful")
        run.onEngine(.chaosInject, at: 2, "Injecting pod-network-loss chaos on application pod")
        run.result.injections = [
            loss("web-7d4b9c-x2x9k", measured: 29.4, sample: "588 of 2000 packets", from: 2.31, to: 22.36),
            loss(
                "web-7d4b9c-q8fzt", measured: nil, effect: .inconclusive, sample: "3 packets", from: 2.34, to: 22.37,
                remark: "the target sent next to nothing"),
        ]
        run.result.probeStatuses = [
            probe("serves-at-start", "httpProbe", "SOT", "Passed", "HTTP 200"),
            probe(
                "answers-under-loss", "httpProbe", "OnChaos", "Failed",
                "3 of 38 evaluations failed, the first after 7.2 s: GET http://web.shop.svc:8080/cart: "
                    + "Actual value: 503. Expected value: == 200"),
            probe("orders-kept", "cmdProbe", "EOT", "Passed", "Actual value: 1200"),
            probe("latency", "promProbe", "EOT", "N/A", "Either probe is not executed or not evaluated"),
        ]
        run.onEngine(.postChaosCheck, at: 23, "AUT: Running, Probes: Unsuccessful", warning: true)
        run.end(.fail, .completedWithProbeFailure, percentage: 66, at: 23)
        return run
    }

    /// The target never felt what was asked for.
    static var notInjected: Fixture {
        var run = Fixture(
            fault: "pod-network-loss", engine: "db-chaos",
            env: [("DESTINATION_PORTS", "5432"), ("TOTAL_CHAOS_DURATION", "20")])
        run.onEngine(.preChaosCheck, at: 2, "AUT: Running")
        run.onEngine(.chaosInject, at: 2, "Injecting pod-network-loss chaos on application pod")
        run.result.injections = [
            loss(
                "web-7d4b9c-x2x9k", measured: 0, effect: .notInjected, sample: "0 of 1310 packets", from: 2.2, to: 8.4,
                remark: "no packet matched the filter")
        ]
        run.result.probeStatuses = [
            probe(
                "answers-under-loss", "httpProbe", "EOT", "N/A", "Either probe is not executed or not evaluated")
        ]
        run.result.errorOutput = ErrorOutput(
            code: "CHAOS_INJECT_ERROR",
            reason:
                #"{"errorCode":"CHAOS_INJECT_ERROR","phase":"ChaosInject","reason":"asked to lose 30 % of egress on "#
                + #"eth0, measured 0 % of 1310 packets","target":"{podName: web-7d4b9c-x2x9k, namespace: shop}"}"#)
        run.end(.error, .error, percentage: 0, at: 9)
        return run
    }

    /// Deletes pods: nothing is measured, only targets are told.
    static var deleted: Fixture {
        var run = Fixture(
            fault: "pod-delete", engine: "api-chaos", from: 3,
            env: [("TOTAL_CHAOS_DURATION", "15"), ("CHAOS_INTERVAL", "5")])
        run.onEngine(.preChaosCheck, at: 5, "AUT: Running")
        run.onEngine(.chaosInject, at: 5, "Injecting pod-delete chaos on application pod")
        run.result.history.targets = [ResultTarget(name: "web", kind: "deployment", chaosStatus: "targeted")]
        run.onEngine(.postChaosCheck, at: 22, "AUT: Running")
        run.end(.pass, .completed, percentage: 100, at: 22)
        run.result.seed = 18_446_744_073_709_551_615
        return run
    }

    /// Thirty containers killed at once.
    static var crowd: Fixture {
        var run = Fixture(fault: "container-kill", engine: "fleet-chaos", env: [("PODS_AFFECTED_PERC", "100")])
        run.onEngine(.preChaosCheck, at: 2, "AUT: Running")
        run.onEngine(.chaosInject, at: 2, "Injecting container-kill chaos on application pod")
        run.result.injections = (0..<30).map { index in
            var kill = ResultInjection(
                target: InjectionTarget(
                    namespace: "shop", name: "worker-\(index)", container: "main", node: "litmus-node"),
                action: "kill the container with SIGKILL", mechanism: "signal to the container's first process",
                effect: index == 17 ? .inconclusive : .confirmed, asked: 1, unit: "restarts")
            kill.measured = index == 17 ? nil : 1
            kill.injectedAt = at(2.2 + Double(index) * 0.11)
            kill.revertedAt = at(3.4 + Double(index) * 0.23)
            return kill
        }
        run.result.probeStatuses = [probe("queue-drains", "promProbe", "EOT", "Passed", "Actual value: 0")]
        run.onEngine(.postChaosCheck, at: 12, "AUT: Running, Probes: Successful")
        run.end(.pass, .completed, percentage: 100, at: 12)
        return run
    }

    /// An engine that the operator refused.
    static var refused: Fixture {
        var run = Fixture(fault: "pod-cpu-hog", engine: "late-chaos", from: 4)
        run.events = []
        run.engine.statusReason = "ChaosEngineInvalid"
        run.engine.statusMessage = "there is no ServiceAccount litmus-admin in the namespace shop: create it"
        run.onEngine(.engineInvalid, at: 4, run.engine.statusMessage, warning: true, isWide: true)
        run.result = ChaosResult(name: "none", namespace: "elsewhere")
        return run
    }
}
