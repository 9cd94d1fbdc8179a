extension DefinitionValidator {
    /// Directives of a place that no other definition shares.
    mutating func checkAll(_ directives: [Directive], at location: DirectiveLocation) {
        check(directives, at: location)
        _ = unique(directives, besides: [:])
    }

    mutating func check(_ directives: [Directive], at location: DirectiveLocation) {
        for directive in directives {
            for (name, offsets) in repeated(directive.arguments.map(\.name)) {
                report(.uniqueArgumentNames, "There can be only one argument named \"\(name)\".", at: offsets)
            }
            for argument in directive.arguments { checkUniqueFields(argument.value) }
            let name = directive.name.value
            guard let definition = self.directives[name] else {
                report(.knownDirectives, "Unknown directive \"@\(name)\".", directive.offset)
                continue
            }
            if !definition.locations.contains(where: { $0.value == location.rawValue }) {
                report(
                    .knownDirectives, "The directive \"@\(name)\" may not be used on \(location.rawValue).",
                    directive.offset)
            }
            for argument in directive.arguments
            where !definition.arguments.contains(where: { $0.name.value == argument.name.value }) {
                report(
                    .knownArgumentNames, "Unknown argument \"\(argument.name.value)\" on directive \"@\(name)\".",
                    argument.name.offset)
            }
            for required in definition.arguments where required.type.isNonNull && required.defaultValue == nil {
                guard !directive.arguments.contains(where: { $0.name.value == required.name.value }) else { continue }
                report(
                    .providedRequiredArguments,
                    "The directive \"@\(name)\" requires the argument \"\(required.name.value)\".", directive.offset)
            }
        }
    }

    /// The directives of the place, those known before included.
    mutating func unique(_ directives: [Directive], besides known: [String: Directive]) -> [String: Directive] {
        var seen = known
        for directive in directives {
            let name = directive.name.value
            guard let definition = self.directives[name], !definition.isRepeatable else { continue }
            if let first = seen[name] {
                report(
                    .uniqueDirectivesPerLocation, "The directive \"@\(name)\" can only be used once here.",
                    first.offset, directive.offset)
            } else {
                seen[name] = directive
            }
        }
        return seen
    }

    mutating func checkUniqueFields(_ value: ValueNode) {
        switch value.kind {
        case .list(let items): for item in items { checkUniqueFields(item) }
        case .object(let fields):
            var seen: [String: Int] = [:]
            for field in fields {
                if let first = seen[field.name.value] {
                    report(
                        .uniqueInputFieldNames, "There can be only one field named \"\(field.name.value)\".", first,
                        field.name.offset)
                } else {
                    seen[field.name.value] = field.name.offset
                }
                checkUniqueFields(field.value)
            }
        default: break
        }
    }
}

/// The names that occur more than once, each with all its places, in the order of their first.
func repeated(_ names: [Name]) -> [(name: String, offsets: [Int])] {
    guard names.count > 1 else { return [] }
    var offsets: [String: [Int]] = [:]
    for name in names { offsets[name.value, default: []].append(name.offset) }
    guard offsets.count < names.count else { return [] }
    return offsets.filter { $0.value.count > 1 }.sorted { $0.value[0] < $1.value[0] }
        .map { (name: $0.key, offsets: $0.value) }
}

extension TypeKind {
    var directiveLocation: DirectiveLocation {
        switch self {
        case .scalar: .scalar
        case .object: .object
        case .interface: .interface
        case .union: .union
        case .enumeration: .enumeration
        case .inputObject: .inputObject
        }
    }
}
