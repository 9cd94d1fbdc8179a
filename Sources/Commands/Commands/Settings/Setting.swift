import ArgumentParser
import Configuration
import KubernetesAPI
import Logging

/// An option that the environment and the configuration file can give too.
enum Setting: String, CaseIterable, Sendable {
    case dataDir, listen, logLevel, timeout, output, images
    // Of an installation on a cluster.
    case namespace, registry, image, imagePullPolicy, imagePullSecrets, nodeSelector, tolerations, labels, annotations,
        runAsUser
    // Of the Chaos Center.
    case centerListen, database, adminPasswordFile, publicUrl, tlsCertificate, tlsKey, tlsAuthority, oidcIssuer,
        oidcClientId, oidcClientSecretFile, oidcCallbackUrl, allowedOrigins, trustForwardedFor, sessionLifetime,
        allowLocalRepositories, runSilence, metrics

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
    var isList: Bool {
        switch self {
        case .images, .imagePullSecrets, .nodeSelector, .tolerations, .labels, .annotations, .allowedOrigins: true
        default: false
        }
    }

    /// Whether the value is `true` or `false`.
    var isSwitch: Bool {
        switch self {
        case .trustForwardedFor, .allowLocalRepositories, .metrics: true
        default: false
        }
    }

    /// What a value must be, for messages.
    var expected: String {
        switch self {
        case .dataDir: "the path of a directory"
        case .listen: "an address as HOST:PORT, such as 127.0.0.1:6443"
        case .logLevel: "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        case .timeout, .sessionLifetime, .runSilence: "a duration such as 90s, 5m or 1h30m"
        case .output: "one of " + RunCommand.Output.allCases.map(\.rawValue).joined(separator: ", ")
        case .images: "a list of PATTERN=TARGET, such as 'nginx*=host'"
        case .namespace: "the name of a namespace: lower-case letters, digits and dashes, at most 63"
        case .registry: "a registry with or without a path, such as registry.example.com/chaos"
        case .image: "an image reference, such as litmus:1.0"
        case .imagePullPolicy: "one of " + PullPolicy.allCases.map(\.rawValue).joined(separator: ", ")
        case .imagePullSecrets: "a list of names of Secrets"
        case .nodeSelector: "a list of KEY=VALUE, such as disktype=ssd"
        case .tolerations: "a list of KEY=VALUE:EFFECT, KEY:EFFECT or KEY, such as dedicated=chaos:NoSchedule"
        case .labels, .annotations: "a list of KEY=VALUE, such as team=payments"
        case .runAsUser: "the number of a user other than root, or 'none' for what the cluster assigns"
        case .centerListen: "an address as HOST:PORT, such as 127.0.0.1:9091"
        case .database: "sqlite:///path/to/file, sqlite::memory: or mongodb://host:port/name"
        case .adminPasswordFile, .tlsCertificate, .tlsKey, .tlsAuthority, .oidcClientSecretFile: "the path of a file"
        case .publicUrl: "a URL without a path, such as https://chaos.example.com"
        case .oidcIssuer, .oidcCallbackUrl: "a URL, such as https://login.example.com/realms/a"
        case .oidcClientId: "the name that the identity provider gave"
        case .allowedOrigins: "an origin such as https://portal.example.com, or a regular expression that begins with ^"
        case .trustForwardedFor, .allowLocalRepositories, .metrics: "true or false"
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
        case .images, .imagePullSecrets, .nodeSelector, .tolerations, .labels, .annotations, .registry: "none"
        case .namespace: defaults.installation.namespace
        case .image: "litmus:\(VersionCommand.version) of --registry, else of localhost"
        case .imagePullPolicy: "the cluster's"
        case .runAsUser: defaults.installation.runAsUser.text
        case .centerListen: defaults.center.listen.description
        case .database: "center/center.db in the data directory"
        case .adminPasswordFile: "admin has the password 'litmus', to be changed at the first login"
        case .publicUrl: "as clients reach it"
        case .tlsCertificate, .tlsKey, .tlsAuthority, .oidcIssuer, .oidcClientId, .oidcClientSecretFile,
            .allowedOrigins:
            "none"
        case .oidcCallbackUrl: "/auth/dex/callback of --public-url"
        case .trustForwardedFor: "\(defaults.center.trustsForwardedFor)"
        case .allowLocalRepositories: "\(defaults.center.allowsLocalRepositories)"
        case .sessionLifetime: defaults.center.sessionLifetime.inWords
        case .runSilence: defaults.center.runSilence.inWords
        case .metrics: "\(defaults.center.hasMetrics)"
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
