/// The variables of a container, in order, each name once.
struct ContainerEnvironment: Sendable, Hashable {
    private var names: [String] = []
    private var values: [String: String] = [:]

    subscript(name: String) -> String? {
        get { values[name] }
        set {
            if values[name] == nil, newValue != nil { names.append(name) }
            if newValue == nil { names.removeAll { $0 == name } }
            values[name] = newValue
        }
    }

    /// `NAME=VALUE`.
    var lines: [String] { names.map { "\($0)=\(values[$0] ?? "")" } }

    /// Sets the variable unless there is one of that name.
    mutating func setDefault(_ name: String, _ value: String) {
        if values[name] == nil { self[name] = value }
    }

    /// Replaces each `$(NAME)` by the variable's value; one that does not exist stays as it is, `$$` becomes `$`.
    func expand(_ text: String) -> String {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            guard character == "$", let next = rest.first else {
                result.append(character)
                continue
            }
            if next == "$" {
                rest.removeFirst()
                result.append("$")
            } else if next == "(", let end = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                result += values[name] ?? "$(\(name))"
                rest = rest[rest.index(after: end)...]
            } else {
                result.append("$")
            }
        }
        return result
    }
}
