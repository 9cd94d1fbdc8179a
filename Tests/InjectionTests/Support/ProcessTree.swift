import Foundation
import Host

@testable import Injection

/// A made `/proc`, gone after `remove()`.
struct ProcessTree: Sendable {
    let root: String
    var table: ProcessTable { ProcessTable(root: root) }

    init() throws {
        root = "/tmp/litmus-proc-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try add(1, numbers: [1], start: 0, groups: ["0::/init.scope"], network: 100, process: 200)
    }

    func add(
        _ pid: Int32, numbers: [Int32], start: UInt64, groups: [String], network: UInt64 = 101, process: UInt64 = 201,
        state: String = "S"
    ) throws {
        let directory = "\(root)/\(pid)"
        try FileTree.makeDirectories(directory + "/ns")
        let fields = Array(repeating: "0", count: 18).joined(separator: " ")
        try FileTree.write("\(pid) (a) b) \(state) \(fields) \(start) 0 0", to: directory + "/stat")
        let list = numbers.map(String.init).joined(separator: "\t")
        try FileTree.write("Name:\tx\nNSpid:\t\(list)\nNSsid:\t1\n", to: directory + "/status")
        try FileTree.write(groups.joined(separator: "\n") + "\n", to: directory + "/cgroup")
        for (kind, inode) in [("net", network), ("pid", process), ("mnt", 300)] {
            symlink("\(kind):[\(inode)]", "\(directory)/ns/\(kind)")
        }
    }

    func remove() { try? FileTree.remove(root) }
}
