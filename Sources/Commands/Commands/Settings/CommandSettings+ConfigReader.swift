import Configuration
import EmbeddedNode
import KubernetesAPI
import Logging

extension CommandSettings {
    /// Takes over what `config` gives; the rest stays as it is. Image rows go before those that are there.
    mutating func apply(_ config: ConfigReader) throws(SettingError) {
        try apply(config, .dataDir, to: \.dataDir) { $0.isEmpty ? nil : $0 }
        try apply(config, .listen, to: \.listen) { try? HostPort($0) }
        try apply(config, .logLevel, to: \.logLevel, Logger.Level.init(rawValue:))
        try apply(config, .timeout, to: \.timeout, Self.timeout)
        try apply(config, .output, to: \.output, RunCommand.Output.init(rawValue:))
        var rows: [ImageTable.Row] = []
        for text in config.stringArray(forKey: Setting.images.key, default: []) {
            do throws(ImageTable.Row.ParseError) {
                rows.append(try ImageTable.Row(parsing: text))
            } catch {
                throw SettingError(setting: .images, reason: error.description)
            }
        }
        images = rows + images
    }

    /// A duration that a run can have, or nil.
    static func timeout(_ text: String) -> Duration? {
        GoDuration.parse(text).flatMap { $0 > .zero ? $0 : nil }
    }

    private mutating func apply<Value>(
        _ config: ConfigReader, _ setting: Setting, to member: WritableKeyPath<Self, Value>,
        _ parse: (String) -> Value?
    ) throws(SettingError) {
        guard let text = config.string(forKey: setting.key) else { return }
        guard let value = parse(text) else {
            throw SettingError(setting: setting, reason: "expected \(setting.expected), not '\(text)'")
        }
        self[keyPath: member] = value
    }
}
