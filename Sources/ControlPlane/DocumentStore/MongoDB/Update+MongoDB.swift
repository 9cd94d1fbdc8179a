extension Update {
    /// The update in MongoDB's language, and the array filters that it names.
    func mongo() throws(DocumentStoreError) -> (update: Document, arrayFilters: [DocumentValue]) {
        var groups = Document()
        var arrayFilters: [DocumentValue] = []
        func add(_ group: String, _ path: String, _ value: DocumentValue) {
            var fields = groups[group]?.document ?? Document()
            fields[path] = value
            groups[group] = .document(fields)
        }
        for step in steps {
            let path = step.path.description
            switch step {
            case .set(_, let value): add("$set", path, value)
            case .setOnInsert(_, let value): add("$setOnInsert", path, value)
            case .unset: add("$unset", path, "")
            case .increment(_, let amount): add("$inc", path, amount)
            case .push(_, let values, let index, let keepingFirst):
                var modifiers: Document = ["$each": .array(values)]
                modifiers["$position"] = index.map { .int(Int64($0)) }
                modifiers["$slice"] = keepingFirst.map { .int(Int64($0)) }
                add("$push", path, .document(modifiers))
            case .addToSet(_, let values): add("$addToSet", path, ["$each": .array(values)])
            case .pull(_, let filter): add("$pull", path, .document(try filter.mongoForElement()))
            case .setElements(_, let filter, let field, let value):
                let name = "e\(arrayFilters.count)"
                add("$set", "\(path).$[\(name)].\(field)", value)
                arrayFilters.append(.document(try filter.mongo(root: FieldPath(name))))
            }
        }
        return (groups, arrayFilters)
    }
}
