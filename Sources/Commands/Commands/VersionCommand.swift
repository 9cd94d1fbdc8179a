import ArgumentParser

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    /// The version of this program, and the LitmusChaos line whose resources and API it speaks.
    static let version = "0.1.0"
    static let compatibility = "LitmusChaos 3.x"

    func run() {
        TextOutput.standardOutput.write("litmus \(Self.version) (compatible with \(Self.compatibility))\n")
    }
}
