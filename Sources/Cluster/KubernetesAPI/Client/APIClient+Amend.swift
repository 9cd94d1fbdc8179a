extension APIClient {
    /// Changes an object with a merge patch of what `change` changed, again after each conflict, so that neither other
    /// writers' fields nor fields that the type does not know are lost.
    ///
    /// - Parameters:
    ///   - current: the object as last read; saves the first read when it is still the newest.
    ///   - change: returns false, or changes nothing, to leave the object as it is. May run more than once.
    /// - Returns: the object as it now stands.
    /// - Throws: `Status`, 404 too when the object is gone.
    @discardableResult
    public func amend<R: Resource>(
        _: R.Type, namespace: String? = nil, name: String, current: R? = nil,
        _ change: (inout R) throws -> Bool
    ) async throws -> R {
        var known = current
        while true {
            let before: R
            if let given = known {
                before = given
            } else {
                before = try await get(R.self, namespace: namespace, name: name)
            }
            known = nil
            var after = before
            guard try change(&after), after != before else { return before }
            var patch = JSON.mergePatch(from: before.json, to: after.json)
            // The version makes the server refuse a patch that was computed from an older object.
            patch["metadata", "resourceVersion"] = before.json["metadata", "resourceVersion"]
            do {
                return try await self.patch(R.self, namespace: namespace, name: name, .merge(patch))
            } catch let status as Status where status.isConflict {
                try Task.checkCancellation()
            }
        }
    }
}
