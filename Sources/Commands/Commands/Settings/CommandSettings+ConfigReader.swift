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
        try applyInstallation(config)
        try applyCenter(config)
    }

    private mutating func applyInstallation(_ config: ConfigReader) throws(SettingError) {
        try apply(config, .namespace, to: \.installation.namespace, InstallSettings.namespace)
        try apply(config, .registry, to: \.installation.registry) { $0 }
        try apply(config, .image, to: \.installation.image) { $0 }
        try apply(config, .imagePullPolicy, to: \.installation.imagePullPolicy, PullPolicy.init(rawValue:))
        try applyList(config, .imagePullSecrets, to: \.installation.imagePullSecrets) { $0 }
        try applyList(config, .nodeSelector, to: \.installation.nodeSelector, KeyValue.init)
        try applyList(config, .tolerations, to: \.installation.tolerations, Toleration.init)
        try applyList(config, .labels, to: \.installation.labels, KeyValue.init)
        try apply(config, .runAsUser, to: \.installation.runAsUser, RunAsUser.init)
        try applyList(config, .annotations, to: \.installation.annotations, KeyValue.init)
    }

    private mutating func applyCenter(_ config: ConfigReader) throws(SettingError) {
        try apply(config, .centerListen, to: \.center.listen) { try? HostPort($0) }
        try apply(config, .database, to: \.center.database) { $0 }
        try apply(config, .adminPasswordFile, to: \.center.adminPasswordFile) { $0 }
        try apply(config, .publicUrl, to: \.center.publicURL, CenterSettings.publicURL)
        try apply(config, .tlsCertificate, to: \.center.tlsCertificate) { $0 }
        try apply(config, .tlsKey, to: \.center.tlsKey) { $0 }
        try apply(config, .tlsAuthority, to: \.center.tlsAuthority) { $0 }
        try apply(config, .oidcIssuer, to: \.center.oidcIssuer) { $0 }
        try apply(config, .oidcClientId, to: \.center.oidcClientID) { $0 }
        try apply(config, .oidcClientSecretFile, to: \.center.oidcClientSecretFile) { $0 }
        try apply(config, .oidcCallbackUrl, to: \.center.oidcCallbackURL) { $0 }
        try applyList(config, .allowedOrigins, to: \.center.allowedOrigins, CenterSettings.origin)
        try apply(config, .trustForwardedFor, to: \.center.trustsForwardedFor, Bool.init)
        try apply(config, .allowLocalRepositories, to: \.center.allowsLocalRepositories, Bool.init)
        try apply(config, .sessionLifetime, to: \.center.sessionLifetime, Self.timeout)
        try apply(config, .runSilence, to: \.center.runSilence, Self.timeout)
        try apply(config, .metrics, to: \.center.hasMetrics, Bool.init)
    }

    /// A list of a source replaces that of a source which counts less.
    private mutating func applyList<Value>(
        _ config: ConfigReader, _ setting: Setting, to member: WritableKeyPath<Self, [Value]>,
        _ parse: (String) -> Value?
    ) throws(SettingError) {
        guard let texts = config.stringArray(forKey: setting.key) else { return }
        var values: [Value] = []
        for text in texts {
            guard let value = parse(text) else {
                throw SettingError(setting: setting, reason: "expected \(setting.expected), not '\(text)'")
            }
            values.append(value)
        }
        self[keyPath: member] = values
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
