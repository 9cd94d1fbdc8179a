import Glibc

/// A system call or system program failed: what was attempted, on what, why, and what the user can do.
public struct HostError: Error, Sendable, Hashable, CustomStringConvertible {
    /// "create the directory", "mount", "run ip": completes the sentence "cannot …".
    public var operation: String
    /// The path, device or program; empty when the operation says it all.
    public var subject: String
    /// `errno`; 0 when a program, not a system call, failed.
    public var code: Int32
    /// The reason in words.
    public var reason: String

    public var description: String {
        subject.isEmpty ? "cannot \(operation): \(reason)" : "cannot \(operation) \(subject): \(reason)"
    }

    public init(_ operation: String, _ subject: String = "", code: Int32) {
        self.operation = operation
        self.subject = subject
        self.code = code
        self.reason = String(cString: strerror(code))
    }

    public init(_ operation: String, _ subject: String = "", reason: String) {
        self.operation = operation
        self.subject = subject
        self.code = 0
        self.reason = reason
    }

    /// The error of the call that has just returned -1.
    static func last(_ operation: String, _ subject: String = "") -> HostError {
        HostError(operation, subject, code: errno)
    }
}
