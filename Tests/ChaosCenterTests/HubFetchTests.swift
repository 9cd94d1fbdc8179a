import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import HTTPTypes
import Host
import Hummingbird
import Testing

@testable import ChaosCenter

/// How hubs are fetched from repositories, and what repositories may be.
struct HubFetchTests {
    @Test(arguments: [
        "/etc", "../x", "file:///srv/repository.git", "ext::sh -c id", "git://example.com/x.git", "-u x@y:z",
        "--upload-pack=id", "http://user:secret@example.com/x.git", "https://secret@example.com/x", "https://",
        "https://-x/y", "ssh://-oProxy=x/y",
        "a@-b:c", "a b@c:d", "x@y::z", "https://exa mple.com/x", "",
    ])
    func `a URL that reaches what is not its owner's is refused`(_ url: String) async throws {
        try await CenterServer.run { world in
            let reply = try await world.change("addChaosHub", CenterServer.hub("x", url))
            #expect(reply.codes == ["BAD_USER_INPUT"] && reply.errors.first?.contains("repository's URL") == true)
            #expect(reply.errors.allSatisfy { !$0.contains("secret") })
            #expect(try await world.hubs().count == 1)
            let audit = try await world.center.store.auditEvents.find(.eq("operation", "addChaosHub"))
            #expect(audit.count == 1 && audit.allSatisfy { !"\($0)".contains("secret") })
        }
    }

    @Test(arguments: [
        ("https://github.com/litmuschaos/chaos-charts", "https://github.com"),
        ("http://10.0.0.1:3000/group/x.git", "http://10.0.0.1:3000"), ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("https://dev.azure.com/o/p/_git/r", "https://dev.azure.com"),
        ("ssh://git@example.com:2222/x.git", "ssh://example.com:2222"), ("git@GitHub.com:g/r.git", "ssh://github.com"),
    ])
    func `a URL has a server that credentials are for`(_ url: String, _ origin: String) throws {
        #expect(try GitAddress(url, allowsFiles: false).origin == origin)
    }

    @Test(arguments: ["-x", "a b", "a..b", "a~1", "a^", "a:b", "/a", "a/", "a//b", ".a", "a.lock", "a@{b", "a\nb"])
    func `what can be no branch is refused`(_ branch: String) async throws {
        try await CenterServer.run { world in
            let hub = CenterServer.hub("x", "https://example.com/x.git", ["repoBranch": .string(branch)])
            let reply = try await world.change("saveChaosHub", hub)
            // Blanks around it are no part of it.
            #expect(reply.errors.first?.contains("can be neither a branch nor a tag") == true, "\(reply)")
        }
    }

