import ControlPlaneTesting
import Foundation
import GraphQL
import Hummingbird
import Synchronization
import Testing

@testable import ChaosCenter

/// Hubs that are zip archives.
struct HubArchiveTests {
    /// Makes archives as other programs do.
    private enum Zip {
        private static let script = """
            import base64, json, sys, zipfile
            target, method, entries = sys.argv[1], sys.argv[2], json.load(open(sys.argv[3]))
            with zipfile.ZipFile(target, "w", getattr(zipfile, method)) as archive:
                for entry in entries:
                    info = zipfile.ZipInfo(entry["name"])
                    info.compress_type = getattr(zipfile, method)
                    info.external_attr = entry["mode"] << 16
                    archive.writestr(info, base64.b64decode(entry["data"]))
            """

        private struct Entry: Encodable { var name, data: String; var mode: Int }

        static func make(
            _ files: [String: Data], mode: Int = 0o100644, method: String = "ZIP_DEFLATED"
        ) async throws -> [UInt8] {
            try await withFolder { folder in
                let entries = files.sorted { $0.key < $1.key }.map {
                    Entry(name: $0.key, data: $0.value.base64EncodedString(), mode: $0.key.hasSuffix("/") ? 0 : mode)
                }
                try JSONEncoder().encode(entries).write(to: URL(filePath: folder + "/entries"))
                _ = try await Programs.python(script, [folder + "/zip", method, folder + "/entries"])
                return Array(try Data(contentsOf: URL(filePath: folder + "/zip")))
            }
        }

        static func make(_ files: [String: String], prefix: String = "") async throws -> [UInt8] {
            try await make(
                Dictionary(uniqueKeysWithValues: files.map { (prefix + $0.key, Data($0.value.utf8)) }))
        }
    }

