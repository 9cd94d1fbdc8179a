import Foundation
import Host

/// Runs `git`: with this process's settings alone, without a shell, without questions, within limits.
struct Git: Sendable {
    static let program = HostProgram(name: "git", package: "git")
    /// Bytes of memory of one process, since a small pack can hold trees and files that unpack to any size.
    static let memory: UInt64 = 1 << 30

    /// Of this server.
    private let dataDirectory: String
    /// Keys for the time of one command, and the known hosts of SSH.
    let directory: String
    let timeout: Duration
    /// Bytes that a clone may take on the disk.
    let cloneSize: Int
    /// Repositories of this host.
    let allowsLocal: Bool
    private let running = KeyedLimiter(width: 8)

    init(_ settings: ChaosCenterSettings) {
        dataDirectory = settings.dataDirectory
        directory = dataDirectory + "/git"
        timeout = settings.gitTimeout
        cloneSize = settings.hubRepositorySize
        allowsLocal = settings.allowsLocalRepositories
    }

    private var keys: String { directory + "/keys" }

    /// Removes the keys that a crash left.
    func removeLeftovers() { try? FileTree.remove(keys) }

    /// Clones the last commit of a branch, else of a tag, of that name into a directory that is not there yet. What is
    /// made holds no credentials, no symbolic links, no submodules.
    /// - Throws: `CenterError.unavailable` with git's words. Nothing is left of the directory then.
    func clone(_ remote: GitRemote, into directory: String) async throws {
        let revision = remote.revision.name.isEmpty ? [] : ["--branch=\(remote.revision.name)"]
        let arguments =
            ["clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", "--no-recurse-submodules", "--template="]
            + revision + ["--", remote.address.url, directory]
        do {
            try await DirectoryBudget(path: directory, bytes: cloneSize).holding {
                _ = try await run(arguments, remote: remote)
            }
        } catch {
            try? FileTree.remove(directory)
            throw error
        }
    }

    /// - Parameters:
    ///   - place: the working copy; nil for commands that need none.
    ///   - author: of commits.
    /// - Returns: what it printed.
    /// - Throws: `CenterError.unavailable` with git's words.
    @discardableResult
    func run(
        _ arguments: [String], in place: String? = nil, remote: GitRemote? = nil, author: GitAuthor? = nil
    ) async throws -> String {
        let executable = try path()
        return try await running.run("git") {
            guard let key = remote?.credentials.sshKeyText else {
                return try await run(executable, arguments, place, remote, author, key: nil)
            }
            let file = try PrivateFile(key, in: keys)
            defer { file.remove() }
            return try await run(executable, arguments, place, remote, author, key: file.path)
        }
    }

    private func run(
        _ executable: String, _ arguments: [String], _ place: String?, _ remote: GitRemote?, _ author: GitAuthor?,
        key: String?
    ) async throws -> String {
        let environment = GitEnvironment(
            remote: remote, resolution: try await remote?.address.resolution(allowsLocal: allowsLocal),
            author: author, keyPath: key, knownHosts: directory + "/known_hosts", allowsFiles: allowsLocal)
        try FileTree.makeDirectories(directory, mode: 0o700)
        var request = SpawnRequest(
            executable: executable, arguments: ["git"] + arguments, environment: environment.variables)
        request.directory = place ?? directory
        request.addressSpace = Self.memory
        let result = try await Tool.run(request, timeout: timeout)
        guard !result.timedOut else { throw CenterError.unavailable("git: no end after \(timeout)") }
        guard result.exit.code == 0 else {
            let paths = [dataDirectory, keys, directory] + [place, key].compactMap(\.self)
            let text = GitWords(
                hiding: remote?.credentials.secrets ?? [], paths: paths + arguments.filter { $0.hasPrefix("/") }
            ).clean(result.errorText)
            throw CenterError.unavailable(text.isEmpty ? "git ended with code \(result.exit.code)" : text)
        }
        return result.text
    }

    private func path() throws(CenterError) -> String {
        guard let path = Self.program.installedPath else {
            throw .unavailable("git is not installed on the server; run: apt-get install git")
        }
        return path
    }
}

/// Who a commit is of.
struct GitAuthor: Sendable, Hashable {
    var name: String
    var email: String
}

extension GitCredentials {
    /// As `ssh` reads it: lines that end, the last one too.
    fileprivate var sshKeyText: String? {
        guard authentication == .ssh, let key = sshPrivateKey.given else { return nil }
        let text = key.replacingOccurrences(of: "\r\n", with: "\n")
        return text.hasSuffix("\n") ? text : text + "\n"
    }
}

/// A file that only this process's user can read, for the time of one command.
private struct PrivateFile {
    let path: String

    init(_ text: String, in directory: String) throws {
        try FileTree.makeDirectories(directory, mode: 0o700)
        path = "\(directory)/\(UUID().uuidString)"
        try FileTree.write(text, to: path, mode: 0o600)
    }

    func remove() { try? FileTree.remove(path) }
}
