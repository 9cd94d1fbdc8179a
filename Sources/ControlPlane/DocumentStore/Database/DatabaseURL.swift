import Foundation

/// Where documents are kept: the engine and the place.
public enum DatabaseURL: Sendable, Hashable {
    /// A file; `-wal` and `-shm` files lie beside it.
    case sqlite(path: String)
    /// Gone when the database is closed.
    case memory
    /// The whole URL for the driver, and the database's name in it.
    case mongodb(String, database: String)

    /// - Parameter text: `sqlite:///absolute/path`, `sqlite:relative/path`, `sqlite::memory:`, or a `mongodb://` or
    ///   `mongodb+srv://` connection string, whose path is the database's name (default `litmus`).
    /// - Throws: `DocumentStoreError.invalidURL`.
    public init(_ text: String) throws(DocumentStoreError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw .invalidURL(text, "it has no scheme")
        }
        var rest = text[text.index(after: colon)...]
        switch text[..<colon].lowercased() {
        case "sqlite":
            if rest.hasPrefix("//") {
                rest = rest.dropFirst(2)
                guard rest.hasPrefix("/") || rest == ":memory:" else {
                    throw .invalidURL(text, "a path after sqlite:// is absolute and begins with a third '/'")
                }
            }
            if rest == ":memory:" {
                self = .memory
                return
            }
            guard let path = String(rest).removingPercentEncoding, !path.isEmpty, !path.hasSuffix("/") else {
                throw .invalidURL(text, "it names no file")
            }
            self = .sqlite(path: path)
        case "mongodb", "mongodb+srv":
            guard rest.hasPrefix("//"), rest.count > 2 else {
                throw .invalidURL(Self.hidingPassword(text), "it names no host")
            }
            let name =
                rest.dropFirst(2).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
                .split(separator: "/", maxSplits: 1).dropFirst().first.map(String.init) ?? "litmus"
            self = .mongodb(text, database: name)
        default: throw .invalidURL(Self.hidingPassword(text), "its scheme is neither sqlite nor mongodb")
        }
    }

    /// For people: the URL without its password.
    public var location: String {
        switch self {
        case .sqlite(let path): path
        case .memory: "in memory"
        case .mongodb(let text, _): Self.hidingPassword(text)
        }
    }

    private static func hidingPassword(_ text: String) -> String {
        guard let scheme = text.range(of: "://"), let at = text[scheme.upperBound...].lastIndex(of: "@"),
            let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
        else { return text }
        return text[...colon] + "***" + text[at...]
    }
}
