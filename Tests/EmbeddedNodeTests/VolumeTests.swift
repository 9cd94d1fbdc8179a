import ControllerRuntime
import Foundation
import KubernetesAPI
import Testing

@testable import EmbeddedNode

@Suite("Volumes")
struct VolumeTests {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("volume-\(UUID().uuidString)").path

    private func file(_ path: String, _ text: String, mode: Int = 0o644) -> VolumeFile {
        VolumeFile(path: path, content: Array(text.utf8), mode: mode)
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(directory)/\(path)").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("files change all at once, and what is the same is not written again")
    func atomicChange() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let volume = AtomicDirectory(path: directory)
        #expect(try volume.write([file("a", "1"), file("deep/b", "2", mode: 0o400)]))
        let first = try FileManager.default.destinationOfSymbolicLink(atPath: directory + "/..data")
        #expect(text("a") == "1" && text("deep/b") == "2")
        let mode = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(first)/deep/b")[.posixPermissions]
        #expect(mode as? Int == 0o400)
        #expect(try !volume.write([file("a", "1"), file("deep/b", "2", mode: 0o400)]))
        #expect(try volume.write([file("a", "3"), file("c", "4")]))
        #expect(text("a") == "3" && text("c") == "4" && text("deep/b") == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(names.count == 4, "one version, its link, two files: \(names)")
    }

    @Test("items choose and rename keys; what is missing is named unless optional")
    func items() throws {
        let data: [String: [UInt8]] = ["a": [1], "b": [2]]
        func files(_ source: JSON, _ data: [String: [UInt8]]?) throws -> [VolumeFile] {
            try VolumeContent.files(
                of: "configmap", name: "settings", data: data, source: source, defaultMode: 0o644, volume: "config")
        }
        #expect(try files([:], data).map(\.path) == ["a", "b"])
        let chosen = try files(["items": [["key": "b", "path": "x/y", "mode": 256]]], data)
        #expect(chosen == [VolumeFile(path: "x/y", content: [2], mode: 0o400)])
        #expect(try files(["optional": true], nil).isEmpty)
        let absent = #expect(throws: VolumeFailure.self) { try files([:], nil) }
        #expect(absent?.message.contains("configmap \"settings\" not found") == true)
        let key = #expect(throws: VolumeFailure.self) { try files(["items": [["key": "z", "path": "z"]]], data) }
        #expect(key?.message.contains("non-existent config key: z") == true)
        let path = #expect(throws: VolumeFailure.self) { try files(["items": [["key": "a", "path": "../z"]]], data) }
        #expect(path?.message.contains("'../z'") == true)
    }

    @Test("a hostPath must be of its type")
    func hostPath() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func prepare(_ type: String, _ name: String) throws {
            try HostPath(["path": .string("\(directory)/\(name)"), "type": .string(type)], volume: "v").prepare()
        }
        #expect(throws: VolumeFailure.self) { try prepare("Directory", "none") }
        try prepare("DirectoryOrCreate", "made")
        try prepare("Directory", "made")
        #expect(throws: VolumeFailure.self) { try prepare("File", "made") }
        try prepare("FileOrCreate", "made/file")
        try prepare("File", "made/file")
        #expect(throws: VolumeFailure.self) { try prepare("Socket", "made/file") }
    }

    @Test("a subPath is made, and never leads out of its volume")
    func subPath() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let root = directory + "/volume"
        try PodDirectory.create(root)
        #expect(try SubPath(root: root, path: "").resolve() == root)
        #expect(try SubPath(root: root, path: "a/b").resolve().hasSuffix("/volume/a/b"))
        #expect(throws: StartFailure.self) { try SubPath(root: root, path: "../x").resolve() }
        try FileManager.default.createSymbolicLink(atPath: root + "/out", withDestinationPath: directory)
        #expect(throws: StartFailure.self) { try SubPath(root: root, path: "out/x").resolve() }
        #expect(!FileManager.default.fileExists(atPath: directory + "/x"))
    }

    @Test("a token is renewed when a fifth of its life is left")
    func tokenRenewal() {
        let request = AccountTokenRequest(pod: makePod(), source: ["expirationSeconds": 600, "path": "token"])
        #expect(request.renewal(of: .init(token: "t", expiry: nil), now: epoch) == epoch + .seconds(480))
        let short = AccountTokenRequest.Answer(token: "t", expiry: epoch + .seconds(100))
        #expect(request.renewal(of: short, now: epoch) == epoch + .seconds(80))
    }

    @Test("a pod depends on the ConfigMaps and Secrets that it names")
    func dependencies() {
        let pod = makePod(
            containers: [
                [
                    "name": "app", "envFrom": [["secretRef": ["name": "s1"]]],
                    "env": [["name": "A", "valueFrom": ["configMapKeyRef": ["name": "c1", "key": "k"]]]],
                ]
            ],
            spec: [
                "volumes": [
                    ["name": "v", "secret": ["secretName": "s2"]],
                    ["name": "w", "projected": ["sources": [["configMap": ["name": "c2"]]]]],
                ]
            ])
        #expect(Set(PodDependency.all(of: pod).map(\.key.name)) == ["s1", "s2", "c1", "c2"])
    }
}

@Suite("Probe")
struct ProbeTests {
    private func makeProbe(_ json: JSON, ports: JSON = []) -> Probe? {
        Probe(container: Container(json: ["name": "app", "ports": ports, "readinessProbe": json]), kind: .readiness)
    }

    @Test("has the API's defaults and finds ports by name")
    func parsing() throws {
        let plain = try #require(makeProbe(["tcpSocket": ["port": 80]]))
        #expect(plain.period == .seconds(10) && plain.timeout == .seconds(1) && plain.failureThreshold == 3)
        #expect(plain.action == .tcp(host: nil, port: 80))
        let named = makeProbe(
            ["httpGet": ["port": "http", "path": "ok"]], ports: [["name": "http", "containerPort": 8080]])
        #expect(named?.action == .http(.init(scheme: "http", host: nil, port: 8080, path: "/ok", headers: [])))
        #expect(makeProbe(["httpGet": ["port": "no"]])?.action == .unsupported("the container has no port '\"no\"'"))
        #expect(makeProbe(["exec": ["command": ["a", "b"]]])?.action == .execute(["a", "b"]))
    }

    @Test("changes after so many results in a row, and only then")
    func thresholds() throws {
        let probe = try #require(
            makeProbe(["tcpSocket": ["port": 80], "successThreshold": 2, "failureThreshold": 3]))
        var tracker = ProbeTracker(probe)
        let results = [true, false, true, true, true, false, false, true, false, false, false, false, true, true]
        let changes = results.map { tracker.record(success: $0) }
        #expect(changes == [nil, nil, nil, true, nil, nil, nil, nil, nil, nil, false, nil, nil, true])
    }
}
