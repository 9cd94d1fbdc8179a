import Foundation

/// What clusters leave behind on a machine when they do not clean up.
struct Machine: Equatable, CustomStringConvertible {
    var traces: Set<String>

    /// The present state, as `scripts/leak-check` sees it.
    static func now() async throws -> Machine {
        let file = FileManager.default.temporaryDirectory.appending(path: "litmus-machine-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await Program(Place.repository + "/scripts/leak-check", ["save", file]).wait()
        return Machine(
            traces: Set(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)))
    }

    /// What is there now and was not in `before`.
    static func leftovers(since before: Machine) async throws -> [String] {
        try await now().traces.subtracting(before.traces).sorted()
    }

    var description: String { traces.sorted().joined(separator: "\n") }

    /// Processes whose command line begins with `command` and whose environment has `variable`, if one is given.
    static func processes(_ command: String, with variable: String? = nil) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { pid in
            func fields(_ name: String) -> [String] {
                let data = FileManager.default.contents(atPath: "/proc/\(pid)/\(name)") ?? Data()
                return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            }
            guard fields("cmdline").joined(separator: " ").hasPrefix(command) else { return false }
            return variable.map { fields("environ").contains($0) } ?? true
        }
    }
}
