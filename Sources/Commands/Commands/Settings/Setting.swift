import ArgumentParser
import Configuration
import KubernetesAPI
import Logging

/// An option that the environment and the configuration file can give too.
enum Setting: String, CaseIterable, Sendable {
    case dataDir, listen, logLevel, timeout, output, images

    /// The key in the configuration file.
    var key: ConfigKey { ConfigKey([rawValue]) }

    /// The environment variable: the words of the key in capitals.
    var variable: String {
        Self.variablePrefix.uppercased() + "_"
            + rawValue.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
    }

    /// The first word of every variable.
    static let variablePrefix = "litmus"

    /// Whether the value is a list of texts instead of one.
    var isList: Bool { self == .images }

    /// What a value must be, for messages.
    var expected: String {
        switch self {
        case .dataDir: "the path of a directory"
        case .listen: "an address as HOST:PORT, such as 127.0.0.1:6443"
        case .logLevel: "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        case .timeout: "a duration such as 90s, 5m or 1h30m"
        case .output: "one of " + RunCommand.Output.allCases.map(\.rawValue).joined(separator: ", ")
        case .images: "a list of PATTERN=TARGET, such as 'nginx*=host'"
        }
    }

    /// The default, as the user would write it.
    var defaultText: String {
        let defaults = CommandSettings()
        return switch self {
        case .dataDir: defaults.dataDir
        case .listen: defaults.listen.description
        case .logLevel: defaults.logLevel.rawValue
        case .timeout: defaults.timeout.inWords
        case .output: defaults.output.rawValue
        case .images: "none"
        }
    }

    /// The help of the option, with its other names and its default.
    func help(_ text: String, valueName: String? = nil) -> ArgumentHelp {
        ArgumentHelp("\(text) (environment: \(variable), default: \(defaultText))", valueName: valueName)
    }
}

/// A value that a setting cannot have.
struct SettingError: Error, Sendable, Hashable {
    var setting: Setting
    /// What is wrong, and what is expected.
    var reason: String
}
