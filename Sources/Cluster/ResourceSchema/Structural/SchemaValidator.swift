import KubernetesAPI

extension Schema {
    /// Checks a value against this schema.
    /// - Parameter path: what the errors' fields start with; empty for a whole object.
    /// - Returns: one error for each thing wrong, in Kubernetes' wording; empty when the value is valid.
    public func validate(_ value: JSON, path: String = "") -> [FieldError] {
        var validator = SchemaValidator(path: FieldPath(path))
        validator.check(value, self)
        return validator.errors
    }
}

/// One walk over a value and its schema, collecting what is wrong.
struct SchemaValidator {
    var errors: [FieldError] = []
    var path: FieldPath

    init(path: FieldPath) { self.path = path }

    /// `spec.replicas in body`, the subject of a sentence about the present field.
    private var subject: String {
        let text = path.text
        return text.isEmpty ? "" : "\(text) in body "
    }

    mutating func check(_ value: JSON, _ schema: Schema) {
        if value.isNull {
            if !schema.isNullable && schema.type != .any { errors.append(wrongType(value, schema)) }
            return
        }
        guard hasType(value, schema) else {
            errors.append(wrongType(value, schema))
            return
        }
        switch value {
        case .object(let members): check(members, schema)
        case .array(let elements): check(elements, schema)
        case .string(let text): check(text, schema)
        case .int, .double: checkNumber(value, schema)
        case .bool, .null: break
        }
        guard schema.hasValidation else { return }
        checkEnumeration(value, schema)
        checkJunctors(value, schema.validation)
    }

    private func hasType(_ value: JSON, _ schema: Schema) -> Bool {
        switch (schema.type, value) {
        case (.any, _), (.object, .object), (.array, .array), (.string, .string), (.boolean, .bool): true
        case (.integer, .int), (.number, .int), (.number, .double): true
        case (.integer, .double(let number)): number.isFinite && number.rounded() == number
        case (.integerOrString, .int), (.integerOrString, .string): true
        case (.integerOrString, .double): schema.format == "quantity"
        default: false
        }
    }

    private func wrongType(_ value: JSON, _ schema: Schema) -> FieldError {
        let expected = schema.type == .integerOrString ? "integer,string" : schema.type.rawValue
        return .wrongType(path.text, value, expected: expected)
    }

    private mutating func check(_ members: [String: JSON], _ schema: Schema) {
        for name in schema.required where members[name] == nil {
            errors.append(.required(path.appending(name).text))
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let property = schema.properties[name] ?? (schema.isMap ? schema.items : nil) else { continue }
            path.push(name)
            check(value, property)
            path.pop()
        }
        let rules = schema.validation
        let count = members.count
        if let minimum = rules.minProperties, count < minimum {
            invalid(.object(members), "\(subject)should have at least \(minimum) properties")
        }
        if let maximum = rules.maxProperties, count > maximum { tooMany(count, maximum) }
        if schema.isEmbeddedResource { checkEmbedded(members) }
    }

    private mutating func checkEmbedded(_ members: [String: JSON]) {
        for name in ["apiVersion", "kind"] where members[name]?.string?.isEmpty ?? true {
            errors.append(.required(path.appending(name).text, "must not be empty"))
        }
    }

    private mutating func check(_ elements: [JSON], _ schema: Schema) {
        let rules = schema.validation
        if let minimum = rules.minItems, elements.count < minimum {
            if elements.isEmpty && minimum == 1 {
                errors.append(.required(path.text))
            } else {
                invalid(.int(Int64(elements.count)), "\(subject)should have at least \(minimum) items")
            }
        }
        if let maximum = rules.maxItems, elements.count > maximum { tooMany(elements.count, maximum) }
        if let items = schema.items {
            for (index, element) in elements.enumerated() {
                path.push(index: index)
                check(element, items)
                path.pop()
            }
        }
        checkDuplicates(elements, schema)
    }

    private mutating func checkDuplicates(_ elements: [JSON], _ schema: Schema) {
        if schema.allowsRepeatedKeys { return }
        var seen: Set<JSON> = []
        for (index, element) in elements.enumerated() {
            let identity: JSON
            switch schema.listType {
            case .set: identity = element
            case .map(let keys):
                identity = .object(
                    Dictionary(
                        uniqueKeysWithValues: Set(keys).map { key in
                            (
                                key,
                                element[key].isNull
                                    ? schema.items?.properties[key]?.defaultValue ?? .null : element[key]
                            )
                        }))
            case .atomic:
                guard schema.validation.uniqueItems else { return }
                identity = element
            }
            if !seen.insert(identity).inserted {
                errors.append(.duplicate(path.appending(index: index).text, identity))
            }
        }
    }

