import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import Host
import Testing

@testable import ChaosCenter

/// Repositories that projects keep their experiments in.
struct GitOpsTests {
    private static func configuration(_ url: String, _ more: GraphQLObject = [:]) -> GraphQLObject {
        var configuration: GraphQLObject = [
            "branch": .string(Repository.branch), "repoURL": .string(url), "authType": "NONE",
        ]
        for (field, value) in more { configuration[field] = value }
        return configuration
    }

    @Test(arguments: Engine.allCases)
    func `GitOps is enabled, shown, changed and disabled`(_ engine: Engine) async throws {
        try await withFolder { folder in
            let first = try await Repository(in: folder, name: "first", ["README.md": "x"])
            let empty = try await Repository(in: folder, name: "empty", [:])
            try await CenterServer.run(engine, allowingFiles) { world in
                #expect(try await world.gitOps()["enabled"].flag == false)
                #expect(try await world.gitOps()["projectID"].text == world.projectID)
                #expect(try await world.change(gitOps: "enableGitOps", Self.configuration(first.url)).isTrue)
                let info = "{\"projectID\":\"\(world.projectID)\",\"revision\":\"1\"}\n"
                #expect(try await first.text(at: "litmus/\(world.projectID)/.info") == info)
                #expect(try await first.commits().first?.hasPrefix("owner <owner@litmus-chaos>|") == true)
                let details = try await world.gitOps()
                #expect(details["enabled"].flag == true && details["repoURL"].text == first.url)
                #expect(details["branch"].text == "main" && details["authType"].text == "NONE")

                let again = try await world.change(gitOps: "enableGitOps", Self.configuration(first.url))
                #expect(again.codes == ["CONFLICT"])
                #expect(try await world.change(gitOps: "updateGitOps", Self.configuration(first.url)).isTrue)
                #expect(try await first.commits().count == 2)
                #expect(try await world.change(gitOps: "updateGitOps", Self.configuration(empty.url)).isTrue)
                #expect(try await empty.text(at: "litmus/\(world.projectID)/.info") == info)
                let clone = "\(world.center.settings.dataDirectory)/gitops/\(world.projectID)"
                #expect(FileManager.default.fileExists(atPath: clone + "/litmus/\(world.projectID)/.info"))
                #expect(try await world.disableGitOps().isTrue)
                #expect(!FileManager.default.fileExists(atPath: clone))
                #expect(try await world.gitOps()["enabled"].flag == false)
                #expect(try await empty.text(at: "litmus/\(world.projectID)/.info") == info)
                let off = try await world.change(gitOps: "updateGitOps", Self.configuration(first.url))
                #expect(off.errors == ["GitOps is not enabled for the project"])
            }
        }
    }

