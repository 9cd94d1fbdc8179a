extension DocumentCollection {
    /// - Returns: false when the `_id` or a unique value is taken; then nothing was stored.
    // In one place, as the compiler (6.3) crashes on such a `catch` in larger functions.
    public func insertUnlessTaken(_ model: Model) async throws(DocumentStoreError) -> Bool {
        do {
            try await insert(model)
            return true
        } catch {
            guard case .duplicate = error else { throw error }
            return false
        }
    }
}
