/// What went wrong with a database: what, where, and what to do about it.
public enum DocumentStoreError: Error, Sendable, Hashable {
    /// The URL, without its password, and what is wrong with it.
    case invalidURL(String, String)
    /// Where, and why.
    case cannotOpen(String, String)
    /// The library of MongoDB cannot be loaded: the loader's words.
    case driverMissing(String)
    /// The server does not answer: where, and the driver's words. Whether a write that was under way took place is not
    /// known.
    case unavailable(String, String)
    /// Another process writes for longer than the store waits.
    case locked(String)
    /// No space is left where the database lies. The write did not take place.
    case full(String, String)
    /// The database's file is broken: where, and what the database says.
    case damaged(String, String)
    /// A document with these values exists. `index` is `_id_` where the `_id` is taken.
    case duplicate(collection: String, index: String)
    /// The document was changed by someone else since it was read, or it is gone.
    case conflict(collection: String, id: String, expected: Int64)
    case invalidDocument(collection: String, String)
    /// A stored document has not the form that the program expects: which one, the field, and why.
    case undecodable(collection: String, id: String, path: String, String)
    case invalidQuery(String)
    case invalidUpdate(String)
    /// Anything else that the database answers: where, and what.
    case refused(String, String)
    /// The database was written by a newer program: its version and the newest that is known here.
    case newerSchema(found: Int, known: Int)
    /// A restore did not end: the database holds a part of a backup.
    case unfinishedRestore(String)
    /// A backup that cannot be restored: its name, and why.
    case badBackup(String, String)
    /// The database to restore into holds documents.
    case notEmpty(String, [String])
}

extension DocumentStoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidURL(let url, let why):
            "'\(url)' is no database: \(why); write sqlite:///path/to/file, sqlite::memory: or mongodb://host:port/name"
        case .cannotOpen(let place, let why): "cannot open the database \(place): \(why)"
        case .driverMissing(let why):
            "a mongodb:// database needs the MongoDB C driver, which cannot be loaded (\(why)); "
                + "on Debian: apt-get install libmongoc-1.0-0. Or use a sqlite:// database, which needs nothing"
        case .unavailable(let place, let why):
            "the database \(place) does not answer: \(why). Is the server running and reachable from here?"
        case .locked(let place):
            "the database \(place) is locked by another process that does not finish its write; stop it and try again"
        case .full(let place, let why):
            "the write was not stored: no space is left for the database \(place) (\(why)); free some and try again"
        case .damaged(let place, let why):
            "the database \(place) is damaged: \(why). Restore a backup (litmus restore) under another name"
        case .duplicate(let collection, let index):
            "a document with the same \(index == "_id_" ? "_id" : index) exists in '\(collection)'"
        case .conflict(let collection, let id, let expected):
            "document \(id) of '\(collection)' is not at version \(expected) any more: read it again"
        case .invalidDocument(let collection, let why): "a document cannot be stored in '\(collection)': \(why)"
        case .undecodable(let collection, let id, let path, let why):
            "document \(id) of '\(collection)' has not the expected form\(path.isEmpty ? "" : " at '\(path)'"): \(why)"
        case .invalidQuery(let why): "a query is not possible: \(why)"
        case .invalidUpdate(let why): "an update is not possible: \(why)"
        case .refused(let place, let why): "the database \(place) answered: \(why)"
        case .newerSchema(let found, let known):
            "the database was written by a newer litmus (schema version \(found); this one knows \(known)): "
                + "use that version, or restore a backup from before"
        case .unfinishedRestore(let place):
            "the database \(place) holds a part of a backup, as its restore did not end: "
                + "run litmus restore --overwrite again"
        case .badBackup(let name, let why): "the backup \(name) cannot be restored: \(why)"
        case .notEmpty(let place, let collections):
            "the database \(place) is not empty (it has \(collections.joined(separator: ", "))): "
                + "restore into a new one, or replace everything in it with --overwrite"
        }
    }
}
