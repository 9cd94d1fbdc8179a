import ChaosAPI
import Foundation
import KubernetesAPI
import Testing

@testable import Reports

@Suite struct RunReportTests {
    private func experiment(_ fixture: Fixture) throws -> ExperimentReport {
        try #require(Fixture.report([fixture]).engines.first?.experiments.first)
    }

    @Test("what was run on what is told in words")
    func facts() throws {
        let report = Fixture.report([.passed])
        let engine = try #require(report.engines.first)
        #expect(report.verdict == .pass && report.seeds == [7] && report.duration == .seconds(40))
        #expect(engine.title == "shop/web-chaos" && engine.status == "completed")
        #expect(engine.application == ["deployment with app=web in shop"])
        let experiment = try #require(engine.experiments.first)
        #expect(experiment.name == "pod-network-loss" && experiment.phase == "Completed")
        #expect(
            experiment.tunables.map(\.name) == ["NETWORK_PACKET_LOSS_PERCENTAGE", "TOTAL_CHAOS_DURATION", "RAMP_TIME"])
        #expect(experiment.effects.map(\.measured) == [29.4, 31.05])
    }

    static let selectors: [(JSON, String)] = [
        (["workloads": [["kind": "statefulset", "namespace": "db", "names": "a,b"]]], "statefulset a, b in db"),
        (["pods": [["namespace": "db", "names": "a-0"]]], "pod a-0 in db"),
    ]

    @Test("selectors are told in words too", arguments: selectors)
    func application(selector: JSON, text: String) {
        var run = Fixture.passed
        run.engine.spec["selectors"] = selector
        #expect(Fixture.report([run]).engines.first?.application == [text])
    }

    @Test("a tunable from a secret tells where it comes from, not what it is")
    func secretTunable() throws {
        var run = Fixture.passed
        run.engine.spec["experiments"] = [
            [
                "name": "pod-network-loss",
                "spec": [
                    "components": [
                        "env": [
                            ["name": "TOKEN", "valueFrom": ["secretKeyRef": ["name": "vault", "key": "token"]]]
                        ]
                    ]
                ],
            ]
        ]
        #expect(try experiment(run).tunables == [Setting(name: "TOKEN", value: "from secretKeyRef vault, key token")])
    }

    @Test("an error's reason in JSON is taken apart, one in words is kept")
    func errors() throws {
        let failure = try #require(try experiment(.notInjected).error)
        #expect(failure.code == "CHAOS_INJECT_ERROR" && failure.phase == "ChaosInject")
        #expect(failure.reason == "asked to lose 30 % of egress on eth0, measured 0 % of 1310 packets")
        #expect(failure.target == "{podName: web-7d4b9c-x2x9k, namespace: shop}")
        var run = Fixture.notInjected
        run.result.errorOutput = ErrorOutput(code: "GENERIC_ERROR", reason: "{not JSON")
        #expect(try experiment(run).error?.summary == "GENERIC_ERROR: {not JSON")
        #expect(try experiment(.failed).error == nil)
    }

    @Test("the timeline is in order of time and has checks, injections, probes and the verdict")
    func timeline() throws {
        let entries = try experiment(.passed).timeline
        #expect(entries.map(\.time) == entries.map(\.time).sorted())
        #expect(
            entries.map(\.kind) == [
                .preparation, .preChaosCheck, .injection, .injection, .injection, .postChaosCheck, .probe, .probe,
                .probe, .verdict,
            ])
        #expect(entries[3].time == Fixture.at(5.31) && entries[3].until == Fixture.at(25.36))
        #expect(Fixture.report([.passed]).engines.first?.timeline.map(\.kind) == [.engine, .engine])
    }

    @Test("phases follow each other, with ramps where RAMP_TIME is set")
    func phases() throws {
        let phases = try experiment(.passed).phases
        #expect(phases.map(\.kind) == [.preChaos, .rampUp, .chaos, .rampDown, .postChaos])
        #expect(
            phases.map(\.window)
                == [(1, 2), (2, 5.31), (5.31, 25.37), (25.37, 28.37), (28.37, 30)].map {
                    TimeWindow(start: Fixture.at($0), end: Fixture.at($1))
                })
        #expect(try experiment(.failed).phases.map(\.kind) == [.preChaos, .chaos, .postChaos])
        #expect(try experiment(.notInjected).phases.map(\.kind) == [.preChaos, .chaos])
    }

    @Test("without measured effects the chaos lasts as long as the engine set, within the checks")
    func unmeasuredChaos() throws {
        let chaos = try #require(try experiment(.deleted).phases.first { $0.kind == .chaos })
        #expect(chaos.window == TimeWindow(start: Fixture.at(5), end: Fixture.at(20)))
        var short = Fixture.deleted
        short.engine.spec["experiments"] = [["name": "pod-delete"]]
        let open = try #require(try experiment(short).phases.first { $0.kind == .chaos })
        #expect(open.window.end == Fixture.at(22))
    }

    @Test("a check whose event was cut to whole seconds does not end before the chaos that it follows")
    func roundedEvents() throws {
        var run = Fixture.passed
        run.result.injections = [
            Fixture.loss("web", measured: 30, sample: "", from: 5.3, to: 30.8)
        ]
        let phases = try experiment(run).phases
        for (phase, next) in zip(phases, phases.dropFirst()) { #expect(phase.window.end <= next.window.start) }
        #expect(phases.last?.window.end == Fixture.at(30.8))
    }

    @Test("a probe's window is the part of the experiment that its mode evaluates; one not evaluated has none")
    func probeWindows() throws {
        let probes = try experiment(.failed).probes
        #expect(probes.map { $0.window?.end } == [Fixture.at(2), Fixture.at(22.37), Fixture.at(23), nil])
        #expect(probes.map { $0.window?.start } == [Fixture.at(1), Fixture.at(2.31), Fixture.at(22.37), nil])
    }

    @Test("events of earlier runs and of other engines, and other engines' results, are left out")
    func strangers() throws {
        var run = Fixture.passed
        var old = Event(name: "Failrun-1", namespace: "shop")
        old.json = run.events[1].json
        old.metadata.name = "Failrun-1"
        old.json["message"] = "of an earlier run"
        var other = run.events[0]
        other.json["involvedObject", "uid"] = "uid-other"
        other.json["message"] = "of another engine"
        run.events += [old, other]
        var stranger = Fixture.failed.result
        stranger.metadata.labels[ChaosLabel.engineUID] = "uid-other"
        let record = RunRecord(
            litmusVersion: "", kubernetesVersion: "", started: Fixture.start, ended: Fixture.at(40), files: [],
            engines: [run.engine], results: [stranger, run.result], events: run.events)
        let engine = try #require(RunReport(record).engines.first)
        #expect(engine.experiments.count == 1 && engine.verdict == .pass)
        let texts = engine.timeline.map(\.text) + engine.experiments.flatMap(\.timeline).map(\.text)
        #expect(!texts.contains { $0.contains("earlier run") || $0.contains("another engine") })
    }

    @Test("where a result does not name its run, events from before its engine are those of an earlier run")
    func earlierRunOfUpstream() throws {
        var run = Fixture.passed
        run.result.metadata.annotations = [:]
        run.engine.metadata.creationTimestamp = Fixture.at(1)
        run.onResult(.fail, at: -60, "experiment: pod-network-loss, Result: Fail")
        let experiment = try experiment(run)
        #expect(experiment.window?.start == Fixture.at(1))
        #expect(!experiment.timeline.contains { $0.text.contains("Fail") })
    }

    @Test("events of two experiments whose names begin alike go to the right one, whoever wrote them")
    func similarNames() throws {
        var run = Fixture(fault: "pod-cpu-hog")
        run.engine.spec["experiments"] = [["name": "pod-cpu-hog"], ["name": "pod-cpu-hog-exec"]]
        run.onEngine(.chaosInject, at: 2, "Injecting pod-cpu-hog-exec chaos", isWide: true)
        run.onEngine(.chaosInject, at: 3, "Injecting pod-cpu-hog chaos")
        let experiments = try #require(Fixture.report([run]).engines.first?.experiments)
        #expect(experiments.map(\.name) == ["pod-cpu-hog", "pod-cpu-hog-exec"])
        #expect(experiments[0].timeline.map(\.text).contains("Injecting pod-cpu-hog chaos"))
        #expect(experiments[1].timeline.map(\.text) == ["Injecting pod-cpu-hog-exec chaos"])
    }

    @Test("an experiment without a result is an error that says why")
    func noResult() throws {
        let engine = try #require(Fixture.report([.refused]).engines.first)
        #expect(engine.verdict == .error)
        #expect(engine.experiments.first?.error?.reason.contains("there is no ServiceAccount") == true)
        var skipped = Fixture.refused
        skipped.engine.statusMessage = ""
        skipped.engine.experimentStatuses = [
            ExperimentStatus(
                name: "pod-cpu-hog", runner: "r", pod: "p", status: .notFound, verdict: "N/A", at: Fixture.start)
        ]
        #expect(try experiment(skipped).error?.reason == "ChaosExperiment Not Found")
    }

    @Test("without any time there is no window, and nothing that is known gets lost")
    func noTimes() throws {
        var run = Fixture.passed
        run.events = []
        run.result.injections = run.result.injections.map { injection in
            var injection = injection
            injection.injectedAt = nil
            injection.revertedAt = nil
            return injection
        }
        let experiment = try experiment(run)
        #expect(experiment.window == nil && experiment.phases.isEmpty && experiment.timeline.isEmpty)
        #expect(experiment.effects.count == 2 && experiment.probes.count == 3)
    }

    @Test("the worst verdict counts; a run without an experiment, or cut short, is an error")
    func verdicts() {
        #expect(Fixture.report([.passed, .failed]).verdict == .fail)
        #expect(Fixture.report([.failed, .notInjected]).verdict == .error)
        #expect(Fixture.report([.passed], failure: "timeout").verdict == .error)
        #expect(Fixture.report([]).verdict == .error)
    }

    @Test("a report survives its way through JSON")
    func codable() throws {
        let report = Fixture.report([.passed, .notInjected, .crowd, .refused])
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(RunReport.self, from: data) == report)
    }

    static let words = [
        ("app.yaml", "app.yaml"), ("my app.yaml", "'my app.yaml'"), ("it's", "'it'\\''s'"), ("", "''"),
        ("$(rm -rf /)", "'$(rm -rf /)'"), ("ключ", "'ключ'"),
    ]

    @Test("the command that repeats the run is safe to paste", arguments: words)
    func quoting(word: String, quoted: String) {
        var report = Fixture.report([])
        report.files = [word]
        report.options = ["--kubeconfig", "kube config"]
        #expect(report.command(seed: 7) == "litmus run \(quoted) --kubeconfig 'kube config' --seed 7")
    }
}
