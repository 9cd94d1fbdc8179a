/// Where a repository is: a URL that `git` may be given.
///
/// Whoever administers a project chooses it, so it must not reach what is not theirs: no paths of this host, no helpers
/// of `git` (`ext::`), nothing that `git` or `ssh` takes for an option.
struct GitAddress: Sendable, Hashable {
    enum Transport: Sendable, Hashable { case http, ssh, file }

    static let maximumLength = 2048

    /// As it is stored and shown; it holds no secrets.
    let url: String
    let transport: Transport
    /// Scheme, host and port, such as `https://example.com:8443`: what credentials are for. Empty for files.
    let origin: String

    /// - Throws: `CenterError.invalid`.
    init(_ text: String, allowsFiles: Bool) throws(CenterError) {
        let url = text.trimmingBlanks()
        guard !url.isEmpty, url.utf8.count <= Self.maximumLength, !url.hasPrefix("-"),
            url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" })
        else { throw Self.refusal("it is empty, too long, or has characters that no URL has") }
        self.url = url
        guard let separator = url.firstRange(of: "://") else {
            (transport, origin) = (.ssh, "ssh://" + (try Self.shortHost(of: url)))
            return
        }
        let scheme = url[..<separator.lowerBound].lowercased()
        let rest = url[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        switch scheme {
        case "file":
            guard allowsFiles else { throw Self.refusal("repositories on this server's own disk are not allowed") }
            (transport, origin) = (.file, "")
        case "http", "https", "ssh":
            let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count <= 2, let host = parts.last, Self.isHost(host) else {
                throw Self.refusal("it names no host")
            }
            if parts.count == 2 {
                // A token can be the user of a URL: with http, which of them are secret cannot be told.
                guard scheme == "ssh", !parts[0].contains(":") else {
                    throw Self.refusal(
                        "it holds a user name, password or token; leave out what is before the '@' and give it in the"
                            + " fields for it")
                }
                guard !parts[0].hasPrefix("-") else { throw Self.refusal("it names no user") }
            }
            (transport, origin) = (scheme == "ssh" ? .ssh : .http, "\(scheme)://\(host.lowercased())")
        default: throw Self.refusal("https, http and ssh are possible, or user@host:path")
        }
    }

    /// What is to be shown of a text that was given for a URL, and may hold secrets where the user's name belongs.
    static func withoutUser(_ text: String) -> String {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        // The last one: passwords that are not encoded have any characters.
        guard let at = text[start...].lastIndex(of: "@"), text[start..<at] != "git" else { return text }
        return "\(text[..<start])***\(text[at...])"
    }

    /// The host of `user@host:path`.
    private static func shortHost(of url: String) throws(CenterError) -> String {
        guard let at = url.firstIndex(of: "@"), at != url.startIndex,
            let colon = url[at...].firstIndex(of: ":")
        else { throw refusal("https, http and ssh are possible, or user@host:path") }
        let user = url[..<at]
        let host = url[url.index(after: at)..<colon]
        guard isHost(host), user.utf8.allSatisfy(isWordByte), url.index(after: colon) != url.endIndex,
            !url[colon...].hasPrefix("::")
        else { throw refusal("https, http and ssh are possible, or user@host:path") }
        return host.lowercased()
    }

    /// A name or an address, with a port if need be.
    private static func isHost(_ text: Substring) -> Bool {
        guard text.utf8.count <= 300, !text.hasPrefix("-") else { return false }
        var name = text.prefix { $0 != ":" }
        var rest = text[name.endIndex...]
        var isName = name.utf8.allSatisfy(isWordByte)
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            name = text[..<end].dropFirst()
            rest = text[end...].dropFirst()
            isName = name.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: ":") }
        }
        let isPort = rest.isEmpty || rest.hasPrefix(":") && rest.dropFirst().allSatisfy { ("0"..."9").contains($0) }
        return !name.isEmpty && isName && isPort
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func refusal(_ reason: String) -> CenterError { .invalid("the repository's URL: \(reason)") }
}

/// A branch or tag; empty stands for the one that the repository's `HEAD` names.
struct GitRevision: Sendable, Hashable {
    let name: String

    /// - Throws: `CenterError.invalid` for what `git check-ref-format` refuses.
    init(_ text: String) throws(CenterError) {
        name = text.trimmingBlanks()
        let forbidden: Set<Unicode.Scalar> = [" ", "~", "^", ":", "?", "*", "[", "\\", "\u{7F}"]
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isWhole =
            name.isEmpty
            || parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") && !$0.hasSuffix(".") }
        guard name.utf8.count <= 250, isWhole, !name.hasPrefix("-"), !name.contains(".."), !name.contains("@{"),
            name.unicodeScalars.allSatisfy({ $0.value > 0x20 && !forbidden.contains($0) })
        else { throw .invalid("'\(name.prefix(100))' can be neither a branch nor a tag") }
    }
}

extension String {
    func trimmingBlanks() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
