import ArgumentParser
import EmbeddedNode
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What `litmus up` and `litmus run` have in common.
struct ClusterOptions: ParsableArguments {
    @Option(
        name: .customLong("image"),
        help: Setting.images.help(
            "What an image name stands for: 'host' (the host's file system), a directory (a root file system), or "
                + "builtin:ROLE. Repeatable; earlier rows win.",
            valueName: "pattern=target"),
        transform: { try ImageTable.Row(parsing: $0) })
    var images: [ImageTable.Row] = []

    @Option(help: Setting.logLevel.help("What is logged on standard error."), transform: Self.logLevel)
    var logLevel: Logger.Level?

    @Option(
        help: ArgumentHelp(
            "The configuration file (default: $XDG_CONFIG_HOME/litmus/config.yaml or ~/.config/litmus/config.yaml, "
                + "else \(ConfigurationFile.systemPath)).",
            valueName: "file"))
    var config: String?

    static func logLevel(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("expected \(Setting.logLevel.expected)")
        }
        return level
    }
}

extension ClusterOptions {
    static var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }

    /// Every setting from the first that gives it: the command line, the environment, the configuration file.
    /// - Parameter takeOptions: takes over the options of the command itself.
    /// - Throws: `CommandError` that says where which setting is wrong.
    func settings(
        environment: [String: String], _ takeOptions: (inout CommandSettings) -> Void
    ) throws -> CommandSettings {
        let file = try ConfigurationFile.find(
            named: config, defaults: ConfigurationFile.defaultPaths(environment: environment))
        var settings = try CommandSettings([.environment(environment)] + (file.map { [$0.source] } ?? []))
        takeOptions(&settings)
        if let logLevel { settings.logLevel = logLevel }
        settings.images = images + settings.images
        return settings
    }
}
