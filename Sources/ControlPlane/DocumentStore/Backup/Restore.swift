extension DocumentDatabase {
    /// Puts a backup into the database, after its checksum was found right. Indexes are made when the program that
    /// owns the collections starts.
    ///
    /// Until the restore is done the database carries a mark, so that nothing takes a part of it for the whole.
    /// - Parameters:
    ///   - path: a file that `backup` wrote, of either engine.
    ///   - overwriting: drop what is in the database. Otherwise it must hold no documents.
    /// - Throws: `.badBackup`, `.notEmpty`, or what the database answers.
    @discardableResult
    public func restore(
        from path: String, overwriting: Bool = false
    ) async throws(DocumentStoreError) -> BackupSummary {
        let reader = BackupReader(path: path)
        let summary = try reader.verify()
        return try await storing {
            let present = try await engine.collectionNames()
            if !overwriting {
                var filled: [String] = []
                for name in present where try await engine.count(.all, in: name) > 0 { filled.append(name) }
                guard filled.isEmpty else { throw DocumentStoreError.notEmpty(location, filled) }
            }
            let records = Migrator.collectionName
            let mark: Document = [
                "_id": .string(Migrator.restoreID), "version": 0, "name": "restore of a backup", "state": "started",
            ]
            // The mark first: what is dropped after it cannot be taken for whole any more.
            _ = try await engine.delete(.id(Migrator.restoreID), sort: [], from: records)
            try await engine.insert([mark], into: records)
            for name in present where name != records { try await engine.drop(name) }
            while try await engine.delete(.ne("_id", Migrator.restoreID), sort: [], from: records) != nil {}
            try await reader.documents { collection, documents in
                try CollectionSchema.check(name: collection)
                let documents = documents.filter { $0.id != .string(Migrator.restoreID) || collection != records }
                if !documents.isEmpty { try await engine.insert(documents, into: collection) }
            }
            _ = try await engine.delete(.id(Migrator.restoreID), sort: [], from: records)
            return summary
        }
    }
}
