import ArgumentParser
import EmbeddedNode
import Logging
import Testing

@testable import Commands

/// Which of the command line, the environment and the configuration file decides.
@Suite struct SettingsTests {
    private static let text = """
        dataDir: /from/file
        listen: 127.0.0.1:1111
        logLevel: info
        timeout: 1m
        output: json
        images:
          - shop/*=/srv/file
          - nginx*=host

        """

    private static let environment = [
        "LITMUS_DATA_DIR": "/from/environment", "LITMUS_LISTEN": "127.0.0.1:2222", "LITMUS_LOG_LEVEL": "debug",
        "LITMUS_TIMEOUT": "2m", "LITMUS_OUTPUT": "text", "LITMUS_IMAGES": "shop/*=/srv/environment",
    ]

    private static let none = CommandSettings()

    @Test("the file overrides the defaults")
    func file() throws {
        try withFile(Self.text) { path in
            let up = try UpCommand.parse(["--config", path]).settings(environment: [:])
            #expect(up.dataDir == "/from/file")
            #expect(up.listen == HostPort(host: "127.0.0.1", port: 1111))
            #expect(up.logLevel == .info)
            let run = try RunCommand.parse(["a.yaml", "--config", path]).settings(environment: [:])
            #expect(run.timeout == .seconds(60))
            #expect(run.output == .json)
            #expect(run.images.map(\.pattern) == ["shop/*", "nginx*"])
        }
    }

    @Test("the environment overrides the file")
    func environment() throws {
        try withFile(Self.text) { path in
            let up = try UpCommand.parse(["--config", path]).settings(environment: Self.environment)
            #expect(up.dataDir == "/from/environment")
            #expect(up.listen == HostPort(host: "127.0.0.1", port: 2222))
            #expect(up.logLevel == .debug)
            let run = try RunCommand.parse(["a.yaml", "--config", path]).settings(environment: Self.environment)
            #expect(run.timeout == .seconds(120))
            #expect(run.output == .text)
        }
    }

    @Test("the command line overrides the environment and the file")
    func commandLine() throws {
        try withFile(Self.text) { path in
            let up = try UpCommand.parse([
                "--config", path, "--data-dir", "/from/flag", "--listen", "[::1]:3333", "--log-level", "trace",
            ]).settings(environment: Self.environment)
            #expect(up.dataDir == "/from/flag")
            #expect(up.listen == HostPort(host: "::1", port: 3333))
            #expect(up.logLevel == .trace)
            let run = try RunCommand.parse([
                "a.yaml", "--config", path, "--timeout", "3m", "--output", "json",
            ]).settings(environment: Self.environment)
            #expect(run.timeout == .seconds(180))
            #expect(run.output == .json)
        }
    }

    @Test("a source that is silent on a setting leaves it to the next")
    func silence() throws {
        try withFile("timeout: 1m\n") { path in
            let settings = try RunCommand.parse(["a.yaml", "--config", path])
                .settings(environment: ["LITMUS_OUTPUT": "json", "LITMUS_TIMEOUT": ""])
            #expect(settings.timeout == .seconds(60))
            #expect(settings.output == .json)
            #expect(settings.logLevel == Self.none.logLevel)
        }
    }

    @Test("image rows of the command line come first, then the environment's, then the file's")
    func imageOrder() throws {
        try withFile(Self.text) { path in
            let settings = try RunCommand.parse([
                "a.yaml", "--config", path, "--image", "shop/*=/srv/first", "--image", "b=host",
            ]).settings(environment: ["LITMUS_IMAGES": "shop/*=/srv/environment, c=builtin:runner\nd=host\n"])
            #expect(settings.images.map(\.pattern) == ["shop/*", "b", "shop/*", "c", "d", "shop/*", "nginx*"])
            #expect(ImageTable(settings.images).target(of: "shop/cart:1") == .directory("/srv/first"))
        }
    }

    @Test("variables of roles and tunables are no settings")
    func otherVariables() throws {
        let settings = try CommandSettings([
            .environment(["LITMUS_SEED": "7", "LITMUS_MOUNTS": "/a=/b", "LITMUS_CLUSTER_ID": "x", "TIMEOUT": "1s"])
        ])
        #expect(settings == Self.none)
        let names = Set(Setting.allCases.map(\.variable))
        let ofInstallations: Set = [
            "LITMUS_NAMESPACE", "LITMUS_REGISTRY", "LITMUS_IMAGE", "LITMUS_IMAGE_PULL_POLICY",
            "LITMUS_IMAGE_PULL_SECRETS", "LITMUS_NODE_SELECTOR", "LITMUS_TOLERATIONS", "LITMUS_LABELS",
            "LITMUS_ANNOTATIONS", "LITMUS_RUN_AS_USER",
        ]
        let ofCenters: Set = [
            "LITMUS_CENTER_LISTEN", "LITMUS_DATABASE", "LITMUS_ADMIN_PASSWORD_FILE", "LITMUS_PUBLIC_URL",
            "LITMUS_TLS_CERTIFICATE", "LITMUS_TLS_KEY", "LITMUS_TLS_AUTHORITY", "LITMUS_OIDC_ISSUER",
            "LITMUS_OIDC_CLIENT_ID", "LITMUS_OIDC_CLIENT_SECRET_FILE", "LITMUS_OIDC_CALLBACK_URL",
            "LITMUS_ALLOWED_ORIGINS", "LITMUS_TRUST_FORWARDED_FOR", "LITMUS_SESSION_LIFETIME", "LITMUS_RUN_SILENCE",
            "LITMUS_ALLOW_LOCAL_REPOSITORIES", "LITMUS_METRICS",
        ]
        #expect(names == ofInstallations.union(Self.environment.keys).union(ofCenters))
    }

    @Test(
        "a wrong variable is refused with its name and what is allowed",
        arguments: [
            ("LITMUS_TIMEOUT", "soon", "LITMUS_TIMEOUT: expected a duration such as 90s, 5m or 1h30m, not 'soon'"),
            ("LITMUS_OUTPUT", "xml", "LITMUS_OUTPUT: expected one of text, json, not 'xml'"),
            ("LITMUS_LISTEN", "6443", "LITMUS_LISTEN: expected an address as HOST:PORT"),
            ("LITMUS_LOG_LEVEL", "loud", "LITMUS_LOG_LEVEL: expected one of trace, debug"),
            ("LITMUS_IMAGES", "a=host,b", "LITMUS_IMAGES: image row 'b' has no '='"),
        ])
    func wrongVariable(name: String, value: String, message: String) {
        let error = #expect(throws: CommandError.self) { try CommandSettings([.environment([name: value])]) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        #expect(error?.exitCode == 2)
    }

    @Test("every option tells its variable and its default in the help")
    func help() {
        let up = UpCommand.helpMessage(columns: 400)
        let run = RunCommand.helpMessage(columns: 400)
        let manifests = ManifestsCommand.helpMessage(columns: 400)
        let center = CenterCommand.helpMessage(columns: 400)
        for setting in Setting.allCases {
            let words = "(environment: \(setting.variable), default: \(setting.defaultText))"
            #expect((up + run + manifests + center).contains(words), "\(words)")
        }
    }
}
