import GraphQL

@testable import ChaosCenter

/// A document for any operation, made from the schema: all arguments that must be given, all fields of the answer that
/// need no arguments.
struct OperationDocument {
    let schema: Schema
    let operation: CenterOperation
    /// Values of arguments and input fields by their names, where others than the standard ones are wanted.
    var values: [String: String] = [:]

    init(_ operation: CenterOperation, values: [String: String] = [:]) throws {
        schema = try CenterSchema.make()
        self.operation = operation
        self.values = values
    }

    var text: String {
        guard let field = schema.root(operation.kind)?.fields.first(where: { $0.name == operation.rawValue }) else {
            return ""
        }
        let given = field.arguments.filter { $0.isRequired || values[$0.name] != nil }
        let arguments = given.map { "\($0.name): \(value(of: $0))" }.joined(separator: ", ")
        let call = arguments.isEmpty ? "" : "(\(arguments))"
        return "\(operation.kind.rawValue) { \(field.name)\(call) \(selection(of: field.type, depth: 0)) }"
    }

    private func value(of input: InputValueType) -> String {
        if let value = values[input.name] { return value }
        return value(of: input.type)
    }

    private func value(of type: TypeReference) -> String {
        switch type {
        case .nonNull(let inner): return value(of: inner)
        case .list: return "[]"
        case .named(let index):
            let type = schema.types[index]
            switch type.kind {
            case .enumeration: return type.values.first?.name ?? "null"
            case .inputObject:
                let fields = type.inputFields.filter { $0.isRequired || values[$0.name] != nil }
                return "{" + fields.map { "\($0.name): \(value(of: $0))" }.joined(separator: ", ") + "}"
            default:
                switch type.name {
                case "Int": return "1"
                case "Float": return "1.5"
                case "Boolean": return "false"
                default: return "\"none\""
                }
            }
        }
    }

    private func selection(of reference: TypeReference, depth: Int) -> String {
        let type = schema.types[reference.index]
        guard type.isComposite else { return "" }
        guard depth < 6 else { return "{ __typename }" }
        let fields = type.fields.filter { !$0.arguments.contains(where: \.isRequired) }
        return "{ " + fields.map { "\($0.name) \(selection(of: $0.type, depth: depth + 1))" }.joined(separator: " ")
            + " }"
    }
}
