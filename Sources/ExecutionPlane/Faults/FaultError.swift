import ChaosAPI

/// Why a fault cannot be planned, or did not work, in the terms of Litmus.
public struct FaultError: Error, Sendable, Hashable, CustomStringConvertible {
    public var code: ErrorCode
    public var reason: String
    /// What it was about, such as `{podName: web-0, namespace: default}`; may be empty.
    public var target: String

    public init(_ code: ErrorCode, _ reason: String, target: String = "") {
        self.code = code
        self.reason = reason
        self.target = target
    }

    public var description: String { target.isEmpty ? reason : "\(reason) \(target)" }

    /// A variable that does not hold what it must.
    static func badValue(_ name: String, _ value: String, expected: String) -> FaultError {
        FaultError(.generic, "\(name) is '\(value)': expected \(expected)")
    }
}
