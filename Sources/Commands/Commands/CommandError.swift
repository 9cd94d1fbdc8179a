/// What ends a command: the words for standard error, and the exit code.
struct CommandError: Error, Sendable, Hashable, CustomStringConvertible {
    var message: String
    var exitCode: Int32

    /// - Parameter exitCode: 2 is an error in the input or the set-up.
    init(_ message: String, exitCode: Int32 = 2) {
        self.message = message
        self.exitCode = exitCode
    }

    var description: String { message }
}
