import Foundation
import Testing

/// A pod of a cluster on this machine, seen from inside: what an application in it would feel.
struct TargetPod: Sendable {
    let name: String
    let uid: String
    let address: String
    /// Where the file system that its cluster sees is found from here.
    let root: String

    /// The running pods with a label, by name.
    static func all(_ cluster: TestCluster, label: String) async throws -> [TargetPod] {
        let template = "{range .items[*]}{.metadata.name} {.metadata.uid} {.status.podIP}{\"\\n\"}{end}"
        let (_, output) = try await cluster.kubectl("get pods -l \(label) -o jsonpath='\(template)'")
        return output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3 else { return nil }
            return TargetPod(name: words[0], uid: words[1], address: words[2], root: cluster.root)
        }
    }

    /// The file of its network namespace.
    var network: String {
        let directory = root + "/run/litmus/clusters"
        let clusters = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return clusters.map { "\(directory)/\($0)/pods/\(uid)/net" }
            .first { FileManager.default.fileExists(atPath: $0) } ?? "/nonexistent/\(uid)"
    }

    /// Runs a program in its network namespace.
    func run(_ words: [String]) async throws -> (code: Int32, output: String) {
        let program = try Program("/usr/bin/nsenter", ["--net=\(network)"] + words)
        return (try await program.wait(within: .seconds(60)), program.output)
    }

    /// All packet filter rules in its network namespace; empty without any.
    func rules() async throws -> String { try await run(["nft", "list", "ruleset"]).output }

    /// Directories of control groups that hold its processes, those below them included.
    func controlGroups() -> [String] {
        let root = "/sys/fs/cgroup"
        let entries = FileManager.default.enumerator(atPath: root)
        var found: [String] = []
        while let entry = entries?.nextObject() as? String {
            // The kernel's own files have a dot, and names of groups have the pod's uid.
            let name = entry.split(separator: "/").last ?? ""
            if entry.contains("/\(uid)"), !name.contains("."), !Self.kernelFiles.contains(String(name)) {
                found.append(entry)
            }
        }
        return found.sorted()
    }

    private static let kernelFiles: Set<String> = ["tasks", "notify_on_release"]

    /// Seconds of processor time that the processes in its control groups have used, those below them included.
    func processorTime() throws -> Double {
        var processes: Set<Int> = []
        for group in controlGroups() {
            let text = (try? String(contentsOfFile: "/sys/fs/cgroup/\(group)/cgroup.procs", encoding: .utf8)) ?? ""
            processes.formUnion(text.split(separator: "\n").compactMap { Int($0) })
        }
        guard !processes.isEmpty else { throw Program.Ended(description: "no process of the pod \(name) was found") }
        return processes.reduce(0) { $0 + Self.processorTime(of: $1) }
    }

    /// 0 for one that has ended meanwhile.
    private static func processorTime(of pid: Int) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        // The fields 14 and 15 of proc(5), the command's name in parentheses being the second.
        let fields = text[end...].split(separator: " ").dropFirst()
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }
        return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Sends packets to a receiver in another pod and counts what arrives.
    /// - Returns: how many arrived, and how many sends failed with an error.
    func send(_ count: Int, to receiver: TargetPod) async throws -> (arrived: Int, errors: Int) {
        let listen = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 9999)); s.settimeout(3)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            print('listening', flush=True)
            n = 0
            try:
                while True: s.recv(64); n += 1
            except TimeoutError: print('arrived', n, flush=True)
            """
        let transmit = """
            import socket, time
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); errors = 0
            for i in range(\(count)):
                try: s.sendto(b'x', ('\(receiver.address)', 9999))
                except OSError: errors += 1
                if i % 50 == 49: time.sleep(0.005)
            print('errors', errors)
            """
        let listener = try Program("/usr/bin/nsenter", ["--net=\(receiver.network)", "python3", "-c", listen])
        try await listener.waitFor("listening")
        let sender = try await run(["python3", "-c", transmit])
        try await listener.wait(within: .seconds(60))
        func number(_ label: String, in text: String) -> Int? {
            text.split(separator: "\n").first { $0.hasPrefix(label) }?.split(separator: " ").last.flatMap { Int($0) }
        }
        return (
            try #require(number("arrived", in: listener.output), "\(listener.output)"),
            try #require(number("errors", in: sender.output), "\(sender.output)")
        )
    }
}
