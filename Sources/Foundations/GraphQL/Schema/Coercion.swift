extension Schema {
    /// The value of a literal of an input type (section 3, "Input Coercion"); nil when it is not one.
    ///
    /// Variables have been coerced before. `defaultValue` is what stands for a field that the literal leaves out.
    func coerce(
        literal node: ValueNode, to type: TypeReference, variables: GraphQLObject = [:],
        defaultValue: (InputValueType) -> GraphQLValue? = { $0.defaultValue }
    ) -> GraphQLValue? {
        if let name = node.variable {
            guard let value = variables[name], !(value.isNull && type.isNonNull) else { return nil }
            return value
        }
        switch type {
        case .nonNull(let inner):
            return node.isNull
                ? nil : coerce(literal: node, to: inner, variables: variables, defaultValue: defaultValue)
        case _ where node.isNull: return .null
        case .list(let inner):
            guard case .list(let items) = node.kind else {
                return coerce(literal: node, to: inner, variables: variables, defaultValue: defaultValue)
                    .map { .list([$0]) }
            }
            var values: [GraphQLValue] = []
            values.reserveCapacity(items.count)
            for item in items {
                if let name = item.variable, variables[name] == nil {
                    guard !inner.isNonNull else { return nil }
                    values.append(.null)
                } else {
                    guard
                        let value = coerce(
                            literal: item, to: inner, variables: variables, defaultValue: defaultValue)
                    else { return nil }
                    values.append(value)
                }
            }
            return .list(values)
        case .named(let index):
            let type = types[index]
            switch type.kind {
            case .inputObject:
                return coerceObject(node, to: type, variables: variables, defaultValue: defaultValue)
            case .enumeration:
                guard case .enumeration(let name) = node.kind, type.value(name) != nil else { return nil }
                return .string(name)
            default: return try? type.scalar?.parseLiteral(node, variables)
            }
        }
    }

    private func coerceObject(
        _ node: ValueNode, to type: NamedType, variables: GraphQLObject,
        defaultValue: (InputValueType) -> GraphQLValue?
    ) -> GraphQLValue? {
        guard case .object(let fields) = node.kind else { return nil }
        var object = GraphQLObject(capacity: type.inputFields.count)
        for input in type.inputFields {
            let field = fields.last { $0.name.value == input.name }
            let isMissing = field?.value.variable.map { variables[$0] == nil } ?? false
            guard let field, !isMissing else {
                if let value = defaultValue(input) {
                    object.append(input.name, value)
                } else if input.type.isNonNull {
                    return nil
                }
                continue
            }
            guard
                let value = coerce(
                    literal: field.value, to: input.type, variables: variables, defaultValue: defaultValue)
            else { return nil }
            object.append(input.name, value)
        }
        return .object(object)
    }

    /// The value of a variable's JSON; `report` gets the path and the reason of everything that does not fit, and the
    /// result is then of no use.
    func coerce(
        input value: GraphQLValue, to type: TypeReference, path: [PathElement] = [],
        report: ([PathElement], String) -> Void
    ) -> GraphQLValue {
        switch type {
        case .nonNull(let inner):
            guard !value.isNull else {
                report(path, "Expected non-nullable type \(name(of: type)) not to be null.")
                return .null
            }
            return coerce(input: value, to: inner, path: path, report: report)
        case _ where value.isNull: return .null
        case .list(let inner):
            guard case .list(let items) = value else {
                return .list([coerce(input: value, to: inner, path: path, report: report)])
            }
            return .list(
                items.enumerated().map { index, item in
                    coerce(input: item, to: inner, path: path + [.index(index)], report: report)
                })
        case .named(let index):
            let type = types[index]
            switch type.kind {
            case .inputObject: return coerceObject(value, to: type, path: path, report: report)
            case .enumeration:
                guard case .string(let name) = value, type.value(name) != nil else {
                    report(path, "The value \(value.jsonString) does not exist in the enum \(type.name).")
                    return .null
                }
                return value
            default:
                do throws(ScalarError) {
                    return try type.scalar?.parseValue(value) ?? .null
                } catch {
                    report(path, error.description)
                    return .null
                }
            }
        }
    }

    private func coerceObject(
        _ value: GraphQLValue, to type: NamedType, path: [PathElement], report: ([PathElement], String) -> Void
    ) -> GraphQLValue {
        guard case .object(let members) = value else {
            report(path, "Expected an object of type \(type.name).")
            return .null
        }
        var object = GraphQLObject(capacity: type.inputFields.count)
        for input in type.inputFields {
            if let member = members[input.name] {
                object.append(
                    input.name,
                    coerce(input: member, to: input.type, path: path + [.key(input.name)], report: report))
            } else if let value = input.defaultValue {
                object.append(input.name, value)
            } else if input.type.isNonNull {
                report(
                    path, "The field \"\(input.name)\" of required type \(name(of: input.type)) was not provided.")
            }
        }
        for (key, _) in members where type.inputField(key) == nil {
            report(path, "The field \"\(key)\" is not defined by type \(type.name).")
        }
        return .object(object)
    }

    /// A coerced value as it would be written in a document; nil when it cannot be.
    func literal(of value: GraphQLValue, _ type: TypeReference) -> ValueNode? {
        func node(_ kind: ValueNode.Kind) -> ValueNode { ValueNode(kind: kind, offset: 0) }
        switch type {
        case .nonNull(let inner): return value.isNull ? nil : literal(of: value, inner)
        case _ where value.isNull: return node(.null)
        case .list(let inner):
            guard case .list(let items) = value else { return literal(of: value, inner) }
            return node(.list(items.compactMap { literal(of: $0, inner) }))
        case .named(let index):
            let type = types[index]
            if type.kind == .enumeration { return value.stringValue.map { node(.enumeration($0)) } }
            guard type.kind == .inputObject else {
                guard let written = try? type.scalar?.serialize(value) else { return nil }
                return leaf(written, isID: type.name == "ID").map(node)
            }
            guard case .object(let members) = value else { return nil }
            return node(
                .object(
                    type.inputFields.compactMap { input in
                        members[input.name].flatMap { literal(of: $0, input.type) }.map {
                            ValueNode.ObjectField(name: Name(value: input.name, offset: 0), value: $0)
                        }
                    }))
        }
    }

    private func leaf(_ value: GraphQLValue, isID: Bool) -> ValueNode.Kind? {
        switch value {
        case .null: return .null
        case .bool(let flag): return .boolean(flag)
        case .int(let number): return .int(String(number))
        case .double(let number):
            let text = number.description
            return number.isFinite ? .float(text.hasSuffix(".0") ? String(text.dropLast(2)) : text) : nil
        case .string(let text):
            return isID && Int(text).map(String.init) == text ? .int(text) : .string(text, block: false)
        case .list(let items):
            return .list(items.compactMap { leaf($0, isID: false) }.map { ValueNode(kind: $0, offset: 0) })
        case .object(let object):
            return .object(
                object.compactMap { key, value in
                    leaf(value, isID: false).map {
                        ValueNode.ObjectField(
                            name: Name(value: key, offset: 0), value: ValueNode(kind: $0, offset: 0))
                    }
                })
        }
    }
}
