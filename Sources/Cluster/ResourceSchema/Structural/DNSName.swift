import KubernetesAPI

/// The names that Kubernetes allows, each with the sentence that says what is wrong.
enum DNSName {
    /// Lower-case letters, digits and `-`, at most 63, as in RFC 1123.
    static func isLabel(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && isSubdomainPart(text)
    }

    /// Labels joined by dots, at most 253 characters.
    static func isSubdomain(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isSubdomainPart(String($0)) }
    }

    /// As a label, but beginning with a letter (RFC 1035).
    static func isRFC1035Label(_ text: String) -> Bool {
        isLabel(text) && text.first.map { ("a"..."z").contains($0) } ?? false
    }

    private static func isSubdomainPart(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && text.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func labelProblem(_ text: String) -> String? {
        if text.utf8.count > 63 { return "must be no more than 63 characters" }
        guard !isLabel(text) else { return nil }
        return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
            + "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
            + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    }

    static func subdomainProblem(_ text: String) -> String? {
        if text.utf8.count > 253 { return "must be no more than 253 characters" }
        guard !isSubdomain(text) else { return nil }
        return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
            + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
            + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    }

    static func rfc1035Problem(_ text: String) -> String? {
        if text.utf8.count > 63 { return "must be no more than 63 characters" }
        guard !isRFC1035Label(text) else { return nil }
        return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
            + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
            + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    }
}

/// Keys and values of labels and annotations.
enum LabelSyntax {
    /// - Returns: what is wrong with a label's or annotation's key, or nil.
    static func keyProblem(_ key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let name = parts.last else {
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', with an optional DNS "
                + "subdomain prefix and '/' (e.g. 'example.com/MyName')"
        }
        if parts.count == 2 {
            if parts[0].isEmpty { return "prefix part must be non-empty" }
            if let problem = DNSName.subdomainProblem(parts[0]) { return "prefix part \(problem)" }
        }
        if name.isEmpty { return "name part must be non-empty" }
        if name.utf8.count > 63 { return "name part must be no more than 63 characters" }
        return isName(name)
            ? nil
            : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
                + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    }

    /// - Returns: what is wrong with a label's value, or nil. The empty value is one.
    static func valueProblem(_ value: String) -> String? {
        if value.utf8.count > 63 { return "must be no more than 63 characters" }
        guard !value.isEmpty, !isName(value) else { return nil }
        return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
            + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
            + "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    }

    private static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        guard let first = text.first, let last = text.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.allSatisfy { isAlphanumeric($0) || "-_.".contains($0) }
    }
}
