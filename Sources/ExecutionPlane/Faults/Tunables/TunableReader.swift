import ChaosAPI
import KubernetesAPI

/// Reads tunables from the environment. A variable that is set but empty counts as unset; one with a bad value is an
/// error that names the variable, the value and what is allowed.
public struct TunableReader: Sendable {
    public let environment: [String: String]
    /// Repeats what is picked out of ranges.
    public let seed: UInt64

    public init(_ environment: [String: String], seed: UInt64 = 0) {
        self.environment = environment
        self.seed = seed
    }

    /// The value without blanks at both ends; nil when unset or empty.
    public func value(_ name: String) -> String? {
        guard let text = environment[name]?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    public func string(_ name: String, default fallback: String = "") -> String { value(name) ?? fallback }

    /// Comma-separated values, without blanks and empty ones.
    public func list(_ name: String) -> [String] {
        (value(name) ?? "").split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    }

    public func int(_ name: String, default fallback: Int, in range: ClosedRange<Int>? = nil) throws(FaultError) -> Int
    {
        guard let text = value(name) else { return fallback }
        guard let number = Int(text), range?.contains(number) ?? true else {
            let bounds = range.map { " from \($0.lowerBound) to \($0.upperBound)" } ?? ""
            throw .badValue(name, text, expected: "a whole number\(bounds)")
        }
        return number
    }

    public func unsigned(_ name: String) throws(FaultError) -> UInt64? {
        guard let text = value(name) else { return nil }
        guard let number = UInt64(text) else { throw .badValue(name, text, expected: "a whole number, not negative") }
        return number
    }

    /// The texts that Go's `strconv.ParseBool` takes.
    public func bool(_ name: String, default fallback: Bool) throws(FaultError) -> Bool {
        guard let text = value(name) else { return fallback }
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default: throw .badValue(name, text, expected: "true or false")
        }
    }

    /// Whole seconds (`15`) or a duration (`1m30s`).
    public func seconds(_ name: String, default fallback: Duration) throws(FaultError) -> Duration {
        guard let text = value(name) else { return fallback }
        guard let duration = Self.duration(text) else {
            throw .badValue(name, text, expected: "seconds (15) or a duration (1m30s)")
        }
        return duration
    }

    /// A pause, or, when `isRandom`, an upper bound or a range `lo-hi` to pick one from.
    public func interval(
        _ name: String, default fallback: Duration, isRandom: Bool
    ) throws(FaultError) -> ClosedRange<Duration> {
        guard let text = value(name) else { return isRandom ? .zero...fallback : fallback...fallback }
        guard isRandom else {
            let pause = try seconds(name, default: fallback)
            return pause...pause
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.duration($0.trimmed) }
        let expected = "with RANDOMNESS=true, seconds (15) or a range of them (5-15)"
        switch parts.count {
        case 1:
            guard let upper = parts[0] else { break }
            guard upper >= .seconds(1) else {
                throw FaultError(
                    .generic,
                    "invalid \(name) env value, value below lower limit: it is '\(text)', at least 1 s is needed")
            }
            return .zero...upper
        case 2:
            guard let lower = parts[0], let upper = parts[1] else { break }
            guard upper >= .seconds(1) else {
                throw FaultError(
                    .generic,
                    "invalid \(name) env value, value below lower limit: it is '\(text)', at least 1 s is needed")
            }
            guard lower <= upper else {
                throw FaultError(
                    .generic,
                    "invalid \(name) env value, upper bound must be greater than or equal to lower bound: it is '\(text)'"
                )
            }
            return lower...upper
        default: break
        }
        throw FaultError(.generic, "could not parse \(name) env, bad input: it is '\(text)', expected \(expected)")
    }

    /// One of an enumeration's raw values, in any case of letters.
    public func choice<T: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: T
    ) throws(FaultError) -> T where T.RawValue == String {
        guard let text = value(name) else { return fallback }
        guard let choice = T.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            throw .badValue(name, text, expected: "one of " + T.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    private static func duration(_ text: String) -> Duration? {
        let duration = Int(text).map { Duration.seconds($0) } ?? GoDuration.parse(text)
        // A bound that no arithmetic on durations overflows: ten years.
        guard let duration, duration >= .zero, duration < .seconds(315_360_000) else { return nil }
        return duration
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
