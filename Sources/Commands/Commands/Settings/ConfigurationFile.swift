import Configuration
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The configuration file: a YAML mapping whose keys are the settings' names.
struct ConfigurationFile: Sendable {
    let path: String
    private let values: [AbsoluteConfigKey: ConfigValue]

    /// For everybody on the machine.
    static let systemPath = "/etc/litmus/config.yaml"

    /// Where a file is looked for when none is named, in this order.
    static func defaultPaths(environment: [String: String], systemPath: String = systemPath) -> [String] {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let configHome = value("XDG_CONFIG_HOME") ?? value("HOME").map { "\($0)/.config" }
        return (configHome.map { ["\($0)/litmus/config.yaml"] } ?? []) + [systemPath]
    }

    /// The named file, or else the first default one that exists.
    /// - Returns: nil when no file is named and no default one exists.
    /// - Throws: `CommandError` when it cannot be read or says something that no setting can be.
    static func find(named path: String?, defaults: [String]) throws -> ConfigurationFile? {
        if let path { return try ConfigurationFile(path: path) }
        return try defaults.first(where: FileManager.default.fileExists(atPath:)).map(ConfigurationFile.init(path:))
    }

    init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError("\(path): there is no such configuration file")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandError("\(path): the configuration file cannot be read: \(error)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError("\(path): not UTF-8 text; the configuration file is YAML")
        }
        try self.init(path: path, text: text)
    }

    /// - Throws: `CommandError` that names the file, the key and what is allowed.
    init(path: String, text: String) throws {
        self.path = path
        let documents: [JSON]
        do throws(YAMLError) {
            documents = try JSON.documents(yaml: text, source: path)
        } catch {
            throw CommandError(error.description)
        }
        guard documents.count <= 1 else {
            throw CommandError("\(path): holds \(documents.count) documents; a configuration file is one")
        }
        guard let members = (documents.first ?? .object([:])).object else {
            throw CommandError(
                "\(path): expected a mapping of keys to values, not a value of type \(documents[0].typeName)")
        }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let setting = Setting(rawValue: name) else { throw Self.unknown(name, in: path) }
            values[AbsoluteConfigKey(setting.key)] = ConfigValue(
                try Self.content(value, of: setting, in: path), isSecret: false)
        }
        self.values = values
    }

    var source: SettingsSource {
        SettingsSource(
            reader: ConfigReader(provider: InMemoryProvider(name: path, values: values)),
            name: { [path] in "\(path): \($0.rawValue)" })
    }

    private static func content(_ value: JSON, of setting: Setting, in path: String) throws -> ConfigContent {
        func wrong(_ place: String, _ type: String) -> CommandError {
            CommandError("\(path): \(place): expected \(setting.expected), not a value of type \(type)")
        }
        if setting.isSwitch {
            guard let flag = value.bool else { throw wrong(setting.rawValue, value.typeName) }
            return .string("\(flag)")
        }
        guard setting.isList else {
            guard let text = value.string else { throw wrong(setting.rawValue, value.typeName) }
            return .string(text)
        }
        guard let elements = value.array else { throw wrong(setting.rawValue, value.typeName) }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else { throw wrong("\(setting.rawValue)[\(index)]", element.typeName) }
            texts.append(text)
        }
        return .stringArray(texts)
    }

    private static func unknown(_ name: String, in path: String) -> CommandError {
        let known = Setting.allCases.map(\.rawValue)
        let suggestion = Spelling.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        return CommandError(
            "\(path): unknown key '\(name)'\(suggestion) (allowed are \(known.joined(separator: ", ")))")
    }
}
