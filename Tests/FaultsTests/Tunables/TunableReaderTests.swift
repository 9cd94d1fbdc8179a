import ChaosAPI
import Faults
import Testing

@Suite struct TunableReaderTests {
    @Test("an empty variable counts as unset")
    func empty() throws {
        let read = TunableReader(["A": "", "B": "  "])
        #expect(try read.int("A", default: 3) == 3)
        #expect(try read.seconds("B", default: .seconds(4)) == .seconds(4))
        #expect(try read.bool("C", default: true))
    }

    @Test(
        "seconds are whole numbers or durations",
        arguments: [
            ("15", Duration.seconds(15)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)), ("0", .zero),
        ])
    func seconds(text: String, expected: Duration) throws {
        #expect(try TunableReader(["X": text]).seconds("X", default: .zero) == expected)
    }

    @Test(
        "a bad value is an error that names variable, value and form",
        arguments: ["15x", "abc", "-3", "1e99", "9999999999"])
    func bad(text: String) {
        let error = #expect(throws: FaultError.self) {
            try TunableReader(["DURATION": text]).seconds("DURATION", default: .zero)
        }
        #expect(error?.reason.contains("DURATION is '\(text)'") == true)
        #expect(error?.reason.contains("1m30s") == true)
    }

    @Test(
        "a random interval is an upper bound or a range",
        arguments: [
            ("7", Duration.zero...Duration.seconds(7)), ("5-15", .seconds(5)...(.seconds(15))),
            ("3-3", .seconds(3)...(.seconds(3))),
        ])
    func randomInterval(text: String, expected: ClosedRange<Duration>) throws {
        #expect(try TunableReader(["I": text]).interval("I", default: .seconds(10), isRandom: true) == expected)
    }

    @Test(
        "a bad random interval says why, in Litmus' words",
        arguments: [
            ("5-", "could not parse I env, bad input"), ("a-b", "could not parse I env, bad input"),
            ("1-2-3", "could not parse I env, bad input"), ("0", "invalid I env value, value below lower limit"),
            ("9-3", "invalid I env value, upper bound must be greater than or equal to lower bound"),
        ])
    func badInterval(text: String, reason: String) {
        let error = #expect(throws: FaultError.self) {
            try TunableReader(["I": text]).interval("I", default: .zero, isRandom: true)
        }
        #expect(error?.reason.hasPrefix(reason) == true)
        #expect(error?.code == .generic)
    }

    @Test("without RANDOMNESS a range is refused rather than read as no pause")
    func rangeWithoutRandomness() {
        #expect(throws: FaultError.self) {
            try TunableReader(["I": "5-15"]).interval("I", default: .zero, isRandom: false)
        }
    }

    @Test(
        "no text of any kind makes the reader crash",
        arguments: [
            "-", "--", "9223372036854775808", "1-", "-1", "%", "1.5", "\u{0}", "１５", "60-30",
        ])
    func garbage(text: String) {
        let read = TunableReader(["X": text])
        #expect(throws: FaultError.self) { try read.percentage("X", default: 0) }
        #expect(throws: FaultError.self) { try read.bool("X", default: false) }
    }
}