    @Test func `several projects share a repository, at once too`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, ["README.md": "x"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let configuration = Self.configuration(repository.url)
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for person in [world.owner, world.executor, world.viewer, world.stranger] {
                        group.addTask {
                            try await world.change(gitOps: "enableGitOps", configuration, as: person).isTrue
                        }
                    }
                    for try await isEnabled in group { #expect(isEnabled) }
                }
                #expect(try await repository.commits().count == 5)
                for person in [world.owner, world.executor, world.viewer, world.stranger] {
                    #expect(
                        try await repository.text(at: "litmus/\(person.projectID)/.info").contains(person.projectID))
                }
            }
        }
    }

    @Test func `a folder of another project is not touched`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, ["README.md": "x"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let info = "{\"projectID\":\"another\"}"
                try await repository.commit(["litmus/\(world.projectID)/.info": info])
                let reply = try await world.change(gitOps: "enableGitOps", Self.configuration(repository.url))
                #expect(reply.codes == ["CONFLICT"])
                #expect(reply.errors.first?.contains("belongs to another project, 'another'") == true)
                #expect(try await repository.text(at: "litmus/\(world.projectID)/.info") == info)
                #expect(try await world.gitOps()["enabled"].flag == false)
            }
        }
    }

    @Test func `the working copies of projects that are gone are removed at the next start`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, ["README.md": "x"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                #expect(try await world.change(gitOps: "enableGitOps", Self.configuration(repository.url)).isTrue)
                let copies = "\(world.center.settings.dataDirectory)/gitops"
                for name in ["gone", "gone.new", "other.new"] {
                    try FileTree.makeDirectories("\(copies)/\(name)/litmus")
                }
                await world.center.gitOps.removeLeftovers()
                #expect(FileTree.names(in: copies) == [world.projectID])
            }
        }
    }

    @Test func `links in a repository lead nowhere`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, ["README.md": "x"])
            try FileManager.default.createDirectory(
                atPath: folder + "/outside", withIntermediateDirectories: true)
            try await repository.commit([:], links: ["litmus": folder + "/outside"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let reply = try await world.change(gitOps: "enableGitOps", Self.configuration(repository.url))
                #expect(reply.errors == ["'litmus/\(world.projectID)' of the repository is no folder"])
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/outside").isEmpty)
                #expect(try await world.gitOps()["enabled"].flag == false)
            }
        }
    }

    @Test func `git's words say why it cannot be enabled, and nothing is left`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, ["README.md": "x"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let missing = try await world.change(
                    gitOps: "enableGitOps", Self.configuration("file://\(folder)/none.git"))
                #expect(missing.errors.first?.contains("does not appear to be a git repository") == true)
                let branch = try await world.change(
                    gitOps: "enableGitOps", Self.configuration(repository.url, ["branch": "none"]))
                #expect(branch.errors == ["the repository has no branch 'none'"])
                for url in ["/etc", "ext::id", "-x"] {
                    let refused = try await world.change(gitOps: "enableGitOps", Self.configuration(url))
                    #expect(refused.codes == ["BAD_USER_INPUT"])
                }
                #expect(try await world.gitOps()["enabled"].flag == false)
                let clones = "\(world.center.settings.dataDirectory)/gitops"
                #expect(FileTree.names(in: clones).isEmpty)
            }
        }
    }

    @Test func `a token pushes, is never shown, and stays when it is not given again`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, name: "private", ["README.md": "x"])
            try await WebServer.run(WebServer.git(folder, username: "litmus", password: "s3cret")) { server in
                try await CenterServer.run(.sqlite, allowingFiles) { world in
                    let url = server.url + "/private.git"
                    let none = try await world.change(gitOps: "enableGitOps", Self.configuration(url))
                    #expect(none.errors.first?.contains("could not read Username") == true, "\(none.errors)")
                    let token: GraphQLObject = ["authType": "TOKEN", "token": "s3cret"]
                    #expect(try await world.change(gitOps: "enableGitOps", Self.configuration(url, token)).isTrue)
                    #expect(try await repository.commits().count == 2)
                    let details = try await world.gitOps()
                    #expect(details["authType"].text == "TOKEN" && details["token"] == .null)
                    let kept = Self.configuration(url, ["authType": "TOKEN"])
                    #expect(try await world.change(gitOps: "updateGitOps", kept).isTrue)
                    let elsewhere = Self.configuration("https://127.0.0.1:1/x.git", ["authType": "TOKEN"])
                    #expect(try await world.change(gitOps: "updateGitOps", elsewhere).codes == ["BAD_USER_INPUT"])
                    // Nothing of it is in the working copy.
                    let clone = "\(world.center.settings.dataDirectory)/gitops/\(world.projectID)"
                    let config = try String(contentsOfFile: clone + "/.git/config", encoding: .utf8)
                    #expect(!config.contains("s3cret"))
                }
            }
        }
    }

    @Test func `an experiment that the cluster asks for must be of its project and infrastructure`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, ["README.md": "x"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let infrastructure = ChaosInfrastructure.sample(project: world.projectID)
                let other = ChaosInfrastructure.sample(
                    id: "4f6c3a7e-0000-4000-8000-000000000002", project: world.projectID)
                for sample in [infrastructure, other] { try await world.center.store.infrastructures.insert(sample) }
                for (id, infra, project) in [
                    ("mine", infrastructure.id, world.projectID), ("others", other.id, world.projectID),
                    ("foreign", infrastructure.id, world.stranger.projectID),
                ] {
                    try await world.center.store.experiments.insert(.sample(id, infra, project))
                }
                func notify(_ experiment: String, key: String? = nil) async throws -> Reply {
                    try await world.graphQL(
                        """
                        mutation ($id: InfraIdentity!, $e: ID!) { gitopsNotifier(clusterInfo: $id, experimentID: $e) }
                        """,
                        [
                            "e": .string(experiment),
                            "id": [
                                "infraID": .string(infrastructure.id), "version": "3.31.0",
                                "accessKey": .string(key ?? infrastructure.accessKey),
                            ],
                        ], token: "")
                }
                #expect(try await notify("mine").succeeded()["gitopsNotifier"].text == "GitOps Disabled")
                #expect(try await notify("mine", key: "wrong").codes == ["UNAUTHENTICATED"])
                #expect(try await world.change(gitOps: "enableGitOps", Self.configuration(repository.url)).isTrue)
                for experiment in ["others", "foreign", "none"] {
                    #expect(try await notify(experiment).errors == ["no matching experiments"])
                }
                // It gets as far as the start of a run, which takes a connected agent.
                let own = try await notify("mine")
                #expect(own.codes == ["UNAVAILABLE"], "\(own)")
            }
        }
    }

    @Test func `a key pair is one that ssh takes`() async throws {
        try await CenterServer.run { world in
            let reply = try await world.graphQL(
                "mutation { generateSSHKey { publicKey privateKey } }", as: world.viewer
            ).succeeded()
            let key = try #require(reply["generateSSHKey", "privateKey"].text)
            let line = try #require(reply["generateSSHKey", "publicKey"].text)
            let words = line.split(separator: " ")
            #expect(words.first == "ssh-rsa")
            let blob = try #require(words.dropFirst().first.flatMap { Data(base64Encoded: String($0)) })
            // Name, exponent of three bytes, modulus of 4096 bits behind a zero.
            let sizes = [4 + 7, 4 + 3, 4 + 513]
            #expect(blob.count == sizes.reduce(0, +))
            guard HostProgram(name: "ssh-keygen", package: "openssh-client").installedPath != nil else { return }
            try await withFolder { folder in
                try FileTree.write(key, to: folder + "/key", mode: 0o600)
                let derived = try await Programs.run("ssh-keygen", ["-y", "-P", "", "-f", folder + "/key"])
                #expect(derived.split(whereSeparator: \.isWhitespace).dropFirst().first == words.dropFirst().first)
            }
        }
    }
}

