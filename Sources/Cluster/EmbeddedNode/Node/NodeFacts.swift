import Foundation
import KubernetesAPI

/// What the machine says of itself.
enum NodeFacts {
    /// The host's name as a Kubernetes object may be called.
    static func hostName() -> String {
        let raw = ProcessInfo.processInfo.hostName.lowercased()
        let name = raw.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "-" }
        let trimmed = String(name).trimmingCharacters(in: CharacterSet(charactersIn: "-."))
        return trimmed.isEmpty ? "litmus" : trimmed
    }

    static var architecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    static func capacity() -> NodeConfiguration.Capacity {
        NodeConfiguration.Capacity(
            cores: ProcessInfo.processInfo.processorCount, memoryBytes: Int64(ProcessInfo.processInfo.physicalMemory))
    }

    /// `status.nodeInfo`.
    static func nodeInfo(runtime: String) -> JSON {
        let kernel = text(of: "/proc/sys/kernel/osrelease") ?? "unknown"
        let machine = text(of: "/etc/machine-id") ?? ""
        return [
            "architecture": .string(architecture), "operatingSystem": "linux", "kernelVersion": .string(kernel),
            "osImage": .string(osImage()), "containerRuntimeVersion": .string("\(runtime)://1"),
            "kubeletVersion": .string(KubernetesRelease.version), "kubeProxyVersion": "", "machineID": .string(machine),
            "systemUUID": .string(machine), "bootID": .string(text(of: "/proc/sys/kernel/random/boot_id") ?? ""),
        ]
    }

    private static func osImage() -> String {
        let lines = (text(of: "/etc/os-release") ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("PRETTY_NAME=") } ?? "PRETTY_NAME=Linux"
        return line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
    }

    private static func text(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
