import ChaosAPI
import Faults
import KubernetesAPI
import Probes

/// Why an experiment failed, in the terms of Litmus.
struct ExperimentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A value of `ErrorCode`, or the code of a probe.
    var code: String
    var phase: ExperimentPhase?
    var reason: String
    var target = ""

    init(_ code: ErrorCode, _ reason: String, target: String = "", phase: ExperimentPhase? = nil) {
        self.code = code.rawValue
        self.reason = reason
        self.target = target
        self.phase = phase
    }

    /// Any error; one that Litmus has no code for keeps its text.
    init(_ error: any Error, phase: ExperimentPhase? = nil) {
        switch error {
        case let error as ExperimentError:
            self = error
            self.phase = error.phase ?? phase
        case let error as FaultError:
            self.init(error.code, error.reason, target: error.target, phase: phase)
        case let error as ProbeFailure:
            self.init(.generic, error.reason, target: "{probeName: \(error.probe)}", phase: phase)
            code = error.code
        default:
            self.init(.nonUserFriendly, "\(error)", phase: phase)
        }
    }

    /// A probe's condition was not met: the verdict is Fail, not Error.
    var isProbeFailure: Bool { code.hasSuffix("_PROBE_FAILURE") }

    /// `{"errorCode","phase","reason","target"}`, empty ones left out, in this order.
    var description: String {
        let members = [("errorCode", code), ("phase", phase?.rawValue ?? ""), ("reason", reason), ("target", target)]
        let text = members.filter { !$0.1.isEmpty }.map { "\(JSON.string($0.0)):\(JSON.string($0.1))" }
        return "{\(text.joined(separator: ","))}"
    }

    var output: ErrorOutput { ErrorOutput(code: code, reason: description) }
}
