import Logging

extension Logger {
    /// A logger on standard error, where logs of commands go.
    static func standardError(label: String = "litmus", _ level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
