import EmbeddedCluster
import EmbeddedNode
import Logging

/// What `litmus up` and `litmus run` can be told other than by the command line, with its defaults.
struct CommandSettings: Sendable, Hashable {
    /// Where `litmus up` keeps the cluster's state.
    var dataDir = DataDirectory.default
    /// Where the API server of `litmus up` listens.
    var listen = HostPort(host: "127.0.0.1", port: 6443)
    var logLevel = Logger.Level.error
    /// How long a whole `litmus run` may take.
    var timeout = Duration.seconds(300)
    /// How `litmus run` prints its report.
    var output = RunCommand.Output.text
    /// What image references stand for: earlier rows win, the built-in ones follow.
    var images: [ImageTable.Row] = []
    var installation = InstallSettings()
    var center = CenterSettings()
}

extension CommandSettings {
    /// A logger on standard error.
    func logger(label: String) -> Logger { .standardError(label: label, logLevel) }

    func cluster(
        storage: EmbeddedClusterConfiguration.Storage, listen: HostPort = .anyLocalPort
    ) -> EmbeddedClusterConfiguration {
        EmbeddedClusterConfiguration(storage: storage, host: listen.host, port: listen.port, images: images)
    }
}
