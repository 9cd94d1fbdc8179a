extension ScalarCoding {
    /// `Int` with 53 bits, as many as every JSON reader takes for a whole number: for schemas whose servers give and take
    /// more than the 32 bits of the specification. Pass it as `scalars: ["Int": .wideInt]`.
    public static let wideInt = ScalarCoding(
        serialize: { (value) throws(ScalarError) in try wide(value) },
        parseValue: { (value) throws(ScalarError) in try wide(value) },
        parseLiteral: { (node, variables) throws(ScalarError) in
            guard case .int = node.kind else {
                throw ScalarError("Int cannot represent non-integer value: \(node.printed)")
            }
            return try wide(node.untypedValue(variables))
        })

    private static func wide(_ value: GraphQLValue) throws(ScalarError) -> GraphQLValue {
        let number: Int? =
            switch value {
            case .int(let number): number
            case .double(let number): Int(exactly: number)
            default: nil
            }
        guard let number else { throw ScalarError("Int cannot represent non-integer value: \(value.jsonString)") }
        guard (-1 << 53...1 << 53).contains(number) else {
            throw ScalarError("Int cannot represent a value of more than 53 bits: \(value.jsonString)")
        }
        return .int(number)
    }
}
