/// How the Chaos Center behaves. Everything has a default.
public struct ChaosCenterSettings: Sendable {
    /// The LitmusChaos release whose API this is: what clients and agents compare theirs with.
    public static let compatibleVersion = "3.31.0"

    /// What agents have to be. Those of the same major version may connect.
    public var version = compatibleVersion
    /// Where hubs and repositories are cloned to.
    public var dataDirectory: String
    /// Where agents and people reach this server, such as `https://chaos.example.com`. Nil: as the client that registers
    /// an infrastructure reached it.
    public var publicURL: String?
    /// Whether this server itself speaks TLS, so that its own addresses begin with `https`.
    public var servesTLS = false
    /// PEM of an authority that agents are to trust, beside those of their system.
    public var agentAuthority: String?
    /// The complete reference of the image in the manifests of infrastructures.
    public var image: String
    /// How long a command waits for an agent to take it. A run whose agent does not ends as `Timeout`.
    public var commandLifetime: Duration = .seconds(600)
    /// How long a run may go on without anything heard of it while its agent is not connected; then it ends as
    /// `Timeout`.
    public var runSilence: Duration = .seconds(1800)
    /// How often it is looked for such runs.
    public var silentRunInterval: Duration = .seconds(60)
    /// How long an agent may be away before it is refused to start a run on its infrastructure.
    public var reconnection: Duration = .seconds(60)
    /// How often hubs are fetched again.
    public var hubInterval: Duration = .seconds(6 * 3600)
    /// Bytes of a hub that is an archive.
    public var hubArchiveSize = 5_000_000
    /// How long `git` may take.
    public var gitTimeout: Duration = .seconds(120)
    /// Bytes on the disk of one clone of a repository.
    public var hubRepositorySize = 200_000_000
    /// Whether repositories may be `file:` URLs, and they and archives may be on this host's loopback interface or link.
    /// Whoever owns a project could then read repositories of this host, and find out what else answers there.
    public var allowsLocalRepositories = false
    /// How long an agent that acknowledges commands may take to do so before it gets one again.
    public var resendInterval: Duration = .seconds(30)
    /// How long the sending of commands waits when the database fails, before it tries again.
    public var storeRetryInterval: Duration = .seconds(1)
    /// How long an agent may take to answer a question, such as for logs.
    public var answerTimeout: Duration = .seconds(30)
    /// Bytes of manifests and execution data that one request may ask for.
    public var longestReading = ReadingBudget.standard

    public init(dataDirectory: String, image: String) {
        self.dataDirectory = dataDirectory
        self.image = image
    }
}
