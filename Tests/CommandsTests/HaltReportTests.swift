import ArgumentParser
import ChaosAPI
import ChaosOperator
import KubernetesAPI
import Testing

@testable import Commands

@Suite struct HaltReportTests {
    private let halt = Halt(
        reason: "incident 42", since: Timestamp(microseconds: 1_700_000_000_000_000), by: "ann@desk")

    private func report(_ outcomes: HaltedEngine.Outcome...) -> HaltReport {
        HaltReport(
            halt: halt, namespace: "litmus",
            engines: outcomes.enumerated().map { number, outcome in
                HaltedEngine(
                    key: ObjectKey(namespace: "shop", name: "e\(number)"), outcome: outcome,
                    message: outcome == .podsRemain ? "the pod helper does not end" : "")
            })
    }

    @Test("the exit code says whether anything may still be in force")
    func exitCodes() {
        #expect(report().exitCode == 0)
        #expect(report(.aborted, .refused, .completed, .deleted).exitCode == 0)
        #expect(report(.aborted, .running).exitCode == 2)
        #expect(report(.podsRemain).exitCode == 2)
    }

    @Test("every engine has a line, and what did not end is named again at the end")
    func text() {
        #expect(report(.aborted).engines.map(\.line) == ["shop/e0: aborted"])
        #expect(report().conclusion == "nothing was running; new chaos is refused until 'litmus resume'\n")
        #expect(report(.aborted, .running).conclusion.hasPrefix("1 of 2 engines ended"))
        #expect(report(.aborted).complaint(after: .seconds(60)) == nil)
        let complaint = report(.aborted, .podsRemain, .running).complaint(after: .seconds(60)) ?? ""
        #expect(complaint.contains("within 1m") && complaint.contains("the halt stays in force"))
        #expect(complaint.contains("shop/e1: stopped, but pods remain: the pod helper does not end"))
        #expect(complaint.contains("shop/e2: still running") && !complaint.contains("shop/e0"))
    }

    @Test("the JSON report has the same for programs")
    func json() {
        let json = report(.aborted, .podsRemain).json
        #expect(json["exitCode"] == 2 && json["halt", "reason"] == "incident 42")
        #expect(json["halt", "since"] == "2023-11-14T22:13:20Z" && json["halt", "by"] == "ann@desk")
        let engines = json["engines"].array ?? []
        #expect(engines.map { $0["outcome"].string } == ["aborted", "podsRemain"])
        #expect(engines.last?["message"] == "the pod helper does not end")
    }

    @Test("resume says what it cleared, or that there was nothing")
    func resume() {
        let cleared = ResumeReport(halt: halt, namespace: "litmus")
        #expect(cleared.text.contains("halted since 2023-11-14T22:13:20Z by ann@desk: incident 42"))
        #expect(cleared.text.contains("engineState") && cleared.json["wasHalted"] == true)
        let nothing = ResumeReport(halt: nil, namespace: "chaos")
        #expect(nothing.text.contains("not halted") && nothing.text.contains("chaos"))
        #expect(nothing.json["wasHalted"] == false)
    }
}

@Suite struct ClusterChoiceTests {
    private let home = ["HOME": "/home/ann"]
    private let embedded = "/home/ann/.local/share/litmus/kubeconfig"

    @Test("the cluster is the one asked for, else KUBECONFIG's, else that of 'litmus up', else kubectl's")
    func order() {
        let all = home.merging(["KUBECONFIG": "/k"]) { $1 }
        #expect(ClusterChoice(option: "/mine", environment: all) { _ in true } == .file("/mine"))
        #expect(ClusterChoice(option: nil, environment: all) { _ in true } == .environment)
        #expect(ClusterChoice(option: nil, environment: home) { $0 == embedded } == .file(embedded))
        #expect(ClusterChoice(option: nil, environment: home) { _ in false } == .environment)
    }

    @Test("the data directory may be elsewhere")
    func dataDirectory() {
        let environment = home.merging(["XDG_DATA_HOME": "/data"]) { $1 }
        let choice = ClusterChoice(option: nil, environment: environment) { $0 == "/data/litmus/kubeconfig" }
        #expect(choice == .file("/data/litmus/kubeconfig"))
    }

    @Test("a halt names the person behind sudo")
    func author() {
        #expect(KillSwitchOptions.author(["USER": "root", "SUDO_USER": "ann"], host: "desk") == "ann@desk")
        #expect(KillSwitchOptions.author(["USER": "bob"], host: "desk") == "bob@desk")
        #expect(KillSwitchOptions.author([:], host: "desk") == "somebody@desk")
    }

    @Test("halt and resume are found, with their options")
    func arguments() throws {
        let halt = try #require(
            try LitmusCommand.parseAsRoot(["halt", "--reason", "x", "--timeout", "5m", "--namespace", "chaos"])
                as? HaltCommand)
        #expect(halt.reason == "x" && halt.timeout == .seconds(300) && halt.options.namespace == "chaos")
        let resume = try #require(try LitmusCommand.parseAsRoot(["resume", "--output", "json"]) as? ResumeCommand)
        #expect(resume.options.namespace == "litmus" && resume.options.output == .json)
    }
}
