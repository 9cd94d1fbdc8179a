import KubernetesAPI

/// The predefined functions of Go's text/template.
enum TemplateFunctions {
    static func call(_ name: String, _ arguments: [JSON]) throws(TemplateError) -> JSON {
        switch name {
        case "and": return arguments.first { !$0.isTrue } ?? arguments.last ?? .null
        case "or": return arguments.first { $0.isTrue } ?? arguments.last ?? .null
        case "not": return .bool(!(try first(arguments, of: name).isTrue))
        case "len": return .int(Int64(try length(first(arguments, of: name))))
        case "index": return try index(arguments)
        case "slice": return try slice(arguments)
        case "print": return .string(arguments.map(\.scalarText).joined())
        case "println": return .string(arguments.map(\.scalarText).joined(separator: " ") + "\n")
        case "printf": return .string(try format(arguments))
        case "html": return .string(escapedHTML(arguments.map(\.scalarText).joined()))
        case "js": return .string(escapedJavaScript(arguments.map(\.scalarText).joined()))
        case "urlquery": return .string(escapedQuery(arguments.map(\.scalarText).joined()))
        case "eq":
            let value = try first(arguments, of: name)
            return .bool(arguments.dropFirst().contains(value))
        case "ne", "lt", "le", "gt", "ge": return .bool(try compare(name, arguments))
        default: throw TemplateError(message: "function \"\(name)\" not defined")
        }
    }

    private static func first(_ arguments: [JSON], of name: String) throws(TemplateError) -> JSON {
        guard let value = arguments.first else { throw TemplateError(message: "\(name) needs an argument") }
        return value
    }

    private static func length(_ value: JSON) throws(TemplateError) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: throw TemplateError(message: "len of type \(value.typeName)")
        }
    }

    private static func index(_ arguments: [JSON]) throws(TemplateError) -> JSON {
        var value = try first(arguments, of: "index")
        for key in arguments.dropFirst() {
            switch (value, key) {
            case (.array(let elements), .int(let position)):
                guard elements.indices.contains(Int(position)) else {
                    throw TemplateError(message: "index out of range: \(position)")
                }
                value = elements[Int(position)]
            case (.object, .string(let name)): value = value[name]
            case (.null, _): return .null
            default: throw TemplateError(message: "cannot index \(value.typeName) with \(key)")
            }
        }
        return value
    }

    private static func slice(_ arguments: [JSON]) throws(TemplateError) -> JSON {
        guard case .string(let text)? = arguments.first else {
            throw TemplateError(message: "slice needs a string")
        }
        let bytes = Array(text.utf8)
        let low = arguments.count > 1 ? arguments[1].int ?? -1 : 0
        let high = arguments.count > 2 ? arguments[2].int ?? -1 : bytes.count
        guard 0 <= low, low <= high, high <= bytes.count else {
            throw TemplateError(message: "slice out of range: \(low):\(high) of \(bytes.count)")
        }
        return .string(String(decoding: bytes[low..<high], as: UTF8.self))
    }

    private static func compare(_ name: String, _ arguments: [JSON]) throws(TemplateError) -> Bool {
        guard arguments.count == 2 else { throw TemplateError(message: "\(name) needs two arguments") }
        let (left, right) = (arguments[0], arguments[1])
        if name == "ne" { return left != right }
        let order: Bool
        let isEqual: Bool
        if let leftNumber = left.double, let rightNumber = right.double {
            (order, isEqual) = (leftNumber < rightNumber, leftNumber == rightNumber)
        } else if let leftText = left.string, let rightText = right.string {
            (order, isEqual) = (leftText < rightText, leftText == rightText)
        } else {
            throw TemplateError(message: "incompatible types for comparison: \(left.typeName), \(right.typeName)")
        }
        switch name {
        case "lt": return order
        case "le": return order || isEqual
        case "gt": return !order && !isEqual
        default: return !order
        }
    }

    /// The verbs `%s %v %d %q %f %t %%`, without flags.
    private static func format(_ arguments: [JSON]) throws(TemplateError) -> String {
        var values = arguments.dropFirst()
        var output = ""
        var verbFollows = false
        for character in try first(arguments, of: "printf").scalarText {
            guard verbFollows else {
                if character == "%" { verbFollows = true } else { output.append(character) }
                continue
            }
            verbFollows = false
            if character == "%" {
                output.append("%")
                continue
            }
            guard "svdqft".contains(character) else {
                throw TemplateError(message: "printf verb %\(character) is not supported")
            }
            guard let value = values.popFirst() else {
                output += "%!\(character)(MISSING)"
                continue
            }
            output += character == "q" ? JSON.string(value.scalarText).description : value.scalarText
        }
        return output
    }

    private static func escapedHTML(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&#34;").replacing("'", with: "&#39;")
    }

    private static func escapedJavaScript(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n").replacing("<", with: "\\u003C").replacing(">", with: "\\u003E")
    }

    private static func escapedQuery(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-_.~".contains(character) {
                return String(character)
            }
            let hex = String(byte, radix: 16, uppercase: true)
            return "%" + (hex.count == 1 ? "0" : "") + hex
        }.joined()
    }
}
