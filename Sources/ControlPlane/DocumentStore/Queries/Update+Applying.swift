extension Update {
    /// Applies the steps to a document in memory as the databases do.
    /// - Parameter isInsert: whether the document is being made.
    /// - Throws: `DocumentStoreError.invalidUpdate`; the document is then half changed and to be thrown away.
    func apply(to document: inout Document, isInsert: Bool) throws(DocumentStoreError) {
        for step in steps { try step.apply(to: &document, isInsert: isInsert) }
    }
}

extension Update.Step {
    fileprivate func apply(to document: inout Document, isInsert: Bool) throws(DocumentStoreError) {
        switch self {
        case .set(let path, let value):
            try document.change(path) { (field) throws(DocumentStoreError) in field = value }
        case .setOnInsert(let path, let value):
            if isInsert { try document.change(path) { (field) throws(DocumentStoreError) in field = value } }
        case .unset(let path):
            if document[path: path] != nil {
                try document.change(path) { (field) throws(DocumentStoreError) in field = nil }
            }
        case .increment(let path, let amount):
            try document.change(path) { (field) throws(DocumentStoreError) in
                field = try Self.sum(field ?? .int(0), amount, at: path)
            }
        case .push(let path, let values, let index, let keepingFirst):
            try document.change(path) { (field) throws(DocumentStoreError) in
                var elements = try Self.elements(field ?? .array([]), at: path)
                elements.insert(contentsOf: values, at: min(index ?? elements.count, elements.count))
                if let keepingFirst { elements = Array(elements.prefix(keepingFirst)) }
                field = .array(elements)
            }
        case .addToSet(let path, let values):
            try document.change(path) { (field) throws(DocumentStoreError) in
                var elements = try Self.elements(field ?? .array([]), at: path)
                for value in values where !elements.contains(where: { $0.isSame(as: value) }) { elements.append(value) }
                field = .array(elements)
            }
        case .pull(let path, let filter):
            guard document[path: path] != nil else { return }
            try document.change(path) { (field) throws(DocumentStoreError) in
                field = .array(try Self.elements(field ?? .array([]), at: path).filter { !filter.matches($0) })
            }
        case .setElements(let path, let filter, let name, let value):
            guard document[path: path] != nil else { throw .invalidUpdate("there is no array at '\(path)'") }
            try document.change(path) { (field) throws(DocumentStoreError) in
                var elements = try Self.elements(field ?? .array([]), at: path)
                for index in elements.indices where filter.matches(elements[index]) {
                    guard case .document(var element) = elements[index] else {
                        throw .invalidUpdate("an element of '\(path)' is no document")
                    }
                    try element.change(name) { (field) throws(DocumentStoreError) in field = value }
                    elements[index] = .document(element)
                }
                field = .array(elements)
            }
        }
    }

    private static func elements(
        _ value: DocumentValue, at path: FieldPath
    ) throws(DocumentStoreError) -> [DocumentValue] {
        guard case .array(let elements) = value else {
            throw .invalidUpdate("'\(path)' is a \(value.typeName) and no array")
        }
        return elements
    }

    private static func sum(
        _ value: DocumentValue, _ amount: DocumentValue, at path: FieldPath
    ) throws(DocumentStoreError) -> DocumentValue {
        if case .int(let left) = value, case .int(let right) = amount {
            let (sum, overflow) = left.addingReportingOverflow(right)
            guard !overflow else { throw .invalidUpdate("'\(path)' would leave 64 bits") }
            return .int(sum)
        }
        guard let left = value.double, let right = amount.double else {
            throw .invalidUpdate("'\(path)' is a \(value.typeName) and no number")
        }
        return .double(left + right)
    }
}

extension Document {
    /// Changes the field at a path; makes the documents on the way.
    mutating func change(
        _ path: FieldPath, _ body: (inout DocumentValue?) throws(DocumentStoreError) -> Void
    ) throws(DocumentStoreError) {
        try change(path.segments[...], of: path, body)
    }

    private mutating func change(
        _ segments: ArraySlice<String>, of path: FieldPath,
        _ body: (inout DocumentValue?) throws(DocumentStoreError) -> Void
    ) throws(DocumentStoreError) {
        guard let name = segments.first else { return }
        guard segments.count > 1 else {
            var field = self[name]
            try body(&field)
            self[name] = field
            return
        }
        var child = Document()
        switch self[name] {
        case nil: break
        case .document(let document): child = document
        case .some(let other):
            throw .invalidUpdate("the path '\(path)' leads through '\(name)', which is a \(other.typeName)")
        }
        try child.change(segments.dropFirst(), of: path, body)
        self[name] = .document(child)
    }
}
