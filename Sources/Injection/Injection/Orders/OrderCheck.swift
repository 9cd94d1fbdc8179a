/// Whether an order can be followed at all, decided from the order alone.
enum OrderCheck {
    /// - Throws: `InjectionError` of code `helper` with the first thing that is wrong.
    static func check(_ order: InjectionOrder) throws(InjectionError) {
        try require(!order.targets.isEmpty, "no target found, provide atleast one target")
        try require(!order.steps.isEmpty, "order \(order.id) has no step")
        try require(order.durationMilliseconds >= 0, "the duration \(order.durationMilliseconds) ms is negative")
        try requireTime(order.durationMilliseconds, "duration")
        try requireTime(order.pauseMilliseconds, "pause between targets")
        try requireTime(order.recoveryMilliseconds, "time for a container to be back")
        let kills = order.steps.filter(\.isKill).count
        try require(
            kills == 0 || kills == order.steps.count, "order \(order.id) mixes kills with other steps: send two orders")
        if case .every(let low, let high) = order.repetition {
            try require(
                kills > 0, "only kills can be repeated; other steps last as long as the order: leave out the interval")
            try require(
                0 <= low && low <= high, "the interval \(low)-\(high) ms is not one: give the smaller end first")
            try requireTime(high, "interval")
        }
        for step in order.steps { try check(step) }
    }

    private static func check(_ step: MachineStep) throws(InjectionError) {
        switch step {
        case .loseTraffic(let loss):
            try require(
                (0...100).contains(loss.percentage), "\(loss.percentage) is no percentage: give 0 to 100")
            try require(
                isDevice(loss.interface), "\"\(loss.interface)\" cannot be the name of a network interface")
        case .stressCPU(let stress):
            try require(stress.workers >= 0, "the number of workers \(stress.workers) is negative")
            try require(
                stress.workers <= maximumWorkers,
                "\(stress.workers) workers are more than a node can have: give at most \(maximumWorkers)")
            try require((0...100).contains(stress.load), "the load \(stress.load) is no percentage: give 0 to 100")
        case .killContainer(let kill):
            try require(kill.killAfterMilliseconds ?? 0 >= 0, "the time until SIGKILL is negative")
            try requireTime(kill.killAfterMilliseconds ?? 0, "time until SIGKILL")
        }
    }

    /// A year: whatever is added to it is still a number.
    static let maximumMilliseconds = 366 * 86_400_000
    static let maximumWorkers = 4096

    private static func requireTime(_ milliseconds: Int, _ what: String) throws(InjectionError) {
        try require(
            (0...maximumMilliseconds).contains(milliseconds),
            "the \(what) of \(milliseconds) ms is not between 0 and a year, \(maximumMilliseconds) ms")
    }

    /// As the kernel has it: up to 15 bytes, no blank, no slash. Quotes would end the name in a rule.
    private static func isDevice(_ name: String) -> Bool {
        (1...15).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\"") }
    }

    private static func require(_ condition: Bool, _ reason: String) throws(InjectionError) {
        guard condition else { throw InjectionError(code: .helper, reason: reason) }
    }
}

extension MachineStep {
    var isKill: Bool {
        if case .killContainer = self { return true }
        return false
    }
}
