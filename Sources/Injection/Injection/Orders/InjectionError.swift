/// Why something could not be injected or undone, in the terms of Litmus.
public struct InjectionError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, Codable {
        /// The order itself cannot be followed.
        case helper = "HELPER_ERROR"
        /// The container's process, namespaces or control groups were not found.
        case containerRuntime = "CONTAINER_RUNTIME_ERROR"
        case inject = "CHAOS_INJECT_ERROR"
        case revert = "CHAOS_REVERT_ERROR"
    }

    public var code: Code
    /// What was wrong, where, and what to do.
    public var reason: String
    public var target: TargetReference?

    public init(code: Code, reason: String, target: TargetReference? = nil) {
        self.code = code
        self.reason = reason
        self.target = target
    }

    /// What was applied to the target could not be taken back.
    static func cannotUndo(_ step: MachineStep, on target: TargetReference, _ cause: any Error) -> InjectionError {
        InjectionError(
            code: .revert, reason: "cannot undo \"\(step.summary)\" on pod \(target.pod): \(cause)", target: target)
    }

    public var description: String { reason }

    /// As reports carry it.
    public var failure: InjectionReport.Failure {
        InjectionReport.Failure(code: code.rawValue, reason: reason, target: target?.summary ?? "")
    }
}

extension TargetReference {
    /// `{podName: web-0, namespace: default, container: web}`.
    public var summary: String {
        "{podName: \(pod), namespace: \(namespace), container: \(container)}"
    }
}
