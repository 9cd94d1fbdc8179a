/// What the containers of an image run as on this node.
public enum ImageTarget: Sendable, Hashable, CustomStringConvertible {
    /// The command runs on a private overlay of the host's own file system.
    case host
    /// The command runs on a private overlay of this root file system, an absolute path.
    case directory(String)
    /// A role of the `litmus` executable. Empty: the role is the first word of the container's command.
    case builtin(role: String)

    public var description: String {
        switch self {
        case .host: "host"
        case .directory(let path): path
        case .builtin(let role): "builtin:\(role)"
        }
    }
}

/// Which program stands behind an image reference: the node pulls nothing, it looks images up here.
///
/// The first row that matches decides; rows given by the user come before the built-in ones.
public struct ImageTable: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        /// A glob on the image reference: `*` stands for any text, `?` for one character. It matches the reference as
        /// written, without its tag and digest, and without `docker.io/` and `library/` in front.
        public var pattern: String
        public var target: ImageTarget

        public init(pattern: String, target: ImageTarget) {
            self.pattern = pattern
            self.target = target
        }
    }

    public var rows: [Row]

    /// - Parameter rows: the user's rows; the built-in ones follow them.
    public init(_ rows: [Row] = []) {
        self.rows = rows + Self.builtinRows
    }

    /// The images of the Litmus project, of any registry and tag.
    public static let builtinRows = [
        Row(pattern: "*litmuschaos/chaos-runner*", target: .builtin(role: "runner")),
        Row(pattern: "*litmuschaos/go-runner*", target: .builtin(role: "experiment")),
        Row(pattern: "litmus/sample-app", target: .builtin(role: "sample-app")),
        Row(pattern: "*/litmus/sample-app", target: .builtin(role: "sample-app")),
        Row(pattern: "*litmus/litmus*", target: .builtin(role: "")),
    ]

    /// The target of the first row that matches, or nil.
    public func target(of image: String) -> ImageTarget? {
        let forms = Self.forms(of: image)
        return rows.first { row in forms.contains { Glob.matches($0, pattern: row.pattern) } }?.target
    }

    /// The spellings of one reference that a pattern may match.
    private static func forms(of image: String) -> [String] {
        var short = image
        for prefix in ["docker.io/", "index.docker.io/", "library/"] where short.hasPrefix(prefix) {
            short.removeFirst(prefix.count)
        }
        var forms: [String] = []
        for form in [image, short] {
            for candidate in [form, withoutTag(form)] where !forms.contains(candidate) { forms.append(candidate) }
        }
        return forms
    }

    /// Cuts digest and tag; a colon before the last slash belongs to the registry's port.
    private static func withoutTag(_ image: String) -> String {
        let name = image.prefix { $0 != "@" }
        let lastPart = name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex
        guard let colon = name[lastPart...].firstIndex(of: ":") else { return String(name) }
        return String(name[..<colon])
    }
}

extension ImageTable.Row {
    /// What is wrong with a `PATTERN=TARGET` text.
    public struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        public var description: String
    }

    /// Parses `PATTERN=TARGET`, where TARGET is `host`, an absolute directory, or `builtin:ROLE`.
    public init(parsing text: String) throws(ParseError) {
        let form = "expected PATTERN=TARGET, such as 'nginx*=host', 'shop/*=/srv/rootfs' or 'my/runner=builtin:runner'"
        guard let sign = text.firstIndex(of: "=") else {
            throw ParseError(description: "image row '\(text)' has no '=': \(form)")
        }
        let pattern = String(text[..<sign])
        let target = String(text[text.index(after: sign)...])
        guard !pattern.isEmpty, !pattern.contains(" ") else {
            throw ParseError(description: "image row '\(text)' has no image pattern before '=': \(form)")
        }
        self.init(pattern: pattern, target: try Self.target(target, in: text))
    }

    private static func target(_ text: String, in row: String) throws(ParseError) -> ImageTarget {
        if text == "host" { return .host }
        if text.hasPrefix("/") { return .directory(text) }
        if text.hasPrefix("builtin:") {
            let role = text.dropFirst("builtin:".count)
            guard !role.isEmpty, role.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "-") }) else {
                throw ParseError(
                    description: "image row '\(row)' names no role after 'builtin:'; roles are subcommands of litmus, "
                        + "such as runner, experiment, sample-app")
            }
            return .builtin(role: String(role))
        }
        throw ParseError(
            description: "image row '\(row)' has the unknown target '\(text)': use 'host', the absolute path of a "
                + "root file system, or 'builtin:ROLE'")
    }
}

/// Shell-like patterns in which `*` also matches `/`.
enum Glob {
    static func matches(_ text: String, pattern: String) -> Bool {
        let text = Array(text.utf8)
        let pattern = Array(pattern.utf8)
        var position = 0
        var place = 0
        // Where to go on when what follows the last star does not fit.
        var retry: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retry = (place + 1, position)
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[position] {
                place += 1
                position += 1
            } else if let last = retry {
                retry = (last.place, last.position + 1)
                place = last.place
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
