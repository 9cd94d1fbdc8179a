import Foundation
import Host

/// The environment of a `git` process. Everything it needs to know is in here, and nothing of the configuration of the host
/// or its user; credentials are here and never among the arguments, which everyone on the host can read.
struct GitEnvironment {
    let remote: GitRemote?
    /// Where the host of the remote is: `HOST:PORT:ADDRESS,ADDRESS`.
    var resolution: String?
    let author: GitAuthor?
    let keyPath: String?
    let knownHosts: String
    let allowsFiles: Bool

    private static let proxies = [
        "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
    ]
    /// How this host reaches others, and whom it trusts.
    private static let passedOn =
        proxies + ["no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"]

    static var hasProxy: Bool { proxies.contains { ProcessInfo.processInfo.environment[$0].given != nil } }

    var variables: [String] {
        var variables = [
            "PATH=\(HostProgram.searchPath)", "LC_ALL=C", "HOME=/nonexistent",
            "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1",
            "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=",
            // Everything else is refused, such as `ext`, which runs programs.
            "GIT_ALLOW_PROTOCOL=https:http:ssh" + (allowsFiles ? ":file" : ""),
            // Each thread takes addresses for an arena of its own, of which `Git.memory` leaves room for few.
            "MALLOC_ARENA_MAX=2",
            "GIT_SSH_VARIANT=ssh", "GIT_SSH_COMMAND=\(ssh)",
        ]
        variables += Self.passedOn.compactMap { name in
            ProcessInfo.processInfo.environment[name].map { "\(name)=\($0)" }
        }
        variables += Self.configuration(settings)
        if let login = remote?.credentials.login {
            variables += ["LITMUS_GIT_USERNAME=\(login.username)", "LITMUS_GIT_PASSWORD=\(login.password)"]
        }
        if let author {
            for role in ["AUTHOR", "COMMITTER"] {
                variables += ["GIT_\(role)_NAME=\(author.name)", "GIT_\(role)_EMAIL=\(author.email)"]
            }
        }
        return variables
    }

    private var settings: [(name: String, value: String)] {
        var settings = [
            ("protocol.ext.allow", "never"), ("core.hooksPath", "/dev/null"), ("core.symlinks", "false"),
            ("core.fsmonitor", "false"), ("submodule.recurse", "false"), ("gc.auto", "0"), ("commit.gpgSign", "false"),
            // So that what git maps at once does not depend on the number of processors and the size of packs.
            ("pack.threads", "2"), ("core.packedGitWindowSize", "32m"), ("core.packedGitLimit", "256m"),
            // Of a server that sends nothing any more.
            ("http.lowSpeedLimit", "1"), ("http.lowSpeedTime", "30"),
            // It could lead to a host that no repository may be on.
            ("http.followRedirects", "false"),
        ]
        if let resolution { settings.append(("http.curloptResolve", resolution)) }
        if let remote, remote.address.transport == .http, remote.credentials.login != nil {
            // git asks a helper for the server that it talks to, and this one answers for one server only. The text is constant; what it prints comes from the environment.
            let helper =
                #"!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "$LITMUS_GIT_USERNAME" "#
                + #""$LITMUS_GIT_PASSWORD"; }; f"#
            settings.append(("credential.\(remote.address.origin).helper", helper))
        }
        return settings
    }

    private static func configuration(_ settings: [(name: String, value: String)]) -> [String] {
        ["GIT_CONFIG_COUNT=\(settings.count)"]
            + settings.enumerated().flatMap { index, setting in
                ["GIT_CONFIG_KEY_\(index)=\(setting.name)", "GIT_CONFIG_VALUE_\(index)=\(setting.value)"]
            }
    }

    /// The key of a host is believed when it is first seen, and must be the same from then on.
    private var ssh: String {
        var words = [
            "ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o",
            "UserKnownHostsFile=\"\(knownHosts)\"", "-o", "ConnectTimeout=20", "-o", "IdentitiesOnly=yes", "-o",
            "IdentityAgent=none",
        ]
        if let keyPath { words += ["-i", keyPath] }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// `git` hands the command to a shell.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

/// Makes what `git` printed fit for clients and logs.
struct GitWords {
    /// Characters of what is told.
    static let limit = 1000

    private let secrets: [String]
    private let paths: [String]

    /// - Parameters:
    ///   - secrets: texts that must not appear.
    ///   - paths: of this server, which are nobody's business.
    init(hiding secrets: [String], paths: [String]) {
        self.secrets = secrets
        self.paths = paths
    }

    func clean(_ text: String) -> String {
        var text = text
        for secret in secrets {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
        }
        for path in paths.sorted(by: { $0.count > $1.count }) where !path.isEmpty {
            text = text.split(separator: path, omittingEmptySubsequences: false).joined(separator: "…")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks() }.filter { !$0.isEmpty }
        return String(lines.joined(separator: "\n").prefix(Self.limit))
    }
}
