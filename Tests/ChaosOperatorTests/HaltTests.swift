import ChaosAPI
import KubernetesAPI
import Testing

@Suite struct HaltTests {
    private func map(_ data: [String: String]?, change: (inout ConfigMap) -> Void = { _ in }) -> ConfigMap {
        var map = ConfigMap(name: Halt.configMapName, namespace: "litmus")
        map.metadata.creationTimestamp = Fixture.now
        if let data { map.data = data }
        change(&map)
        return map
    }

    @Test(
        "chaos is allowed without the ConfigMap, and when it clearly says so",
        arguments: ["false", "False", " false\n"])
    func allowed(text: String) {
        #expect(Halt(nil) == nil)
        #expect(Halt(map(["halted": text, "reason": "old"])) == nil)
    }

    @Test("a ConfigMap that is being deleted holds no order")
    func deleted() {
        #expect(Halt(map(["halted": "true"]) { $0.metadata.deletionTimestamp = Fixture.now }) == nil)
    }

    @Test("an order that kubectl made with one value is in force since the ConfigMap was made")
    func kubectl() throws {
        let halt = try #require(Halt(map(["halted": "true"])))
        #expect(halt.since == Fixture.now && halt.reason.isEmpty && halt.flaws.isEmpty)
        #expect(halt.description == "halted since 2023-11-14T22:13:20Z")
    }

    static let garbage: [[String: String]?] = [
        nil, [:], ["halted": ""], ["halted": "no"], ["halted": "0"], ["halted": "flase"], ["Halted": "false"],
    ]

    @Test("whatever is not clearly false counts as halted, and is said", arguments: garbage)
    func unclear(data: [String: String]?) throws {
        let halt = try #require(Halt(map(data)))
        #expect(halt.flaws.count == 1 && halt.flaws.first?.contains("data.halted") == true)
    }

    @Test("a time that is none is said, and the ConfigMap's is taken")
    func wrongTime() throws {
        let halt = try #require(Halt(map(["halted": "true", "since": "yesterday"])))
        #expect(halt.since == Fixture.now)
        #expect(halt.flaws.first?.contains("\"yesterday\"") == true)
    }

    @Test("what is written is read again, and other keys stay")
    func roundTrip() throws {
        let order = Halt(reason: "checkout is down", since: Fixture.now, by: "ann@desk")
        var written = map(["halted": "false", "ticket": "7"])
        order.write(to: &written)
        #expect(Halt(written) == order && written.data["ticket"] == "7")
        #expect(order.description == "halted since 2023-11-14T22:13:20Z by ann@desk: checkout is down")
    }

    @Test("a reason is one line without control characters, and not endless")
    func hostileReason() {
        #expect(Halt(reason: "a\u{1B}[2J\nb\t c").reason == "a [2J b c")
        #expect(Halt(reason: String(repeating: "x", count: 100_000)).reason.count == 300)
    }
}
