import Foundation
import Host
import KubernetesAPI

/// The working copy of a project's repository. The project's experiments lie in `litmus/PROJECT/`, whose file `.info`
/// says whose folder it is; other folders belong to other projects and are never touched.
struct GitOpsRepository: Sendable {
    /// How often somebody else may be faster with a push.
    private static let attempts = 4

    let git: Git
    let remote: GitRemote
    let projectID: String
    /// Of the working copy.
    let directory: String

    private var folder: String { "litmus/\(projectID)" }

    /// Clones the repository and makes the project's folder in it where it is missing. What was in the directory is
    /// gone.
    /// - Returns: the id of the commit that the branch is at now.
    /// - Throws: `CenterError` with git's words; nothing is left of the directory then.
    func prepare(author: GitAuthor) async throws -> String {
        do {
            for _ in 1..<Self.attempts {
                try await check(out: directory)
                guard try makeInfo() else { return try await head() }
                try await commit("Prepare the folder of project \(projectID)", author)
                if try await push() { return try await head() }
            }
            throw CenterError.unavailable("others push to the branch '\(branch)' all the time; try again")
        } catch {
            try? FileTree.remove(directory)
            throw error
        }
    }

    private var branch: String { remote.revision.name }

    private func check(out directory: String) async throws {
        try FileTree.remove(directory)
        let heads = try await git.run(
            ["ls-remote", "--quiet", "--heads", "--", remote.address.url], remote: remote)
        if heads.contains("\trefs/heads/") {
            // A tag of this name is no branch to push to.
            guard heads.split(separator: "\n").contains(where: { $0.hasSuffix("\trefs/heads/\(branch)") }) else {
                throw CenterError.invalid("the repository has no branch '\(branch)'")
            }
            try await git.clone(remote, into: directory)
        } else {
            try FileTree.makeDirectories(directory, mode: 0o700)
            try await git.run(["init", "--quiet", "--template=", "--initial-branch=\(branch)"], in: directory)
        }
    }

    /// - Returns: whether there is something to commit.
    /// - Throws: `CenterError.conflict` when the folder is another project's.
    private func makeInfo() throws -> Bool {
        let folder = "\(directory)/\(folder)"
        let path = folder + "/.info"
        if FileTree.exists(path) {
            let bytes = try RegularFile.read(path, limit: 1 << 16) ?? []
            let owner = (try? JSON(parsing: bytes))?["projectID"].string ?? ""
            guard owner == projectID else {
                throw CenterError.conflict(
                    "the folder '\(self.folder)' of the repository belongs to another project, '\(owner.prefix(100))'")
            }
            return false
        }
        guard (try? FileTree.makeDirectories(folder)) != nil,
            FileTree.resolved(folder)?.hasSuffix("/" + self.folder) == true
        else {
            throw CenterError.conflict("'\(self.folder)' of the repository is no folder")
        }
        let info: JSON = ["projectID": .string(projectID), "revision": "1"]
        try FileTree.write("\(info)\n", to: path)
        return true
    }

    private func commit(_ message: String, _ author: GitAuthor) async throws {
        try await git.run(["add", "--force", "--", folder], in: directory)
        try await git.run(["commit", "--quiet", "--no-verify", "--message=\(message)"], in: directory, author: author)
    }

    /// - Returns: false when somebody else was faster.
    private func push() async throws -> Bool {
        do {
            let target = "HEAD:refs/heads/\(branch)"
            try await git.run(
                ["push", "--quiet", "--no-verify", "--", remote.address.url, target], in: directory, remote: remote)
            return true
        } catch let error as CenterError {
            let words = "\(error)"
            guard ["fetch first", "non-fast-forward", "cannot lock ref"].contains(where: words.contains) else {
                throw error
            }
            return false
        }
    }

    private func head() async throws -> String {
        try await git.run(["rev-parse", "HEAD"], in: directory).trimmingBlanks()
    }
}
