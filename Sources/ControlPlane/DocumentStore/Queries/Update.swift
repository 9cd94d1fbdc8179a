/// A change of one document that happens as a whole. Made of steps: `Update().set("phase", "Running").inc("attempts")`.
///
/// No two steps may touch one path, or one path and what is below it. A path's missing documents are made; a path that
/// leads through anything else is an error, and nothing is changed.
public struct Update: Sendable, Hashable {
    public indirect enum Step: Sendable, Hashable {
        case set(FieldPath, DocumentValue)
        /// Only when the update inserts the document.
        case setOnInsert(FieldPath, DocumentValue)
        case unset(FieldPath)
        case increment(FieldPath, DocumentValue)
        /// Puts elements in at an index (at the end without one), then keeps only the first so many.
        case push(FieldPath, [DocumentValue], at: Int?, keepingFirst: Int?)
        case addToSet(FieldPath, [DocumentValue])
        /// Takes out the elements that fit.
        case pull(FieldPath, Filter)
        /// Sets a field of those elements of an array that fit. The array must be there.
        case setElements(FieldPath, Filter, field: FieldPath, DocumentValue)
    }

    public private(set) var steps: [Step]

    public init(_ steps: [Step] = []) { self.steps = steps }

    private func adding(_ step: Step) -> Update { Update(steps + [step]) }

    public func set(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Update {
        adding(.set(path, value.documentValue))
    }

    /// Any Codable value.
    public func set(_ path: FieldPath, encoding value: some Encodable) throws -> Update {
        adding(.set(path, try DocumentEncoder().encodeValue(value)))
    }

    public func setOnInsert(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Update {
        adding(.setOnInsert(path, value.documentValue))
    }

    public func unset(_ path: FieldPath) -> Update { adding(.unset(path)) }

    /// Adds to a number; a missing one counts as 0.
    public func inc(_ path: FieldPath, by amount: Int = 1) -> Update { adding(.increment(path, .int(Int64(amount)))) }

    public func inc(_ path: FieldPath, by amount: Double) -> Update { adding(.increment(path, .double(amount))) }

    /// Appends an element; makes the array when it is missing.
    public func push(
        _ path: FieldPath, _ value: some DocumentValueConvertible, at index: Int? = nil, keepingFirst: Int? = nil
    ) -> Update {
        adding(.push(path, [value.documentValue], at: index, keepingFirst: keepingFirst))
    }

    public func push(
        _ path: FieldPath, encoding value: some Encodable, at index: Int? = nil, keepingFirst: Int? = nil
    ) throws -> Update {
        adding(.push(path, [try DocumentEncoder().encodeValue(value)], at: index, keepingFirst: keepingFirst))
    }

    /// Appends a value unless the array has it.
    public func addToSet(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Update {
        adding(.addToSet(path, [value.documentValue]))
    }

    public func pull(_ path: FieldPath, where filter: Filter) -> Update { adding(.pull(path, filter)) }

    public func pull(_ path: FieldPath, _ value: some DocumentValueConvertible) -> Update {
        adding(.pull(path, .compare(.itself, .equal, value.documentValue)))
    }

    public func setElements(
        of path: FieldPath, where filter: Filter, _ field: FieldPath, _ value: some DocumentValueConvertible
    ) -> Update {
        adding(.setElements(path, filter, field: field, value.documentValue))
    }
}

extension Update.Step {
    var path: FieldPath {
        switch self {
        case .set(let path, _), .setOnInsert(let path, _), .unset(let path), .increment(let path, _),
            .push(let path, _, at: _, keepingFirst: _), .addToSet(let path, _), .pull(let path, _),
            .setElements(let path, _, field: _, _):
            path
        }
    }
}

extension Update {
    /// - Throws: `DocumentStoreError.invalidUpdate` for steps that contradict each other.
    func check() throws(DocumentStoreError) {
        for (index, step) in steps.enumerated() {
            try step.path.check()
            guard !step.path.segments.isEmpty else { throw .invalidUpdate("a step of an update needs a path") }
            if step.path.isID {
                guard case .setOnInsert = step else { throw .invalidUpdate("'_id' of a document cannot change") }
            }
            for other in steps[..<index] where step.path.overlaps(other.path) {
                if case .setElements = step, case .setElements = other { continue }
                throw .invalidUpdate("two steps of one update touch '\(other.path)' and '\(step.path)'")
            }
            if case .setElements(_, _, let field, _) = step { try field.check() }
        }
    }
}
