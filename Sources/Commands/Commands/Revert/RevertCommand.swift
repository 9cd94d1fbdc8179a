import ArgumentParser
import Host
import Injection
import KubernetesAPI
import Logging

/// Undoes on this machine whatever its journal says is still applied: when everything else is gone.
struct RevertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revert",
        abstract: "Undo every fault that is applied on this machine.",
        discussion: """
            Reads the journal that injectors keep on each node and undoes what it names. Needs no cluster and may be \
            run at any time: what is undone already is no error. Ends with 2 when something could not be undone.
            """)

    @Flag(help: "Only show what is applied.")
    var list = false

    @Flag(
        help: """
            Only undo what nobody answers for any more: its injector is dead, its time is over, or the machine was \
            booted anew.
            """)
    var lost = false

    @Option(
        help: """
            Only undo what this order (a helper's pod, as NAMESPACE/NAME) applied, whoever answers for it. With --lost \
            both, and the exit code is about the order.
            """)
    var order: String?

    @Option(help: "How the answer is printed: text or json.")
    var output: RunCommand.Output = .text

    @Option(help: "The journal's directory.")
    var journal: String = Journal.defaultDirectory

    func run() async throws {
        ControlGroupNamespace.joinNode()
        let journal = Journal(directory: journal)
        if list {
            print(journal.list())
            return
        }
        let reverter = Reverter(journal: journal, logger: .standardError(.error))
        let outcomes = lost ? await reverter.revertLost(order: order) : await reverter.revertAll(order: order)
        print(outcomes)
        // Whoever asks for an order waits for it alone.
        let asked = outcomes.filter { outcome in order.map { outcome.concerns($0) } ?? true }
        if asked.contains(where: { $0.problem != nil }) { throw ExitCode(2) }
    }

    private func print(_ entries: [JournalListing]) {
        if output == .json {
            return TextOutput.standardOutput.write(JSON.array(entries.map(\.json)).prettyPrinted() + "\n")
        }
        guard !entries.isEmpty else { return TextOutput.standardOutput.write("Nothing is applied on this machine.\n") }
        for entry in entries { TextOutput.standardOutput.write(entry.line + "\n") }
    }

    private func print(_ outcomes: [Reverter.Outcome]) {
        if output == .json {
            let rows = outcomes.map { outcome -> JSON in
                var row = outcome.listing.json
                row["problem"] = outcome.problem.map(JSON.string) ?? .null
                return row
            }
            return TextOutput.standardOutput.write(JSON.array(rows).prettyPrinted() + "\n")
        }
        guard !outcomes.isEmpty else {
            return TextOutput.standardOutput.write("Nothing was applied on this machine.\n")
        }
        for outcome in outcomes {
            let end = outcome.problem.map { "not undone: \($0)" } ?? "undone"
            TextOutput.standardOutput.write("\(outcome.listing.line): \(end)\n")
        }
    }
}

extension JournalListing {
    /// `pod-network-loss  lose 30 % of egress on eth0  default/web-0 (web)  active, 12 s left`
    fileprivate var line: String {
        var words = [fault, action]
        if let target { words.append("\(target.namespace)/\(target.pod) (\(target.container))") }
        var condition = state.rawValue
        if let remainingMilliseconds, remainingMilliseconds > 0 {
            condition += ", \(Duration.milliseconds(remainingMilliseconds).inWords) left"
        }
        if isOwnerAlive == false { condition += ", its injector is dead" }
        words.append(condition)
        if !remark.isEmpty { words.append(remark) }
        return words.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    fileprivate var json: JSON {
        var json: JSON = [
            "id": .string(id), "order": .string(order), "fault": .string(fault), "action": .string(action),
            "state": .string(state.rawValue), "remark": .string(remark),
        ]
        if let target {
            json["target"] = [
                "node": .string(target.node), "namespace": .string(target.namespace), "pod": .string(target.pod),
                "container": .string(target.container), "containerID": .string(target.containerID),
            ]
        }
        json["createdAt"] = createdAt.map { .int($0) } ?? .null
        json["remainingMilliseconds"] = remainingMilliseconds.map { .int($0) } ?? .null
        json["ownerPID"] = ownerPID.map { .int(Int64($0)) } ?? .null
        json["isOwnerAlive"] = isOwnerAlive.map { .bool($0) } ?? .null
        return json
    }
}
