import Faults
import Testing

@Suite struct RangeTests {
    private func picks(_ text: String, _ pick: (TunableReader) throws -> Int) rethrows -> Set<Int> {
        Set(try (0..<200).map { try pick(TunableReader(["X": text, "SEQUENCE": text], seed: $0)) })
    }

    @Test("a plain value is what it is, whatever the seed")
    func plain() throws {
        #expect(try picks("7") { try $0.int("X", default: 1, pickedIn: 0...9) } == [7])
        #expect(try picks("50") { try $0.percentage("X", default: 1) } == [50])
        #expect(try picks("") { try $0.percentage("X", default: 1) } == [1])
    }

    @Test("of a range every value is picked by some seed, both bounds too, and none beside it")
    func range() throws {
        #expect(try picks("2-4") { try $0.int("X", default: 1, pickedIn: 0...9) } == [2, 3, 4])
        #expect(try picks(" 2 - 2 ") { try $0.int("X", default: 1, pickedIn: 0...9) } == [2])
        #expect(try picks("98-300") { try $0.percentage("X", default: 1) } == [98, 99, 100])
        #expect(try picks("50-52") { Int(try $0.share("X", default: 1)) } == [50, 51, 52])
    }

    @Test("a seed repeats what is picked, whatever else is set")
    func seeded() throws {
        let alone = TunableReader(["A": "0-1000"], seed: 9)
        let beside = TunableReader(["A": "0-1000", "B": "0-1000"], seed: 9)
        let first = try alone.int("A", default: 0, pickedIn: 0...1000)
        let other = try beside.int("B", default: 0, pickedIn: 0...1000)
        #expect(try beside.int("A", default: 0, pickedIn: 0...1000) == first)
        #expect(other != first)
    }

    @Test("a percentage above 100 is 100", arguments: [("250", 100), ("100", 100), ("0", 0)])
    func percentage(text: String, expected: Int) throws {
        #expect(try TunableReader(["X": text]).percentage("X", default: 7) == expected)
    }

    @Test(
        "a share has decimals or a percent sign",
        arguments: [("0.5", 0.5), ("30%", 30), ("12.50 %", 12.5), (".5", 0.5)])
    func share(text: String, expected: Double) throws {
        #expect(try TunableReader(["X": text]).share("X", default: 7) == expected)
    }

    @Test(
        "what is no number in its bounds is an error that names variable and value",
        arguments: ["-1", "101", "70-50", "0-101", "5-", "-", "1-2-3", "1e1", "nan", "0x10", "1.5.2", "{\"a\":1}", "５"])
    func bad(text: String) {
        let read = TunableReader(["LOSS": text])
        for error in [
            #expect(throws: FaultError.self) { try read.share("LOSS", default: 0) },
            #expect(throws: FaultError.self) { try read.int("LOSS", default: 0, pickedIn: 0...100) },
        ] {
            #expect(error?.reason.contains("LOSS is '\(text)'") == true)
            #expect(error?.reason.contains("100") == true)
        }
    }

    @Test("a sequence is read in any case, and random is one of the two")
    func sequence() throws {
        #expect(try TunableReader(["SEQUENCE": "SERIAL"]).sequence() == .serial)
        #expect(try TunableReader([:]).sequence() == .parallel)
        #expect(try picks("Random") { try $0.sequence() == .serial ? 1 : 0 } == [0, 1])
    }
}
