/// PromQL as the author of a probe meant it.
///
/// LitmusChaos puts `query` between the double quotes of a shell command, so manifests written for it escape what a shell
/// would take: `up{job=\"api\"}`. Such a query is no PromQL as it stands and so can be told from one that is, and is
/// then read as the shell reads it. Any other query is used as it is. In both, `$NAME` and `${NAME}` stand for the
/// variables of the experiment's environment, and for nothing else, as a regular expression may end with `$`.
struct PrometheusQuery: Sendable, Hashable {
    let text: String

    init(written: String, environment: [String: String]) {
        let isEscaped = Self.isEscapedForShell(written)
        var text = ""
        var rest = written[...]
        while let character = rest.popFirst() {
            if isEscaped, character == "\\", let next = rest.first, #""\$`"#.contains(next) || next == "\n" {
                rest.removeFirst()
                if next != "\n" { text.append(next) }
            } else if character == "$", let (name, length) = Self.variable(rest), let value = environment[name] {
                text += value
                rest.removeFirst(length)
            } else {
                text.append(character)
            }
        }
        self.text = text
    }

    /// Whether a backslash stands where PromQL has none: outside its strings, or before a character that its strings
    /// do not escape.
    private static func isEscapedForShell(_ text: String) -> Bool {
        var quote: Character?
        var isComment = false
        var rest = text[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case (nil, "\n"): isComment = false
            case (nil, _) where isComment: break
            case (nil, "#"): isComment = true
            case (nil, "\\"): return true
            case (nil, "\""), (nil, "'"), (nil, "`"): quote = character
            case ("`", "\\"): break
            case (.some(let open), "\\"):
                let next = rest.popFirst()
                if let next, next != open, "\"$`".contains(next) { return true }
            case (.some(let open), _) where character == open: quote = nil
            default: break
            }
        }
        return false
    }

    /// The name of the variable that follows a `$`, and how many characters it takes.
    private static func variable(_ text: Substring) -> (name: String, length: Int)? {
        let isBraced = text.first == "{"
        let name = text.dropFirst(isBraced ? 1 : 0).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard !name.isEmpty else { return nil }
        guard isBraced else { return (String(name), name.count) }
        return text[name.endIndex...].first == "}" ? (String(name), name.count + 2) : nil
    }
}
