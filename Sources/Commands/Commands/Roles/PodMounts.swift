/// Where a pod's volumes are: at their mount paths, or, where nothing can be mounted, where `LITMUS_MOUNTS` says.
struct PodMounts: Sendable, Hashable {
    static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

    private var sources: [String: String] = [:]

    /// - Parameter environment: `LITMUS_MOUNTS` lists `DESTINATION=SOURCE`, one a line.
    init(_ environment: [String: String]) {
        for line in environment["LITMUS_MOUNTS"]?.split(separator: "\n") ?? [] {
            guard let sign = line.firstIndex(of: "=") else { continue }
            sources[String(line[..<sign])] = String(line[line.index(after: sign)...])
        }
    }

    /// The directory or file to read for what is mounted at `destination`.
    func source(of destination: String) -> String { sources[destination] ?? destination }
}
