import EmbeddedNode

/// What an embedded cluster is started with.
public struct EmbeddedClusterConfiguration: Sendable {
    public enum Storage: Sendable, Hashable {
        /// State survives the process, whatever ends it.
        case directory(String)
        /// Gone with the process.
        case ephemeral
    }

    public var storage: Storage
    /// Where the API server listens on the host; port 0 takes a free one.
    public var host: String
    public var port: Int
    /// Rows before the built-in ones.
    public var images: [ImageTable.Row]
    /// What pods of built-in roles execute.
    public var executable: String

    public init(
        storage: Storage, host: String = "127.0.0.1", port: Int = 0, images: [ImageTable.Row] = [],
        executable: String = "/proc/self/exe"
    ) {
        self.storage = storage
        self.host = host
        self.port = port
        self.images = images
        self.executable = executable
    }
}

/// Why a cluster could not start.
public struct EmbeddedClusterError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
