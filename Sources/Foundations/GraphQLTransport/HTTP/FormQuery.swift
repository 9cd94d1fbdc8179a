import GraphQL

/// The query of a URL as `application/x-www-form-urlencoded` parameters (WHATWG URL, 5.1).
enum FormQuery {
    /// The parameters of a GraphQL request in it, those that are JSON decoded.
    static func parameters(of query: some StringProtocol) throws(GraphQLRefusal) -> GraphQLValue {
        var object = GraphQLObject()
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let text = decoded(parts.count > 1 ? parts[1] : pair.prefix(0)) else {
                throw .badRequest("The query of the URL is not encoded as application/x-www-form-urlencoded in UTF-8.")
            }
            guard object[name] == nil else { throw .badRequest("The parameter \(name) is there twice.") }
            switch name {
            case "query": object[name] = .string(text)
            case "operationName": object[name] = text.isEmpty ? .null : .string(text)
            case "variables", "extensions":
                do throws(JSONError) {
                    object[name] = text.isEmpty ? .null : try GraphQLValue(json: text)
                } catch {
                    throw .badRequest("The parameter \(name) is not JSON: \(error)")
                }
            default: continue
            }
        }
        return .object(object)
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            bytes.formIndex(after: &index)
            switch byte {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                let digits = bytes[index...].prefix(2)
                guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                    return nil
                }
                result.append(value)
                bytes.formIndex(&index, offsetBy: 2)
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }
}
