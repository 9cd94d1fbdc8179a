/// A label selector: requirements that must all hold. The empty selector matches everything.
public struct LabelSelector: Sendable, Hashable, CustomStringConvertible {
    public enum Requirement: Sendable, Hashable {
        case isIn(String, [String])
        case notIn(String, [String])
        case exists(String)
        case doesNotExist(String)
        case greaterThan(String, Int)
        case lessThan(String, Int)
    }

    public var requirements: [Requirement]

    public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// Every given label with its value.
    public init(matching labels: [String: String]) {
        requirements = labels.sorted { $0.key < $1.key }.map { .isIn($0.key, [$0.value]) }
    }

    public static let everything = LabelSelector()

    public var isEmpty: Bool { requirements.isEmpty }

    public func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isIn(let key, let values): labels[key].map(values.contains) ?? false
            case .notIn(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .doesNotExist(let key): labels[key] == nil
            case .greaterThan(let key, let bound): labels[key].flatMap(Int.init).map { $0 > bound } ?? false
            case .lessThan(let key, let bound): labels[key].flatMap(Int.init).map { $0 < bound } ?? false
            }
        }
    }

    /// The query form: `app=web,tier in (a,b),!legacy`.
    public var description: String {
        requirements.map { requirement in
            switch requirement {
            case .isIn(let key, let values) where values.count == 1: "\(key)=\(values[0])"
            case .isIn(let key, let values): "\(key) in (\(values.joined(separator: ",")))"
            case .notIn(let key, let values) where values.count == 1: "\(key)!=\(values[0])"
            case .notIn(let key, let values): "\(key) notin (\(values.joined(separator: ",")))"
            case .exists(let key): key
            case .doesNotExist(let key): "!\(key)"
            case .greaterThan(let key, let bound): "\(key)>\(bound)"
            case .lessThan(let key, let bound): "\(key)<\(bound)"
            }
        }.joined(separator: ",")
    }

    /// A meta/v1 `LabelSelector` (`matchLabels`, `matchExpressions`).
    /// - Throws: `Status` (400) on an unknown operator.
    public init(json: JSON) throws {
        self.init(matching: json["matchLabels"].stringMap)
        for expression in json["matchExpressions"].array ?? [] {
            let key = expression["key"].string ?? ""
            let values = expression["values"].strings
            switch expression["operator"].string {
            case "In": requirements.append(.isIn(key, values))
            case "NotIn": requirements.append(.notIn(key, values))
            case "Exists": requirements.append(.exists(key))
            case "DoesNotExist": requirements.append(.doesNotExist(key))
            case let other:
                throw Status.badRequest("\"\(other ?? "")\" is not a valid label selector operator")
            }
        }
    }

    /// Parses the query form.
    /// - Throws: `Status` (400) that shows the part that was not understood.
    public init(parsing text: String) throws {
        guard !text.trimmingSpaces.isEmpty else {
            self.init()
            return
        }
        self.init(try Self.split(text).map { try Self.parse($0.trimmingSpaces) })
    }

    /// Splits at commas outside parentheses.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func parse(_ term: String) throws -> Requirement {
        if term.hasPrefix("!") { return .doesNotExist(try key(term.dropFirst(), in: term)) }
        if let (left, right) = term.halves(at: "!=") {
            return .notIn(try key(left, in: term), [try value(right, in: term)])
        }
        if let (left, right) = term.halves(at: "==") ?? term.halves(at: "=") {
            return .isIn(try key(left, in: term), [try value(right, in: term)])
        }
        let spaced = term.replacing("(", with: " (")
        for (word, make) in [(" notin ", Requirement.notIn), (" in ", Requirement.isIn)] {
            guard let (left, right) = spaced.halves(at: word) else { continue }
            let list = right.trimmingSpaces
            guard list.hasPrefix("("), list.hasSuffix(")") else { throw invalid(term) }
            let values = list.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
            return make(try key(left, in: term), try values.map { try value($0, in: term) })
        }
        for (sign, make) in [(">", Requirement.greaterThan), ("<", Requirement.lessThan)] {
            guard let (left, right) = term.halves(at: sign) else { continue }
            guard let bound = Int(right.trimmingSpaces) else { throw invalid(term) }
            return make(try key(left, in: term), bound)
        }
        return .exists(try key(term[...], in: term))
    }

    /// A label's key: a name, perhaps with a DNS prefix.
    private static func key(_ text: Substring, in term: String) throws -> String {
        let key = text.trimmingSpaces
        guard !key.isEmpty, key.utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: "/") }) else {
            throw invalid(term)
        }
        return key
    }

    private static func value(_ text: Substring, in term: String) throws -> String {
        let value = text.trimmingSpaces
        guard value.utf8.count <= 63, value.utf8.allSatisfy(isNameByte) else { throw invalid(term) }
        return value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func invalid(_ term: String) -> Status {
        .badRequest("unable to parse requirement '\(term)' of the label selector")
    }
}

/// A field selector: `metadata.name=x,status.phase!=Running`. Which fields a resource offers is the server's business.
public struct FieldSelector: Sendable, Hashable, CustomStringConvertible {
    public struct Requirement: Sendable, Hashable {
        /// Dotted path, such as `involvedObject.name`.
        public var field: String
        public var value: String
        public var isEqual: Bool
    }

    public var requirements: [Requirement]

    public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// The named object alone.
    public init(name: String) {
        requirements = [.init(field: "metadata.name", value: name, isEqual: true)]
    }

    public static let everything = FieldSelector()

    public var isEmpty: Bool { requirements.isEmpty }

    public var description: String {
        requirements.map { "\($0.field)\($0.isEqual ? "=" : "!=")\($0.value)" }.joined(separator: ",")
    }

    public func matches(_ object: JSON) -> Bool {
        requirements.allSatisfy { requirement in
            let value = object[path: requirement.field.split(separator: ".").map(String.init)]
            let text: String =
                switch value {
                case .null: ""
                case .string(let string): string
                default: value.description
                }
            return (text == requirement.value) == requirement.isEqual
        }
    }

    /// - Throws: `Status` (400) on a term without `=`.
    public init(parsing text: String) throws {
        requirements = try text.split(separator: ",").map { part in
            if let range = part.firstRange(of: "!=") {
                return Requirement(
                    field: part[..<range.lowerBound].trimmingSpaces, value: part[range.upperBound...].trimmingSpaces,
                    isEqual: false)
            }
            guard let range = part.firstRange(of: "==") ?? part.firstRange(of: "=") else {
                throw Status.badRequest("unable to parse '\(part)' of the field selector: expected FIELD=VALUE")
            }
            return Requirement(
                field: part[..<range.lowerBound].trimmingSpaces, value: part[range.upperBound...].trimmingSpaces,
                isEqual: true)
        }
    }
}

extension String {
    /// What stands before and after the first `separator`.
    fileprivate func halves(at separator: String) -> (Substring, Substring)? {
        firstRange(of: separator).map { (self[..<$0.lowerBound], self[$0.upperBound...]) }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
