/// What is in the address of a manifest's download: the infrastructure's id and a secret.
struct DownloadToken: Sendable, Hashable {
    let infraID: String
    /// `ID.SECRET`.
    let text: String

    /// A new one.
    init(infraID: String) {
        self.infraID = infraID
        text = "\(infraID).\(AccessKey.make())"
    }

    /// - Returns: nil for a text that cannot be one.
    init?(_ text: String) {
        guard text.utf8.count <= 256, let end = text.firstIndex(of: ".") else { return nil }
        self.text = text
        infraID = String(text[..<end])
    }
}
