/// The words of Kubernetes' remote command protocol over WebSocket, for both of its ends.
///
/// Each binary message begins with a byte that names its channel. Specification: `k8s.io/apimachinery`,
/// `remotecommand` (`v4.channel.k8s.io`) and KEP-4006 (`v5.channel.k8s.io`, which adds the closing of a channel).
public enum ExecProtocol: String, Sendable, CaseIterable {
    case v5 = "v5.channel.k8s.io"
    case v4 = "v4.channel.k8s.io"

    /// What a client offers, in the order of preference.
    public static var offered: [String] { allCases.map(\.rawValue) }

    public var canCloseChannels: Bool { self == .v5 }

    public enum Channel: UInt8, Sendable {
        case stdin = 0
        case stdout = 1
        case stderr = 2
        /// One `Status`, from the server, when the command ended or could not be run.
        case error = 3
        /// From the client: JSON with `Width` and `Height` of the terminal.
        case resize = 4
        /// Followed by the number of the channel that ends; v5 only.
        case close = 255
    }
}

extension ExecProtocol {
    /// How a command ended, as the error channel says it.
    public static func status(exitCode: Int) -> JSON {
        if exitCode == 0 { return ["metadata": [:], "status": "Success"] }
        return [
            "metadata": [:], "status": "Failure", "reason": "NonZeroExitCode",
            "message": .string("command terminated with non-zero exit code: exit status \(exitCode)"),
            "details": ["causes": [["reason": "ExitCode", "message": .string("\(exitCode)")]]],
        ]
    }

    /// - Parameter json: what came on the error channel.
    /// - Throws: `Status` where the command could not be run.
    public static func exitCode(_ json: JSON) throws(Status) -> Int {
        if json["status"] == "Success" { return 0 }
        let causes = json["details", "causes"].array ?? []
        if json["reason"] == "NonZeroExitCode",
            let code = causes.first(where: { $0["reason"] == "ExitCode" })?["message"].string.flatMap({ Int($0) })
        {
            return code
        }
        throw Status(json: json)
    }
}
