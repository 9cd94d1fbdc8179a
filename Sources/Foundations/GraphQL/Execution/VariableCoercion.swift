/// Makes the values of variables what the operation declares. Section 6.1.2 of the specification.
enum VariableCoercion {
    /// The values, and what is wrong with them: at most `maximumErrors` errors and one that says so.
    static func coerce(
        _ inputs: GraphQLObject, of operation: OperationDefinition, in schema: Schema, document: Document,
        maximumErrors: Int
    ) -> (values: GraphQLObject, errors: [GraphQLError]) {
        var values = GraphQLObject(capacity: operation.variables.count)
        var errors: [GraphQLError] = []
        func report(_ message: String, _ offset: Int) {
            guard errors.count <= maximumErrors else { return }
            errors.append(
                errors.count == maximumErrors
                    ? GraphQLError("Too many errors in variables, coercion ended.", code: .badUserInput)
                    : GraphQLError(message, code: .badUserInput, locations: [document.location(at: offset)]))
        }
        for variable in operation.variables {
            let name = variable.name.value
            guard let type = schema.reference(variable.type), schema.types[type.index].isInput else {
                report("The variable \"$\(name)\" has no input type.", variable.type.offset)
                continue
            }
            guard let input = inputs[name] else {
                if let value = variable.defaultValue {
                    if let value = schema.coerce(literal: value, to: type) { values[name] = value }
                } else if type.isNonNull {
                    report(
                        "The variable \"$\(name)\" of required type \(schema.name(of: type)) was not provided.",
                        variable.offset)
                }
                continue
            }
            if input.isNull, type.isNonNull {
                report(
                    "The variable \"$\(name)\" of non-null type \(schema.name(of: type)) must not be null.",
                    variable.offset)
                continue
            }
            values[name] = schema.coerce(input: input, to: type) { path, reason in
                let place = path.isEmpty ? "" : " at \(self.place(name, path))"
                report("The variable \"$\(name)\" has an invalid value\(place): \(reason)", variable.offset)
            }
        }
        return (values, errors)
    }

    private static func place(_ name: String, _ path: [PathElement]) -> String {
        path.reduce(name) { text, element in
            switch element {
            case .key(let key): "\(text).\(key)"
            case .index(let index): "\(text)[\(index)]"
            }
        }
    }
}
