import Authentication
import ChaosCenter
import DocumentStore
import Foundation
import InstallManifests

/// What a Chaos Center is started with: the settings with their files read, and everything checked that can be before
/// something starts.
struct CenterConfiguration: Sendable {
    /// Holds hubs' clones and, unless another database is chosen, the documents.
    let directory: String
    let database: DatabaseURL
    let listen: HostPort
    /// The option that chooses another address, for messages.
    let listenOption: String
    let authentication: AuthenticationSettings
    let center: ChaosCenterSettings
    let tls: CenterTLS?
    let hasMetrics: Bool
    let warnings: [String]

    /// - Throws: `CommandError` that names the option and what is wrong.
    init(_ settings: CommandSettings, listenOption: String) throws {
        let center = settings.center
        let directory = URL(filePath: settings.dataDir).appending(path: "center").absoluteURL.path()
        var warnings: [String] = []
        self.directory = directory
        self.listenOption = listenOption
        listen = center.listen
        database = try center.database.map { try DatabaseURL($0) } ?? .sqlite(path: directory + "/center.db")
        tls = try Self.tls(center)
        warnings += tls?.warnings ?? []
        authentication = try Self.authentication(center, &warnings)
        var served = try Self.center(center, settings.installation, directory: directory)
        served.servesTLS = tls != nil
        self.center = served
        hasMetrics = center.hasMetrics
        self.warnings = warnings
    }

    /// Says on standard error what is no error, but should be known.
    func warn() {
        for warning in warnings { TextOutput.standardError.write("warning: \(warning)\n") }
    }

    private static func tls(_ settings: CenterSettings) throws -> CenterTLS? {
        switch (settings.tlsCertificate, settings.tlsKey) {
        case (let certificate?, let key?): return try CenterTLS(certificate: certificate, key: key)
        case (nil, nil): return nil
        case (_?, nil): throw CommandError("--tls-certificate needs --tls-key, the file with the certificate's key")
        case (nil, _?): throw CommandError("--tls-key needs --tls-certificate, the file with the key's certificate")
        }
    }

    private static func center(
        _ settings: CenterSettings, _ installation: InstallSettings, directory: String
    ) throws -> ChaosCenterSettings {
        var center = ChaosCenterSettings(dataDirectory: directory, image: installation.installation.image)
        center.allowsLocalRepositories = settings.allowsLocalRepositories
        center.publicURL = settings.publicURL
        center.runSilence = settings.runSilence
        center.agentAuthority = try settings.tlsAuthority.map { path in
            _ = try CenterTLS.certificates(path, option: "--tls-authority")
            return try SecretFile(path, option: "--tls-authority").text
        }
        return center
    }

    // MARK: Users

    private static func authentication(
        _ settings: CenterSettings, _ warnings: inout [String]
    ) throws -> AuthenticationSettings {
        var authentication = AuthenticationSettings()
        if let path = settings.adminPasswordFile {
            authentication.firstUser = .init(password: try password(path, authentication.passwordPolicy, &warnings))
        }
        authentication.loginLifetime = settings.sessionLifetime
        authentication.trustsForwardedFor = settings.trustsForwardedFor
        // A proxy may give the request another host than the one that the browser asked.
        let ownOrigin = settings.publicURL.flatMap(CenterSettings.origin)
        authentication.allowedOrigins = settings.allowedOrigins + (ownOrigin.map { [$0] } ?? [])
        authentication.openIDConnect = try openIDConnect(settings, &warnings)
        return authentication
    }

    private static func password(
        _ path: String, _ policy: PasswordPolicy, _ warnings: inout [String]
    ) throws -> String {
        let file = try SecretFile(path, option: "--admin-password-file")
        if file.isExposed { warnings.append("\(path) can be read by others than its owner; chmod 600 it") }
        let shortest = policy.lengths.lowerBound
        guard file.line.count >= shortest, file.line.utf8.count <= 1024 else {
            throw CommandError(
                "--admin-password-file: the password in \(path) must have \(shortest) characters or more")
        }
        guard !file.line.contains(where: \.isNewline) else {
            throw CommandError("--admin-password-file: \(path) must hold one line, the password")
        }
        return file.line
    }

    private static func openIDConnect(
        _ settings: CenterSettings, _ warnings: inout [String]
    ) throws -> OpenIDConnectSettings? {
        guard let issuer = settings.oidcIssuer else {
            guard settings.oidcClientID == nil, settings.oidcClientSecretFile == nil, settings.oidcCallbackURL == nil
            else { throw CommandError("--oidc-issuer is missing: the provider that the other --oidc options are for") }
            return nil
        }
        guard let clientID = settings.oidcClientID else {
            throw CommandError("--oidc-issuer needs --oidc-client-id, what the provider knows the Chaos Center as")
        }
        guard let callback = settings.oidcCallbackURL ?? settings.publicURL.map({ $0 + "/auth/dex/callback" }) else {
            throw CommandError(
                "--oidc-issuer needs --public-url or --oidc-callback-url, where the provider sends browsers back to")
        }
        let secret = try settings.oidcClientSecretFile.map { path in
            let file = try SecretFile(path, option: "--oidc-client-secret-file")
            if file.isExposed { warnings.append("\(path) can be read by others than its owner; chmod 600 it") }
            return file.line
        }
        return OpenIDConnectSettings(
            issuer: issuer, clientID: clientID, clientSecret: secret, callbackURL: callback)
    }
}
