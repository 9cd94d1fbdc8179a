import Host
import Logging

@testable import Injection

let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

extension JournalEntry {
    /// A loss on nothing that exists, owned by this process, for an hour.
    static func sample(
        id: String = newID(), step: MachineStep = .loseTraffic(TrafficLoss(percentage: 30)), place: Place? = nil,
        owner: Owner = .current(), milliseconds: Int64 = 3_600_000, bootID: String = BootClock.bootID()
    ) -> JournalEntry {
        let target = TargetReference(
            node: "here", namespace: "default", pod: "web-0", podUID: "u", container: "web", containerID: "c")
        let nowhere = NetworkPlace(pid: 0, startTime: 0, inode: 0, cookie: .max, table: "netdev litmus")
        var entry = EntryDraft(
            order: "order-1", fault: "pod-network-loss", owner: owner,
            deadline: BootClock.milliseconds() + milliseconds
        ).entry(id: id, step, on: target, at: place ?? .network(nowhere))
        entry.bootID = bootID
        return entry
    }
}

extension TestPod {
    /// An entry for a loss on this pod.
    func entry(
        _ loss: TrafficLoss, owner: JournalEntry.Owner = .current(), milliseconds: Int64 = 3_600_000,
        injector: NetworkInjector
    ) async throws -> (entry: JournalEntry, site: NetworkInjector.Site) {
        let site = try await injector.site(loss, on: try resolved())
        var entry = JournalEntry.sample(
            step: .loseTraffic(loss), place: .network(site.place), owner: owner, milliseconds: milliseconds)
        entry.target = reference
        return (entry, site)
    }
}

extension InjectionOrder {
    static func test(
        _ step: MachineStep, on pods: [TestPod], milliseconds: Int = 400, isSerial: Bool = false,
        repetition: Repetition = .once
    ) -> InjectionOrder {
        InjectionOrder(
            id: "order-1", fault: "test", steps: [step], targets: pods.map(\.reference), isSerial: isSerial,
            repetition: repetition, durationMilliseconds: milliseconds, recoveryMilliseconds: 5000)
    }
}

/// Keeps what an execution reports.
actor Reports {
    private(set) var all: [InjectionReport] = []

    func add(_ report: InjectionReport) { all.append(report) }

    var states: [InjectionReport.State] { all.map(\.state) }
}

func execution(
    _ order: InjectionOrder, _ journal: Journal, _ reports: Reports = Reports(),
    targets: any TargetSource = FixedTargets()
) -> OrderExecution {
    OrderExecution(order, targets: targets, journal: journal, logger: quiet) { await reports.add($0) }
}
