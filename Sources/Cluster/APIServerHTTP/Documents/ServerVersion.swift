import KubernetesAPI

/// `/version`: the Kubernetes version whose API is spoken, which clients compare with their own.
public struct ServerVersion: Sendable, Hashable {
    public var major: String
    public var minor: String
    /// The full version, such as `v1.36.0+litmus`.
    public var gitVersion: String

    public init(
        major: String = KubernetesRelease.major, minor: String = KubernetesRelease.minor,
        gitVersion: String = KubernetesRelease.version
    ) {
        self.major = major
        self.minor = minor
        self.gitVersion = gitVersion
    }

    var json: JSON {
        #if arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "amd64"
        #endif
        return .object([
            "major": .string(major), "minor": .string(minor), "gitVersion": .string(gitVersion), "gitCommit": "",
            "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "go0.0", "compiler": "gc",
            "platform": .string("linux/\(architecture)"),
        ])
    }
}
