import Configuration

/// A place other than the command line that gives settings.
struct SettingsSource: Sendable {
    let reader: ConfigReader
    /// How messages name a setting of this source.
    let name: @Sendable (Setting) -> String

    /// The variables of the settings; an empty one counts as not set. Lists are separated by commas or line ends.
    static func environment(_ environment: [String: String]) -> SettingsSource {
        var variables: [String: String] = [:]
        for setting in Setting.allCases {
            guard let value = environment[setting.variable], !value.isEmpty else { continue }
            variables[setting.variable] = setting.isList ? list(value) : value
        }
        let provider = EnvironmentVariablesProvider(environmentVariables: variables)
        return SettingsSource(
            reader: ConfigReader(provider: provider.prefixKeys(with: ConfigKey([Setting.variablePrefix]))),
            name: \.variable)
    }

    /// The list as the library reads it; empty elements, such as after a last line end, are dropped.
    private static func list(_ text: String) -> String {
        text.split { $0 == "," || $0.isNewline }.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: ",")
    }
}

extension CommandSettings {
    /// The defaults, overridden by the sources; the first source wins over those after it.
    /// - Throws: `CommandError` that names the source, the setting and what is expected.
    init(_ sources: [SettingsSource]) throws {
        self.init()
        for source in sources.reversed() {
            do throws(SettingError) {
                try apply(source.reader)
            } catch {
                throw CommandError("\(source.name(error.setting)): \(error.reason)")
            }
        }
    }
}