    private mutating func check(_ text: String, _ schema: Schema) {
        let rules = schema.validation
        let length = text.unicodeScalars.count
        if let minimum = rules.minLength, length < minimum {
            invalid(.string(text), "\(subject)should be at least \(minimum) chars long")
        }
        if let maximum = rules.maxLength, length > maximum {
            errors.append(
                FieldError(
                    reason: "FieldValueTooLong", field: path.text,
                    detail: "Too long: may not be more than \(maximum) bytes"))
        }
        if let pattern = rules.pattern {
            do throws(PatternError) {
                if try !PatternCache.shared.matches(text, pattern: pattern) {
                    invalid(.string(text), "\(subject)should match '\(pattern)'")
                }
            } catch {
                invalid(.string(text), "the schema's pattern '\(pattern)' is unusable: \(error.message)")
            }
        }
        if let problem = ValueFormat.problem(of: .string(text), format: schema.format, subject: subject) {
            invalid(.string(text), problem)
        }
    }

    private mutating func checkNumber(_ value: JSON, _ schema: Schema) {
        let rules = schema.validation
        let number = value.double ?? 0
        if let minimum = rules.minimum, rules.exclusiveMinimum ? number <= minimum : number < minimum {
            let relation = rules.exclusiveMinimum ? "greater than" : "greater than or equal to"
            invalid(value, "\(subject)should be \(relation) \(JSON.double(minimum))")
        }
        if let maximum = rules.maximum, rules.exclusiveMaximum ? number >= maximum : number > maximum {
            let relation = rules.exclusiveMaximum ? "less than" : "less than or equal to"
            invalid(value, "\(subject)should be \(relation) \(JSON.double(maximum))")
        }
        if let divisor = rules.multipleOf, divisor != 0 {
            let quotient = number / divisor
            if (quotient - quotient.rounded()).magnitude > 1e-9 {
                invalid(value, "\(subject)should be a multiple of \(JSON.double(divisor))")
            }
        }
        if let problem = ValueFormat.problem(of: value, format: schema.format, subject: subject) {
            invalid(value, problem)
        }
    }

    private mutating func checkEnumeration(_ value: JSON, _ schema: Schema) {
        let allowed = schema.validation.enumeration
        guard !allowed.isEmpty, !allowed.contains(value) else { return }
        errors.append(.unsupported(path.text, value, supported: allowed.map { $0.string ?? "\($0)" }))
    }

    private mutating func checkJunctors(_ value: JSON, _ rules: Schema.Validation) {
        for schema in rules.allOf { check(value, schema) }
        if !rules.anyOf.isEmpty, !rules.anyOf.contains(where: { isValid(value, $0) }) {
            junctor(value, "must validate at least one schema (anyOf)")
        }
        if !rules.oneOf.isEmpty {
            let count = rules.oneOf.count { isValid(value, $0) }
            let found = count == 0 ? "Found none valid" : "Found \(count) valid alternatives"
            if count != 1 { junctor(value, "must validate one and only one schema (oneOf). \(found)") }
        }
        if let schema = rules.not.first, isValid(value, schema) {
            junctor(value, "must not validate the schema (not)")
        }
    }

    private func isValid(_ value: JSON, _ schema: Schema) -> Bool {
        var nested = SchemaValidator(path: path)
        nested.check(value, schema)
        return nested.errors.isEmpty
    }

    private mutating func junctor(_ value: JSON, _ message: String) {
        invalid(value.array == nil && value.object == nil ? value : "", "\"\(path.text)\" \(message)")
    }

    private mutating func invalid(_ value: JSON, _ detail: String) {
        errors.append(.invalid(path.text, value, detail))
    }

    private mutating func tooMany(_ count: Int, _ maximum: Int) {
        errors.append(
            FieldError(
                reason: "FieldValueTooMany", field: path.text,
                detail: "Too many: \(count): must have at most \(maximum) items"))
    }
}