    @Test func `a branch is fetched, else a tag, and else git says that there is none`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files(faults: ["of-tag"]))
            try await repository.tag("v1")
            try await repository.tag("next")
            try await repository.commit(Hub.files(faults: ["of-branch"]), branch: "next")
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let tagged = try await world.addHub("tag", repository.url, ["repoBranch": "v1"])
                #expect(try await world.faults(tagged) == ["of-tag"])
                let branch = try await world.addHub("branch", repository.url, ["repoBranch": "next"])
                #expect(try await world.faults(branch) == ["of-branch"])
                let head = try await world.addHub("head", repository.url, ["repoBranch": ""])
                #expect(try await world.faults(head) == ["of-tag"])
                // Upstream's way: the hub is there, and that it cannot be fetched is seen when it is synced.
                let none = try await world.addHub("none", repository.url, ["repoBranch": "none"])
                #expect(try await world.status(none)["isAvailable"].flag == false)
                let reply = try await world.sync(none)
                #expect(reply.codes == ["UNAVAILABLE"])
                #expect(reply.errors.first?.contains("Remote branch none not found") == true, "\(reply.errors)")
            }
        }
    }

    @Test func `a fetch that fails leaves what was there, but not of another repository`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let id = try await world.addHub("mine", repository.url)
                try FileManager.default.moveItem(atPath: repository.path, toPath: repository.path + ".away")
                let failed = try await world.sync(id)
                #expect(failed.codes == ["UNAVAILABLE"])
                #expect(failed.errors.allSatisfy { !$0.contains(world.center.settings.dataDirectory) })
                #expect(try await world.faults(id) == ["pod-delete"])
                try await world.center.hubs.synchroniseAll()
                #expect(try await world.faults(id) == ["pod-delete"])
                let moved = CenterServer.hub("mine", "file://\(folder)/none.git", ["id": .string(id)])
                let reply = try await world.change("updateChaosHub", moved)
                #expect(
                    reply.errors.first?.hasPrefix(
                        "Hub configurations saved successfully. Failed to connect the remote repo: ") == true)
                #expect(try await world.status(id)["repoURL"].text == "file://\(folder)/none.git")
                #expect(try await world.status(id)["isAvailable"].flag == false)
            }
        }
    }

    @Test func `a token is sent to the server that asks for it, and is never shown`() async throws {
        try await withFolder { folder in
            _ = try await Repository(in: folder, name: "private", Hub.files())
            try await WebServer.run(WebServer.git(folder, username: "litmus", password: "s3cret")) { server in
                try await CenterServer.run(.sqlite, allowingFiles) { world in
                    let url = server.url + "/private.git"
                    let token: GraphQLObject = ["authType": "TOKEN", "isPrivate": true, "token": "s3cret"]
                    let added = try await world.change("addChaosHub", CenterServer.hub("mine", url, token)).succeeded()
                    let id = try #require(added["hub", "id"].text)
                    #expect(try await world.faults(id) == ["pod-delete"])
                    for hub in [added["hub"], try await world.status(id), try #require(try await world.hubs().last)] {
                        #expect(hub["authType"].text == "TOKEN")
                        #expect([hub["token"], hub["password"], hub["sshPrivateKey"]] == [.null, .null, .null])
                    }
                    // Without the token it stays as it is.
                    let renamed = CenterServer.hub("ours", url, ["id": .string(id), "authType": "TOKEN", "token": ""])
                    _ = try await world.change("updateChaosHub", renamed).succeeded()
                    _ = try await world.sync(id).succeeded()

                    let wrong = CenterServer.hub(
                        "ours", url, ["id": .string(id), "authType": "TOKEN", "token": "wr0ng"])
                    let refused = try await world.change("updateChaosHub", wrong)
                    #expect(refused.errors.first?.contains("Authentication failed") == true, "\(refused.errors)")
                    #expect(refused.errors.allSatisfy { !$0.contains("wr0ng") })
                    let basic = CenterServer.hub(
                        "ours", url,
                        ["id": .string(id), "authType": "BASIC", "userName": "litmus", "password": "s3cret"])
                    _ = try await world.change("updateChaosHub", basic).succeeded()
                    #expect(try await world.faults(id) == ["pod-delete"])
                    let none = CenterServer.hub("ours", url, ["id": .string(id)])
                    #expect(try await world.change("updateChaosHub", none).codes == ["UNAVAILABLE"])
                }
            }
        }
    }

    @Test func `a stored secret goes to no other server`() async throws {
        try await withFolder { folder in
            _ = try await Repository(in: folder, name: "private", Hub.files())
            try await WebServer.run(WebServer.git(folder, username: "litmus", password: "s3cret")) { server in
                // One that asks for a password itself, or sends on to the other.
                try await WebServer.run { request in
                    if request.uri.path.hasPrefix("/moved") {
                        let path = request.uri.description.dropFirst("/moved".count)
                        return Response(status: .found, headers: [.location: server.url + path], body: ResponseBody())
                    }
                    return Response(
                        status: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"x\""], body: ResponseBody())
                } _: { other in
                    try await CenterServer.run(.sqlite, allowingFiles) { world in
                        let token: GraphQLObject = ["authType": "TOKEN", "token": "s3cret"]
                        let id = try await world.addHub("mine", server.url + "/private.git", token)
                        let moved = CenterServer.hub(
                            "mine", other.url + "/x.git", ["id": .string(id), "authType": "TOKEN"])
                        let reply = try await world.change("updateChaosHub", moved)
                        #expect(reply.codes == ["BAD_USER_INPUT"])
                        #expect(reply.errors.first?.contains("authType TOKEN takes a token") == true)
                        #expect(other.asked.isEmpty)

                        let before = server.asked.count
                        let redirected = try await world.addHub("redirected", other.url + "/moved/private.git", token)
                        #expect(try await world.status(redirected)["isAvailable"].flag == false)
                        #expect(other.asked.contains { $0.path.hasPrefix("/moved/private.git") })
                        #expect(server.asked.count == before)
                    }
                }
            }
        }
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0", "[::]",
        "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ])
    func `nothing is fetched from this server itself or its link`(_ host: String) async throws {
        let server = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let reason = "the host '\(server)' is this server itself or on its link, where nothing is fetched from"
        try await CenterServer.run { world in
            for url in ["http://\(host):8080/x.git", "https://\(host)/x.git", "ssh://git@\(host)/x.git"] {
                let id = try await world.addHub(url, url)
                #expect(try await world.sync(id).errors == [reason], "\(url)")
            }
            let archive = try await world.addRemoteHub("archive", "http://\(host)/x.zip")
            #expect(archive.errors.first?.hasSuffix(reason) == true, "\(archive.errors)")
        }
    }

    @Test(arguments: ["10.1.2.3", "172.16.0.1", "192.168.1.1", "fd12::1", "8.8.8.8", "2001:db8::1"])
    func `private networks and the internet are reached`(_ host: String) async throws {
        let addresses = try await RemoteHost(name: host).addresses(allowsLocal: false)
        #expect(addresses.map(\.description) == [host])
    }

    @Test func `git goes where it was looked, and follows nobody`() async throws {
        let address = try GitAddress("https://LOCALHOST:8443/x.git", allowsFiles: false)
        let resolution = try #require(try await address.resolution(allowsLocal: true))
        #expect(resolution.hasPrefix("localhost:8443:") && resolution.contains("127.0.0.1"), "\(resolution)")
        let variables = GitEnvironment(
            remote: nil, resolution: resolution, author: nil, keyPath: nil, knownHosts: "", allowsFiles: false
        ).variables
        func value(_ name: String) -> String? {
            let key = variables.first { $0.hasPrefix("GIT_CONFIG_KEY_") && $0.hasSuffix("=" + name) }
            let index = key?.dropFirst("GIT_CONFIG_KEY_".count).prefix { $0 != "=" } ?? ""
            return variables.first { $0.hasPrefix("GIT_CONFIG_VALUE_\(index)=") }?.split(separator: "=", maxSplits: 1)
                .last.map(String.init)
        }
        #expect(value("http.curloptResolve") == resolution)
        #expect(value("http.followRedirects") == "false")
    }

    @Test func `a server that does not answer is given up`() async throws {
        let (gate, end) = AsyncStream<Void>.makeStream()
        try await WebServer.run { _ in
            for await _ in gate {}
            return Response(status: .ok)
        } _: { server in
            defer { end.finish() }
            try await CenterServer.run {
                allowingFiles(&$0)
                $0.gitTimeout = .milliseconds(500)
            } _: { world in
                let id = try await world.addHub("slow", server.url + "/x.git")
                let reply = try await world.sync(id)
                #expect(reply.errors == ["git: no end after 0.5 seconds"])
                let archive = try await world.addRemoteHub("archive", server.url + "/x.zip")
                #expect(archive.codes == ["UNAVAILABLE"])
            }
        }
    }

    @Test func `a repository has a size that it may have`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            try await CenterServer.run {
                allowingFiles(&$0)
                $0.hubRepositorySize = 400_000
            } _: { world in
                let id = try await world.addHub("mine", repository.url)
                #expect(try await world.faults(id) == ["pod-delete"])
                try repository.write(Data((0..<300_000).map { _ in UInt8.random(in: 0...255) }), "large")
                try await repository.commit(["README.md": "x"])
                let reply = try await world.sync(id)
                #expect(reply.errors == ["the repository is larger than the 400000 bytes that are allowed"])
                #expect(try await world.faults(id) == ["pod-delete"])
                let places = "\(world.center.settings.dataDirectory)/hubs/\(world.projectID)"
                #expect(try FileManager.default.contentsOfDirectory(atPath: places) == [id])
            }
        }
    }

    @Test(
        arguments: [
            ("BASIC", ["userName": "x"], "authType BASIC takes userName and password"),
            ("TOKEN", [:], "authType TOKEN takes a token"), ("SSH", [:], "authType SSH takes an sshPrivateKey"),
            ("SSH", ["sshPrivateKey": "x"], "authType SSH takes a URL such as git@example.com:group/repository.git"),
            ("TOKEN", ["token": "a\nhost=evil"], "token: too long, or with characters that cannot be in it"),
        ] as [(String, [String: String], String)])
    func `credentials that cannot be are refused`(
        _ type: String, _ fields: [String: String], _ error: String
    ) async throws {
        try await CenterServer.run { world in
            var more: GraphQLObject = ["authType": .string(type)]
            for (name, value) in fields { more[name] = .string(value) }
            let reply = try await world.change("addChaosHub", CenterServer.hub("x", "https://example.com/x", more))
            #expect(reply.codes == ["BAD_USER_INPUT"] && reply.errors.first?.hasPrefix(error) == true, "\(reply)")
        }
    }

    @Test func `a key is in a file of its own while git runs, and nowhere else`() async throws {
        try await CenterServer.run(.sqlite, allowingFiles) { world in
            let key = try SSHKeyPair.generate().privateKey
            let hub = CenterServer.hub(
                "mine", "ssh://git@127.0.0.1:1/x.git", ["authType": "SSH", "sshPrivateKey": .string(key)])
            let id = try await world.change("addChaosHub", hub).succeeded()["hub", "id"].text ?? ""
            let reply = try await world.sync(id)
            #expect(reply.errors.first?.contains("Connection refused") == true, "\(reply.errors)")
            let keys = world.center.git.directory + "/keys"
            #expect(try FileManager.default.contentsOfDirectory(atPath: keys).isEmpty)
        }
    }

    @Test func `git has a limit of memory`() async throws {
        try await withFolder { folder in
            let git = Git(ChaosCenterSettings(dataDirectory: folder, image: ""))
            let limit = try await git.run(["-c", "alias.limit=!ulimit -v", "limit"])
            #expect(limit == "1048576\n")
        }
    }

    @Test func `where the server keeps its files is no part of git's words`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            var settings = ChaosCenterSettings(dataDirectory: folder + "/data", image: "")
            allowingFiles(&settings)
            let git = Git(settings)
            let place = folder + "/data/hubs/project/hub.new"
            try FileManager.default.createDirectory(atPath: place + "/full", withIntermediateDirectories: true)
            let remote = try GitRemote(
                url: repository.url, branch: "", credentials: GitCredentials(authentication: .none), allowsFiles: true)
            let error = await #expect(throws: CenterError.self) { try await git.clone(remote, into: place) }
            let words = "\(try #require(error))"
            #expect(words.contains("already exists and is not an empty directory"), "\(words)")
            #expect(!words.contains(folder + "/data") && !words.contains("hub.new"), "\(words)")
            let missing = await #expect(throws: CenterError.self) {
                try await git.run(["config", "--file", folder + "/data/none/x", "a.b", "c"])
            }
            let reason = "\(try #require(missing))"
            #expect(reason.contains("could not lock config file") && !reason.contains(folder), "\(reason)")
        }
    }

    @Test func `git is told nothing secret by its arguments, and asks nobody`() throws {
        let credentials = GitCredentials(authentication: .token, token: "s3cret")
        let remote = try GitRemote(
            url: "https://example.com/x.git", branch: "main", credentials: credentials, allowsFiles: false)
        let variables = GitEnvironment(
            remote: remote, author: nil, keyPath: nil, knownHosts: "/data/it's/known", allowsFiles: false
        ).variables
        #expect(variables.filter { $0.contains("s3cret") } == ["LITMUS_GIT_PASSWORD=s3cret"])
        #expect(variables.contains("GIT_TERMINAL_PROMPT=0"))
        #expect(variables.contains("GIT_ALLOW_PROTOCOL=https:http:ssh"))
        #expect(variables.contains { $0.contains(#"'UserKnownHostsFile="/data/it'\''s/known"'"#) })
        #expect(variables.contains { $0.hasSuffix("=credential.https://example.com.helper") })
        let words = GitWords(hiding: credentials.secrets, paths: ["/data", "/data/git"])
        #expect(words.clean("fatal: s3cret\n\n in /data/git/x\n") == "fatal: ***\nin …/x")
    }
}
