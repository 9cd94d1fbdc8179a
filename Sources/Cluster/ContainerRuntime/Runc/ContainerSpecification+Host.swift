import Host

extension ContainerSpecification {
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// What every container runtime adds when the image and the pod do not say it.
    func fullEnvironment(hostname: String) -> [String] {
        var result = environment
        func addDefault(_ name: String, _ value: String) {
            if !environment.contains(where: { $0.hasPrefix(name + "=") }) { result.append("\(name)=\(value)") }
        }
        addDefault("PATH", Self.defaultPath)
        addDefault("HOSTNAME", hostname)
        addDefault("HOME", (user ?? 0) == 0 ? "/root" : "/")
        return result
    }

    var directory: String { workingDirectory.isEmpty ? "/" : workingDirectory }

    var spawnUser: SpawnRequest.User? {
        user == nil && group == nil ? nil : SpawnRequest.User(user: user ?? 0, group: group ?? 0)
    }

    /// The default set with what the pod adds and drops; what this process itself lacks cannot be given.
    var capabilities: CapabilitySet {
        let own = CapabilitySet.ownBoundingSet()
        if isPrivileged { return own.intersection(.all) }
        var result = CapabilitySet.container
        if droppedCapabilities.contains(where: { $0.uppercased() == "ALL" }) { result = CapabilitySet([]) }
        if addedCapabilities.contains(where: { $0.uppercased() == "ALL" }) { result = .all }
        for name in droppedCapabilities where name.uppercased() != "ALL" { result.remove(name) }
        for name in addedCapabilities { result.insert(name) }
        return result.intersection(own)
    }
}

extension ContainerSpecification.Resources {
    func limits(processes: Int) -> ControlGroupLimits {
        ControlGroupLimits(
            memory: memoryLimit, cpu: cpuLimit, cpuShares: cpuShares, processes: processes)
    }

    /// A core requested weighs 1024; without a request the limit counts, as the API's default says.
    var cpuShares: Int? {
        (cpuRequest ?? cpuLimit).map { max(2, Int(($0 * 1024).rounded())) }
    }
}
