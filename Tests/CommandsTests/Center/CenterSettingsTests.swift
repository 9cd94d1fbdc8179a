import ArgumentParser
import Authentication
import ChaosCenter
import DocumentStore
import Foundation
import InstallManifests
import Testing

@testable import Commands

@Suite struct CenterSettingsTests {
    @Test("the command line, the environment and the file give the Chaos Center's settings, in this order")
    func order() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "center-\(UUID().uuidString).yaml").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let text = """
            centerListen: 127.0.0.1:1111
            database: sqlite:///from/file.db
            trustForwardedFor: true
            allowLocalRepositories: true
            metrics: false
            sessionLifetime: 1h
            allowedOrigins: ['https://file.example.com']
            registry: registry.example.com

            """
        try Data(text.utf8).write(to: URL(filePath: file))
        let environment = ["LITMUS_DATABASE": "sqlite:///from/environment.db", "LITMUS_SESSION_LIFETIME": "2h"]
        let words = ["--config", file, "--listen", "[::1]:2222", "--session-lifetime", "3h", "--metrics"]
        let settings = try CenterCommand.parse(words).settings(environment: environment)
        #expect(settings.center.listen == HostPort(host: "::1", port: 2222))
        #expect(settings.center.database == "sqlite:///from/environment.db")
        #expect(settings.center.sessionLifetime == .seconds(3 * 3600))
        #expect(settings.center.trustsForwardedFor)
        #expect(settings.center.allowsLocalRepositories)
        #expect(settings.center.hasMetrics)
        #expect(settings.center.allowedOrigins == [#"^https:\/\/file\.example\.com$"#])
        #expect(settings.installation.installation.image == "registry.example.com/litmus:\(VersionCommand.version)")

        let up = try UpCommand.parse(["--config", file]).settings(environment: environment)
        #expect(up.center.listen == HostPort(host: "127.0.0.1", port: 1111))
        #expect(up.center.database == "sqlite:///from/environment.db")
        #expect(!up.center.hasMetrics)
    }

    @Test("a switch in the file is true or false")
    func wrongSwitch() throws {
        let error = #expect(throws: CommandError.self) {
            try ConfigurationFile(path: "c.yaml", text: "metrics: 'no'\n")
        }
        #expect(error?.message == "c.yaml: metrics: expected true or false, not a value of type string")
        let variable = #expect(throws: CommandError.self) {
            try CommandSettings([.environment(["LITMUS_METRICS": "maybe"])])
        }
        #expect(variable?.message == "LITMUS_METRICS: expected true or false, not 'maybe'")
    }

    @Test(
        "public URLs",
        arguments: [
            ("https://chaos.example.com", "https://chaos.example.com"),
            ("http://10.0.0.1:9091/", "http://10.0.0.1:9091"),
            ("chaos.example.com", nil), ("https://chaos.example.com/path", nil), ("ftp://chaos.example.com", nil),
            ("https://", nil), ("https://user@chaos.example.com", nil),
        ])
    func publicURL(text: String, url: String?) { #expect(CenterSettings.publicURL(text) == url) }

    @Test("an origin stands for itself alone, a regular expression for what it matches")
    func origins() throws {
        let exact = try #require(CenterSettings.origin("https://a.example.com"))
        #expect("https://a.example.com".range(of: exact, options: .regularExpression) != nil)
        #expect("https://aXexample.com".range(of: exact, options: .regularExpression) == nil)
        #expect("https://a.example.com.evil".range(of: exact, options: .regularExpression) == nil)
        #expect(CenterSettings.origin(#"^https://.*\.example\.com$"#) == #"^https://.*\.example\.com$"#)
        #expect(CenterSettings.origin("^(") == nil)
        #expect(CenterSettings.origin("a.example.com") == nil)
    }

    @Test("data is in the folder 'center' of the data directory; a database may be elsewhere")
    func places() throws {
        var settings = CommandSettings()
        settings.dataDir = "/data"
        let standard = try CenterConfiguration(settings, listenOption: "--listen")
        #expect(standard.directory == "/data/center")
        #expect(standard.database == .sqlite(path: "/data/center/center.db"))
        #expect(standard.authentication.firstUser == .standard)
        settings.center.database = "mongodb://h/n"
        let other = try CenterConfiguration(settings, listenOption: "--listen")
        #expect(other.database == .mongodb("mongodb://h/n", database: "n"))
        #expect(other.center.dataDirectory == "/data/center")
    }

    @Test("a provider's callback and this server's own pages follow from the public URL")
    func publicURLFollows() throws {
        var settings = CommandSettings()
        settings.center.oidcIssuer = "https://login.example.com"
        settings.center.oidcClientID = "litmus"
        let missing = #expect(throws: CommandError.self) {
            try CenterConfiguration(settings, listenOption: "--listen")
        }
        #expect(missing?.message.contains("--oidc-issuer needs --public-url or --oidc-callback-url") == true)
        settings.center.publicURL = "https://chaos.example.com"
        let configuration = try CenterConfiguration(settings, listenOption: "--listen")
        #expect(
            configuration.authentication.openIDConnect?.callbackURL == "https://chaos.example.com/auth/dex/callback")
        #expect(configuration.authentication.allowedOrigins.count == 1)
        #expect(configuration.center.publicURL == "https://chaos.example.com")
    }

    @Test(
        "a password file",
        arguments: [("short\n", "must have 8 characters or more"), ("two\nlines-of-it\n", "one line")])
    func passwordFile(text: String, says: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "password-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        var settings = CommandSettings()
        settings.center.adminPasswordFile = file
        let wrong = settings
        let error = #expect(throws: CommandError.self) { try CenterConfiguration(wrong, listenOption: "--listen") }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
        try Data("correct horse battery\r\n".utf8).write(to: URL(filePath: file))
        let right = try CenterConfiguration(settings, listenOption: "--listen")
        #expect(right.authentication.firstUser.password == "correct horse battery")
        #expect(!right.authentication.firstUser.mustChangePassword)
        #expect(right.warnings == [])
    }
}
