import Glibc

/// A control group, by its path below the root of each hierarchy. Works on versions 1 and 2.
public struct ControlGroup: Sendable, Hashable {
    public var layout: ControlGroupLayout
    /// Absolute: `/litmus/abc`.
    public var path: String

    public init(layout: ControlGroupLayout, path: String) {
        self.layout = layout
        self.path = path
    }

    public func child(_ name: String) -> ControlGroup {
        ControlGroup(layout: layout, path: path + "/" + name)
    }

    /// Makes the group and its parents, and sets limits. One that exists gets the limits.
    public func create(_ limits: ControlGroupLimits = ControlGroupLimits()) throws {
        switch layout {
        case .v1(let controllers, _):
            for mount in Set(controllers.values) { try FileTree.makeDirectories(mount + path) }
            for (controller, file, value) in limits.firstVersion {
                guard let mount = controllers[controller] else { continue }
                try Self.set(mount + path + "/" + file, value)
            }
        case .v2(let root):
            try Self.makeDelegating(root: root, path: path)
            for (file, value) in limits.secondVersion { try Self.set(root + path + "/" + file, value) }
        }
    }

    /// Files to which a process writes "0" to join. On version 1 this is `tasks`, because moving one's own only thread
    /// needs no global lock, where `cgroup.procs` waits up to 10 ms for it.
    public var joinFiles: [String] {
        switch layout {
        case .v1(let controllers, _): Set(controllers.values).sorted().map { $0 + path + "/tasks" }
        case .v2(let root): [root + path + "/cgroup.procs"]
        }
    }

    /// The processes of the group and of those below it.
    public func members() -> Set<Int32> { tree.members() }

    /// Kills every member, also those started meanwhile, and waits until they have ended.
    /// - Throws: `HostError` when some are left after `timeout`.
    public func killAll(timeout: Duration = .seconds(5)) async throws { try await tree.killAll(timeout: timeout) }

    /// Removes the group and those below it. Members must have ended.
    public func remove() throws { try tree.remove() }

    /// How often the kernel killed a member for memory.
    public func outOfMemoryKills() -> Int {
        let file: String
        switch layout {
        case .v1(let controllers, _):
            guard let mount = controllers["memory"] else { return 0 }
            file = mount + path + "/memory.oom_control"
        case .v2(let root):
            file = root + path + "/memory.events"
        }
        guard let text = try? FileTree.readText(file) else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix("oom_kill ") {
            return Int(line.dropFirst("oom_kill ".count)) ?? 0
        }
        return 0
    }

    /// The group's directory in every hierarchy, also those that only `runc` uses.
    private var tree: ControlGroupTree {
        switch layout {
        case .v1(_, let all): ControlGroupTree(directories: all.map { $0 + path })
        case .v2(let root): ControlGroupTree(directories: [root + path])
        }
    }

    private static func set(_ file: String, _ value: String) throws {
        // Without swap accounting, or with a controller that is not delegated, the file is not there.
        guard FileTree.exists(file) else { return }
        try FileTree.set(file, value)
    }

    private static func makeDelegating(root: String, path: String) throws {
        var directory = root
        for component in path.split(separator: "/") {
            for controller in ControlGroupLayout.used {
                try? FileTree.set(directory + "/cgroup.subtree_control", "+" + controller)
            }
            directory += "/" + component
            try FileTree.makeDirectories(directory)
        }
    }
}
