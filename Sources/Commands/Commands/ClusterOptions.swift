import ArgumentParser
import Logging

/// What `litmus up` and `litmus run` have in common.
struct ClusterOptions: ParsableArguments {
    @Option(
        name: .customLong("image"),
        help: ArgumentHelp(
            "What an image name stands for: 'host' (the host's file system), a directory (a root file system), or "
                + "builtin:ROLE. Repeatable; earlier rows win.",
            valueName: "pattern=target"))
    var images: [String] = []

    @Option(help: "Log level: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "error"
}

extension ClusterOptions {
    /// A logger on standard error.
    /// - Throws: `CommandError` for an unknown level.
    func logger(label: String) throws -> Logger {
        guard let level = Logger.Level(rawValue: logLevel) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("unknown log level '\(logLevel)'; known are \(known)")
        }
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
