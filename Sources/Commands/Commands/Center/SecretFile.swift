import Foundation

/// A file with a secret, or another text that is given by a file.
struct SecretFile: Sendable, Hashable {
    let text: String
    /// Others than its owner may read it.
    let isExposed: Bool

    /// - Parameter option: names it in errors.
    /// - Throws: `CommandError`.
    init(_ path: String, option: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError("\(option): there is no file \(path)")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandError("\(option): \(path) cannot be read: \(error.localizedDescription)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError("\(option): \(path) is not UTF-8 text")
        }
        self.text = text
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let permissions = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        isExposed = permissions & 0o077 != 0
    }

    /// Without the line end that editors put at the end.
    var line: String {
        var line = text[...]
        while line.last?.isNewline == true { line.removeLast() }
        return String(line)
    }
}