    private final class Served: Sendable {
        let bytes: Mutex<[UInt8]>
        init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }
    }

    private static let limits = ZipArchive.Limits(unpacked: 10_000_000, entries: 100)

    @Test(arguments: Engine.allCases)
    func `a hub is downloaded, and again when it is synced`(_ engine: Engine) async throws {
        // As GitHub packs a repository: below one folder.
        let first = try await Zip.make(Hub.files(), prefix: "charts-main/")
        let second = try await Zip.make(Hub.files(faults: ["other"]))
        let served = Served(first)
        try await WebServer.run { _ in
            WebServer.response(type: "application/zip", served.bytes.withLock(\.self))
        } _: { server in
            try await CenterServer.run(engine, allowingFiles) { world in
                let added = try await world.addRemoteHub("zip", server.url + "/hub.zip").succeeded()
                #expect(added["hub", "hubType"].text == "REMOTE")
                let id = try #require(added["hub", "id"].text)
                #expect(try await world.faults(id) == ["pod-delete"])
                #expect(try await world.status(id)["totalExperiments"].text == "1")
                served.bytes.withLock { $0 = second }
                _ = try await world.sync(id).succeeded()
                #expect(try await world.faults(id) == ["other"])
            }
        }
    }

    @Test func `a download that fails leaves the hub, and says why`() async throws {
        let zip = try await Zip.make(Hub.files())
        try await WebServer.run { request in
            switch request.uri.path {
            case "/type": WebServer.response(type: "text/html", zip)
            case "/large": WebServer.response(type: "application/zip", [UInt8](repeating: 0, count: 20_001))
            case "/damaged": WebServer.response(type: "application/zip", Array(zip.dropLast(10)))
            default: WebServer.response(.notFound, type: "application/zip", [])
            }
        } _: { server in
            try await CenterServer.run {
                allowingFiles(&$0)
                $0.hubArchiveSize = 20_000
            } _: { world in
                for (path, reason) in [
                    ("/type", "the content type is 'text/html' and not application/zip"),
                    ("/large", "the archive is larger than the 20000 bytes that are allowed"),
                    ("/damaged", "the archive: this is no zip archive"), ("/none", "the server answered 404"),
                ] {
                    let reply = try await world.addRemoteHub("hub \(path)", server.url + path)
                    #expect(
                        reply.errors == [
                            "Hub configurations saved successfully. Failed to connect the remote repo: \(reason)"
                        ])
                    let hub = try #require(try await world.hubs().first { $0["name"].text == "hub \(path)" })
                    #expect(hub["isAvailable"].flag == false)
                    #expect(try await world.sync(hub["id"].text ?? "").errors == [reason])
                }
                for url in ["file:///etc/passwd", "https://user:secret@example.com/x.zip", "x.zip"] {
                    #expect(try await world.addRemoteHub("refused", url).codes == ["BAD_USER_INPUT"])
                }
            }
        }
    }

    @Test func `redirects are followed, a few of them, to where an archive may be`() async throws {
        let zip = try await Zip.make(Hub.files())
        try await WebServer.run { request in
            let target: String? =
                switch request.uri.path {
                case "/moved": "/again"
                case "/again": "/hub.zip"
                case "/loop": "/loop"
                case "/file": "file:///etc/passwd"
                default: nil
                }
            guard let target else { return WebServer.response(type: "application/zip", zip) }
            return Response(status: .found, headers: [.location: target], body: ResponseBody())
        } _: { server in
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let added = try await world.addRemoteHub("moved", server.url + "/moved").succeeded()
                #expect(try await world.faults(added["hub", "id"].text ?? "") == ["pod-delete"])
                for (path, reason) in [
                    ("/loop", "the server redirects more than 5 times"),
                    ("/file", "the server redirects to what is no http or https URL"),
                ] {
                    let reply = try await world.addRemoteHub(path, server.url + path)
                    #expect(reply.errors.first?.hasSuffix(reason) == true, "\(reply.errors)")
                }
            }
        }
    }

    @Test func `a redirect leads to another archive, and never from https to http`() throws {
        let archive = try ArchiveAddress("https://example.com/a/x.zip")
        #expect(try archive.redirected(to: "y.zip").url == "https://example.com/a/y.zip")
        #expect(try archive.redirected(to: "//other.example/y.zip").host == "other.example")
        #expect(try archive.redirected(to: "https://[::1]:80/y.zip").host == "::1")
        for target in ["http://example.com/x.zip", "ftp://example.com/x.zip", "unix:///run/x", "https://a:b@c/"] {
            let error = #expect(throws: CenterError.self) { try archive.redirected(to: target) }
            #expect(error?.code == "UNAVAILABLE", "\(target)")
        }
    }

    @Test(arguments: [
        "../outside", "/absolute", "faults/../../outside", "a\\..\\b", "a//b", "./a", "faults/./x",
    ])
    func `an archive that leads out of its folder is refused`(_ name: String) async throws {
        let zip = try await Zip.make([name: Data("x".utf8)])
        let error = #expect(throws: ZipArchive.Failure.self) { try ZipArchive(zip, Self.limits) }
        #expect(error?.description.contains("is no path below a folder") == true)
    }

    @Test func `an archive holds files and folders, and no links`() async throws {
        let zip = try await Zip.make(["faults/link": Data("/etc/passwd".utf8)], mode: 0o120777)
        let error = #expect(throws: ZipArchive.Failure.self) { try ZipArchive(zip, Self.limits) }
        #expect(error?.description == "'faults/link' is neither a file nor a folder")
    }

    @Test func `an archive unpacks to no more than is allowed`() async throws {
        let bomb = try await Zip.make(["bomb": Data(count: 10_000_001)])
        #expect(bomb.count < 20_000)
        #expect(throws: ZipArchive.Failure.self) { try ZipArchive(bomb, Self.limits) }
        let many = try await Zip.make(Dictionary(uniqueKeysWithValues: (0...100).map { ("f\($0)", Data()) }))
        #expect(throws: ZipArchive.Failure.self) { try ZipArchive(many, Self.limits) }
        // A directory that says less than there is.
        var lying = try await Zip.make(["bomb": Data(count: 100_000)])
        let central = try #require(lying.indices.last { lying[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
        lying.replaceSubrange((central + 24)..<(central + 28), with: [10, 0, 0, 0])
        let archive = try ZipArchive(lying, Self.limits)
        #expect(throws: ZipArchive.Failure.self) { try archive.content(of: archive.entries[0]) }
    }

    @Test(arguments: ["ZIP_DEFLATED", "ZIP_STORED"])
    func `what is packed comes out as it was`(_ method: String) async throws {
        var random = SystemRandomNumberGenerator()
        let files: [String: Data] = [
            "empty": Data(), "folder/": Data(), "folder/zeros": Data(count: 300_000),
            "random": Data((0..<70_000).map { _ in UInt8.random(in: 0...255, using: &random) }),
            "text": Data((0..<20_000).map { "\($0 * $0 % 977) " }.joined().utf8),
            "pairs": Data((0..<50_000).map { _ in UInt8.random(in: 0...3, using: &random) }),
            "short": Data("a".utf8),
        ]
        let archive = try ZipArchive(try await Zip.make(files, method: method), Self.limits)
        #expect(archive.entries.count == files.count)
        for entry in archive.entries {
            #expect(try archive.content(of: entry) == Array(files[entry.name] ?? Data()), "\(entry.name)")
        }
        try await withFolder { folder in
            try archive.unpack(into: folder + "/made")
            let text = try Data(contentsOf: URL(filePath: folder + "/made/folder/zeros"))
            #expect(text == files["folder/zeros"])
        }
    }

    @Test func `no damage makes it stumble`() async throws {
        let whole = try await Zip.make(Hub.files())
        var failures = 0
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8) { bytes[Int.random(in: bytes.indices)] = UInt8.random(in: 0...255) }
            if Bool.random() { bytes.removeLast(Int.random(in: 0..<bytes.count)) }
            do {
                let archive = try ZipArchive(bytes, Self.limits)
                for entry in archive.entries { _ = try archive.content(of: entry) }
            } catch is ZipArchive.Failure {
                failures += 1
            }
        }
        #expect(failures > 1000)
    }
}
