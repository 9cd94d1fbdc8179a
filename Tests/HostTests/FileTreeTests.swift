import Foundation
import Host
import Testing

struct FileTreeTests {
    @Test func `two directories change their places`() throws {
        let folder = NSTemporaryDirectory() + "/litmus-exchange-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["fresh", "place"] {
            try FileTree.makeDirectories("\(folder)/\(name)")
            try FileTree.write(name, to: "\(folder)/\(name)/file")
        }
        try FileTree.exchange(folder + "/fresh", with: folder + "/place")
        #expect(try FileTree.readText(folder + "/place/file") == "fresh")
        #expect(try FileTree.readText(folder + "/fresh/file") == "place")
    }

    @Test func `a directory takes a place that is free`() throws {
        let folder = NSTemporaryDirectory() + "/litmus-exchange-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileTree.makeDirectories(folder + "/fresh")
        try FileTree.exchange(folder + "/fresh", with: folder + "/place")
        #expect(FileTree.names(in: folder) == ["place"])
        #expect(throws: HostError.self) { try FileTree.exchange(folder + "/none", with: folder + "/place") }
        #expect(FileTree.names(in: folder) == ["place"])
    }
}
