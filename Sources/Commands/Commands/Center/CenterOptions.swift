import ArgumentParser

/// The options of `litmus center` that say how the Chaos Center behaves. `litmus up` takes them from the environment and
/// the configuration file only.
struct CenterOptions: ParsableArguments {
    @Option(help: Setting.database.help("Where the documents are kept.", valueName: "url"))
    var database: String?

    @Option(
        help: Setting.adminPasswordFile.help(
            "The password of the user 'admin', whom a database without users begins with.", valueName: "file"))
    var adminPasswordFile: String?

    @Option(
        help: Setting.publicUrl.help("Where people and agents reach the Chaos Center.", valueName: "url"),
        transform: { try parse($0, .publicUrl, CenterSettings.publicURL) })
    var publicURL: String?

    @Option(
        help: Setting.tlsCertificate.help(
            "Serve TLS with this certificate: PEM, with those that lead to the authority after it.",
            valueName: "file"))
    var tlsCertificate: String?

    @Option(help: Setting.tlsKey.help("The certificate's private key, PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: Setting.tlsAuthority.help(
            "The authority of the certificate, PEM, for agents whose systems do not know it.", valueName: "file"))
    var tlsAuthority: String?

    @Option(help: Setting.oidcIssuer.help("Log in at this OpenID Connect provider, too.", valueName: "url"))
    var oidcIssuer: String?

    @Option(
        name: .customLong("oidc-client-id"),
        help: Setting.oidcClientId.help("What the provider knows the Chaos Center as.", valueName: "id"))
    var oidcClientID: String?

    @Option(
        help: Setting.oidcClientSecretFile.help("The secret that goes with the client ID.", valueName: "file"))
    var oidcClientSecretFile: String?

    @Option(
        name: .customLong("oidc-callback-url"),
        help: Setting.oidcCallbackUrl.help(
            "Where the provider sends the browser back to, as it is registered there.", valueName: "url"))
    var oidcCallbackURL: String?

    @Option(
        name: .customLong("allowed-origin"),
        help: Setting.allowedOrigins.help(
            "Pages of this origin may call, beside the Chaos Center's own: exactly this, or what a regular expression "
                + "that begins with ^ matches. Repeatable.", valueName: "origin"),
        transform: { try parse($0, .allowedOrigins, CenterSettings.origin) })
    var allowedOrigins: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: Setting.trustForwardedFor.help(
            "A proxy in front says in X-Forwarded-For whom failed logins are counted for."))
    var trustForwardedFor: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: Setting.allowLocalRepositories.help(
            "Hubs and GitOps may be file: URLs and servers on this host. Whoever owns a project can then read "
                + "repositories here."))
    var allowLocalRepositories: Bool?

    @Option(
        help: Setting.sessionLifetime.help("How long a login lasts.", valueName: "duration"),
        transform: { try parse($0, .sessionLifetime, CommandSettings.timeout) })
    var sessionLifetime: Duration?

    @Option(
        help: Setting.runSilence.help(
            "A run of which nothing was heard for so long, while its agent is away, ends as Timeout.",
            valueName: "duration"),
        transform: { try parse($0, .runSilence, CommandSettings.timeout) })
    var runSilence: Duration?

    @Flag(inversion: .prefixedNo, help: Setting.metrics.help("Serve /metrics."))
    var metrics: Bool?

    @Option(help: Setting.image.help("The image in the manifests of infrastructures."))
    var image: String?

    @Option(help: Setting.registry.help("Goes before the image's name."))
    var registry: String?

    private static func parse<Value>(
        _ text: String, _ setting: Setting, _ parse: (String) -> Value?
    ) throws -> Value {
        guard let value = parse(text) else {
            throw ValidationError("expected \(setting.expected), not '\(text)'")
        }
        return value
    }
}

extension CenterOptions {
    /// What the command line says goes before everything else.
    func apply(to settings: inout CommandSettings) {
        if let image { settings.installation.image = image }
        if let registry { settings.installation.registry = registry }
        applyAccess(to: &settings.center)
        if let database { settings.center.database = database }
        if let publicURL { settings.center.publicURL = publicURL }
        if let tlsCertificate { settings.center.tlsCertificate = tlsCertificate }
        if let tlsKey { settings.center.tlsKey = tlsKey }
        if let tlsAuthority { settings.center.tlsAuthority = tlsAuthority }
        if let runSilence { settings.center.runSilence = runSilence }
        if let metrics { settings.center.hasMetrics = metrics }
    }

    private func applyAccess(to center: inout CenterSettings) {
        if let adminPasswordFile { center.adminPasswordFile = adminPasswordFile }
        if let oidcIssuer { center.oidcIssuer = oidcIssuer }
        if let oidcClientID { center.oidcClientID = oidcClientID }
        if let oidcClientSecretFile { center.oidcClientSecretFile = oidcClientSecretFile }
        if let oidcCallbackURL { center.oidcCallbackURL = oidcCallbackURL }
        if !allowedOrigins.isEmpty { center.allowedOrigins = allowedOrigins }
        if let trustForwardedFor { center.trustsForwardedFor = trustForwardedFor }
        if let allowLocalRepositories { center.allowsLocalRepositories = allowLocalRepositories }
        if let sessionLifetime { center.sessionLifetime = sessionLifetime }
    }
}
