import DocumentStore

extension DocumentCollection {
    /// False when a document with its unique values exists.
    func isInserted(_ model: Model) async throws -> Bool {
        do {
            try await insert(model)
        } catch let error {
            guard case .duplicate = error else { throw error }
            return false
        }
        return true
    }
}
