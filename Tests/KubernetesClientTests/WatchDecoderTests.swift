import KubernetesAPI
import Testing

@testable import KubernetesClient

@Suite struct WatchDecoderTests {
    private let events: [WatchEvent] = [
        .added(["kind": "Pod", "metadata": ["name": "a\n\"ü"]]), .modified(["x": 1]), .deleted(["x": [1, 2]]),
        .bookmark(["metadata": ["resourceVersion": "7"]]),
    ]

    private func lines(_ events: [WatchEvent]) -> [UInt8] {
        events.flatMap { (["type": .string($0.typeName), "object": $0.object] as JSON).encoded() + [0x0A] }
    }

    @Test("events are the same however the bytes are cut", arguments: 1...50)
    func boundaries(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let expected = (0..<20).map { _ in events[Int.random(in: 0..<events.count, using: &random)] }
        var bytes = lines(expected)[...]
        var decoder = WatchDecoder()
        var seen: [WatchEvent] = []
        while !bytes.isEmpty {
            let count = min(bytes.count, Int.random(in: 1...200, using: &random))
            decoder.feed(bytes.prefix(count))
            bytes = bytes.dropFirst(count)
            while let event = try decoder.next() { seen.append(event) }
        }
        #expect(seen == expected)
        #expect(try decoder.finish() == nil)
    }

    @Test("the last event needs no line feed, empty lines and unknown types are passed over")
    func ends() throws {
        var decoder = WatchDecoder()
        decoder.feed(Array("\n \r\n{\"type\":\"NEW\",\"object\":{}}\n{\"type\":\"ADDED\",\"object\":{\"x\":1}}".utf8))
        #expect(try decoder.next() == nil)
        #expect(try decoder.finish() == .added(["x": 1]))
        #expect(try decoder.finish() == nil)
    }

    @Test("an ERROR event throws its Status")
    func error() {
        var decoder = WatchDecoder()
        let status = Status.expired("too old resource version")
        decoder.feed((["type": "ERROR", "object": status.json] as JSON).encoded() + [0x0A])
        let thrown = #expect(throws: Status.self) { try decoder.next() }
        #expect(thrown?.isExpired == true)
    }

    @Test("text that is no event is an error", arguments: ["{\"type\"\n", "{\"object\":{}}\n", "[]\n"])
    func malformed(text: String) {
        var decoder = WatchDecoder()
        decoder.feed(text.utf8)
        #expect(throws: KubernetesClientError.self) { try decoder.next() }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
