import Testing

@testable import KubernetesAPI

/// Durations, quantities and times.
@Suite struct MeasureTests {
    @Test(
        "durations are read as Go reads them",
        arguments: [
            ("0", .zero), ("5s", .seconds(5)), ("300ms", .milliseconds(300)), ("1m30s", .seconds(90)),
            ("1.5h", .seconds(5400)),
            ("-1m", .seconds(-60)), ("+2s", .seconds(2)), ("1us", .microseconds(1)), ("1µs", .microseconds(1)),
            ("1ns", .nanoseconds(1)),
            (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("1h2m3s4ms", .milliseconds(3_723_004)), ("0s", .zero),
            ("0.1s", .milliseconds(100)),
            ("2540400h10m10s", .seconds(9_145_440_610)),
        ] as [(String, Duration)])
    func durations(text: String, expected: Duration) {
        #expect(GoDuration.parse(text) == expected)
    }

    @Test(
        "what is no duration is refused",
        arguments: [
            "", "5", "s", "-", "1x", "1 s", "5s ", "1e3s", ".s", "1..5s", "--1s", "99999999999999h", "٣s", "1mm", "+",
            "s5",
        ])
    func notDurations(text: String) { #expect(GoDuration.parse(text) == nil) }

    @Test(
        "quantities have their value in base units",
        arguments: [
            ("1", 1), ("100m", 0.1), ("1.5", 1.5), ("1k", 1000), ("1Ki", 1024), ("128Mi", 134_217_728),
            ("1.5Gi", 1_610_612_736), ("2e3", 2000),
            ("2E3", 2000), ("1E", 1e18), ("1Ei", 1_152_921_504_606_846_976), ("-5", -5), ("0", 0), (".5", 0.5),
            ("5.", 5), ("1n", 1e-9), ("1u", 1e-6), ("2e-3", 0.002),
        ])
    func quantities(text: String, expected: Double) throws {
        let quantity = try #require(Quantity(text))
        #expect(abs(quantity.value - expected) <= abs(expected) * 1e-12)
        #expect(quantity.description == text)
    }

    @Test(
        "what is no quantity is refused",
        arguments: [
            "", "m", "1x", "1 Gi", "1K", "1mi", "--1", "1.2.3", "e3", "1e", "1e3Ki", "٣", "+-1", "nan", "inf", "0x10",
            "1e999",
        ])
    func notQuantities(text: String) { #expect(Quantity(text) == nil) }

    @Test("a quantity may be a JSON number")
    func jsonQuantities() {
        #expect(Quantity(JSON.int(2))?.value == 2)
        #expect(Quantity(JSON.double(0.5))?.value == 0.5)
        #expect(Quantity(JSON.bool(true)) == nil)
    }

    @Test(
        "times are read with fraction and offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-24T02:30:00Z", 1_795_487_400_000_000),
            ("2026-11-24T04:30:00+02:00", 1_795_487_400_000_000),
            ("2026-11-23T21:00:00.123456-05:30", 1_795_487_400_123_456),
            ("2000-02-29T23:59:59.5Z", 951_868_799_500_000),
            ("1969-12-31T23:59:59.999999Z", -1), ("2026-11-24t02:30:00z", 1_795_487_400_000_000),
            ("2026-11-24T02:30:00.123456789Z", 1_795_487_400_123_456),
        ])
    func times(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026-11-24", "2026-11-24T02:30:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-02-30T00:00:00Z", "2026-11-31T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00Zx", "2026/01/01T00:00:00Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+25:00", "2023-02-29T00:00:00Z", "x026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.1234567", "2026-01-01T00:00:00+aa:00",
        ])
    func notTimes(text: String) { #expect(Timestamp(text) == nil) }

    @Test("what is written is read back the same", arguments: 1...200)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let time = Timestamp(
            microseconds: Int64.random(in: -60_000_000_000_000_000...250_000_000_000_000_000, using: &random))
        #expect(Timestamp(time.microTime) == time)
        let seconds = Timestamp(time.description)
        #expect(seconds.map { time.microseconds - $0.microseconds } ?? -1 >= 0)
        #expect(seconds.map { time.microseconds - $0.microseconds } ?? 1_000_000 < 1_000_000)
        #expect(seconds?.description == time.description)
    }

    @Test("times are compared, subtracted and moved")
    func arithmetic() {
        let time = Timestamp(microseconds: 1_500_000)
        #expect(time + .milliseconds(500) == Timestamp(microseconds: 2_000_000))
        #expect(time + .seconds(-2) == Timestamp(microseconds: -500_000))
        #expect(Timestamp(microseconds: 2_000_000) - time == .milliseconds(500))
        #expect(time < time + .nanoseconds(1000))
        #expect(Timestamp(time.date) == time)
    }
}
