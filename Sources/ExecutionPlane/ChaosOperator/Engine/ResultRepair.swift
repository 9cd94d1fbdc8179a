import ChaosAPI
import KubernetesAPI

/// What the operator mends of the ChaosResults of a run whose processes are gone. Pure.
enum ResultRepair: Equatable, Sendable {
    /// The run was aborted.
    case stopped
    /// The run failed, for this reason.
    case failed(String)

    /// - Returns: whether anything changed.
    func apply(to result: inout ChaosResult) -> Bool {
        let before = result
        result.foldTargetAnnotations()
        if result.isOpen { close(&result) }
        return result != before
    }

    private func close(_ result: inout ChaosResult) {
        switch self {
        case .stopped:
            result.phase = .stopped
            result.verdict = .stopped
            result.history.stoppedRuns += 1
        case .failed(let reason):
            result.phase = .error
            result.verdict = .error
            let text = "{\"errorCode\":\"\(ErrorCode.generic.rawValue)\",\"reason\":\(JSON.string(reason))}"
            result.errorOutput = ErrorOutput(code: ErrorCode.generic.rawValue, reason: text)
        }
        result.probeSuccessPercentage = "0"
        result.probeStatuses = result.probeStatuses.map { probe in
            guard probe["status", "verdict"].string == "Awaited" else { return probe }
            var probe = probe
            probe["status"] = [
                "verdict": "N/A", "description": "Either probe is not executed or not evaluated",
            ]
            return probe
        }
    }
}
