import Foundation
import KubernetesAPI

/// The `/etc/resolv.conf` of a pod, by its dnsPolicy and dnsConfig.
struct ResolverConfiguration: Sendable, Hashable {
    var nameservers: [String] = []
    var searches: [String] = []
    var options: [String] = []

    init() {}

    init(pod: Pod, configuration: NodeConfiguration, host: String? = nil) {
        let policy = pod.spec["dnsPolicy"].string ?? "ClusterFirst"
        let usesHost = policy == "Default" || (pod.usesHostNetwork && policy == "ClusterFirst")
        if policy != "None" {
            if !usesHost, let dns = configuration.dns {
                let domain = configuration.clusterDomain
                nameservers = [dns.address]
                searches = ["\(pod.namespace).svc.\(domain)", "svc.\(domain)", domain]
                options = ["ndots:5"]
            } else {
                self = ResolverConfiguration(parsing: host ?? Self.hostText())
            }
        }
        add(pod.spec["dnsConfig"])
    }

    init(parsing text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard words.count > 1 else { continue }
            switch words[0] {
            case "nameserver": nameservers.append(words[1])
            case "search", "domain": searches = Array(words.dropFirst())
            case "options": options += words.dropFirst()
            default: break
            }
        }
    }

    private mutating func add(_ config: JSON) {
        for server in config["nameservers"].strings where !nameservers.contains(server) { nameservers.append(server) }
        for search in config["searches"].strings where !searches.contains(search) { searches.append(search) }
        for option in config["options"].array ?? [] {
            guard let name = option["name"].string else { continue }
            options.removeAll { $0 == name || $0.hasPrefix("\(name):") }
            options.append(option["value"].string.map { "\(name):\($0)" } ?? name)
        }
    }

    var text: String {
        var lines = nameservers.map { "nameserver \($0)" }
        if !searches.isEmpty { lines.append("search " + searches.joined(separator: " ")) }
        if !options.isEmpty { lines.append("options " + options.joined(separator: " ")) }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The host's own file; empty when there is none.
    static func hostText() -> String {
        FileManager.default.contents(atPath: "/etc/resolv.conf").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
