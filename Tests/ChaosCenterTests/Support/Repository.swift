import Foundation

/// A repository without a working copy, as servers have, with a copy beside it to commit from.
struct Repository: Sendable {
    /// Of `repository.git`.
    let path: String
    private let copy: String
    static let branch = "main"

    var url: String { "file://\(path)" }

    /// - Parameter files: of the first commit; without any the repository is empty.
    init(in folder: String, name: String = "repository", _ files: [String: String]) async throws {
        path = "\(folder)/\(name).git"
        copy = "\(folder)/\(name)-copy"
        try await git(["init", "--quiet", "--bare", "--initial-branch=\(Self.branch)", path], in: folder)
        try await git(["init", "--quiet", "--initial-branch=\(Self.branch)", copy], in: folder)
        if !files.isEmpty { try await commit(files) }
    }

    /// Commits and pushes to the branch.
    /// - Parameter links: symbolic links with what they lead to.
    func commit(_ files: [String: String], links: [String: String] = [:], branch: String = Self.branch) async throws {
        for (name, text) in files { try write(Data(text.utf8), name) }
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(atPath: "\(copy)/\(name)", withDestinationPath: target)
        }
        try await git(["add", "--all"], in: copy)
        try await git(["commit", "--quiet", "--message=change"], in: copy)
        try await git(["push", "--quiet", path, "HEAD:refs/heads/\(branch)"], in: copy)
    }

    func write(_ data: Data, _ name: String) throws {
        let file = URL(filePath: "\(copy)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func tag(_ name: String) async throws {
        try await git(["push", "--quiet", path, "HEAD:refs/tags/\(name)"], in: copy)
    }

    /// A file of the branch.
    func text(at name: String) async throws -> String {
        try await git(["show", "\(Self.branch):\(name)"], in: path)
    }

    /// `author <email>|subject` of the commits, newest first.
    func commits() async throws -> [String] {
        try await git(["log", "--format=%an <%ae>|%s", Self.branch], in: path)
            .split(separator: "\n").map(String.init)
    }

    @discardableResult
    private func git(_ arguments: [String], in directory: String) async throws -> String {
        try await Programs.run(
            "git", arguments, in: directory,
            environment: [
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "test",
                "GIT_AUTHOR_EMAIL": "test@example.com", "GIT_COMMITTER_NAME": "test",
                "GIT_COMMITTER_EMAIL": "test@example.com",
            ])
    }
}
