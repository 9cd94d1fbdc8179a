import Foundation
import Host

/// Ends work that fills a directory beyond a limit, as `git` has no such limit of its own.
struct DirectoryBudget: Sendable {
    static let interval: Duration = .milliseconds(200)

    let path: String
    let bytes: Int

    /// - Throws: `CenterError.unavailable` when the directory outgrew the budget; what the body throws.
    func holding(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: body)
            group.addTask {
                while !Task.isCancelled {
                    try await check()
                    try await Task.sleep(for: Self.interval)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try await check()
    }

    private func check() async throws {
        let (path, bytes) = (path, bytes)
        guard try await KernelThread.run({ Self.size(of: path, atMost: bytes) <= bytes }) else {
            throw CenterError.unavailable("the repository is larger than the \(bytes) bytes that are allowed")
        }
    }

    /// Counts no further than a little beyond the limit.
    private static func size(of path: String, atMost limit: Int) -> Int {
        let keys: Set<URLResourceKey> = [.fileSizeKey]
        guard
            let walk = FileManager.default.enumerator(
                at: URL(filePath: path), includingPropertiesForKeys: Array(keys), errorHandler: { _, _ in true })
        else { return 0 }
        var total = 0
        for case let file as URL in walk {
            // A file takes a block and an entry, however small it is.
            total += max((try? file.resourceValues(forKeys: keys))?.fileSize ?? 0, 512)
            if total > limit { break }
        }
        return total
    }
}
