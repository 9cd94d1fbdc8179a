/// A repository with what it takes to reach it.
struct GitRemote: Sendable, Hashable {
    let address: GitAddress
    let revision: GitRevision
    let credentials: GitCredentials

    /// - Throws: `CenterError.invalid`.
    init(url: String, branch: String, credentials: GitCredentials, allowsFiles: Bool) throws(CenterError) {
        address = try GitAddress(url, allowsFiles: allowsFiles)
        revision = try GitRevision(branch)
        self.credentials = credentials
        try credentials.check(for: address)
    }

    /// Names repository and branch, the same for all that use them.
    var lockName: String { "\(revision.name) \(address.url)" }
}