extension CenterServer {
    fileprivate func gitOps() async throws -> GraphQLValue {
        try await graphQL(
            """
            query ($p: ID!) { getGitOpsDetails(projectID: $p) {
              enabled projectID branch repoURL authType token userName password sshPrivateKey
            } }
            """, ["p": .string(projectID)]
        ).succeeded()["getGitOpsDetails"]
    }

    fileprivate func change(
        gitOps operation: String, _ configuration: GraphQLObject, as person: Person? = nil
    ) async throws -> Reply {
        try await graphQL(
            """
            mutation ($p: ID!, $c: GitConfig!) { done: \(operation)(projectID: $p, configurations: $c) }
            """, ["p": .string((person ?? owner).projectID), "c": .object(configuration)], as: person)
    }

    fileprivate func disableGitOps() async throws -> Reply {
        try await graphQL(
            "mutation ($p: ID!) { done: disableGitOps(projectID: $p) }", ["p": .string(projectID)])
    }
}

extension Reply {
    fileprivate var isTrue: Bool { errors.isEmpty && self["done"].flag == true }
}

extension StoredExperiment {
    fileprivate static func sample(_ id: String, _ infra: String, _ project: String) -> StoredExperiment {
        StoredExperiment(
            id: id, name: id, projectID: project, infraID: infra, type: "experiment",
            revisions: [ExperimentRevision(id: "r", manifest: "{}", updatedAt: 1)], createdAt: 1, updatedAt: 1,
            isRemoved: false)
    }
}
