import CLinux

extension SpawnRequest {
    func withOptions<Result>(
        null: Descriptor, namespaces: [Int32], join: Int32, _ body: (UnsafePointer<clinux_spawn>) -> Result
    ) -> Result {
        let strings = CStrings()
        let searchPath = environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) }
        let arguments = strings.vector(self.arguments)
        let environment = strings.vector(self.environment)
        let groups = strings.list(controlGroupFiles)
        let outer = strings.mounts(mounts?.mounts ?? [])
        let inner = strings.mounts(mounts?.rootMounts ?? [])
        return withExtendedLifetime(strings) {
            arguments.withUnsafeBufferPointer { arguments in
                environment.withUnsafeBufferPointer { environment in
                    groups.withUnsafeBufferPointer { groups in
                        outer.withUnsafeBufferPointer { outer in
                            inner.withUnsafeBufferPointer { inner in
                                namespaces.withUnsafeBufferPointer { namespaces in
                                    var options = clinux_spawn()
                                    fill(&options, strings, null: null.number)
                                    options.search_path = strings.string(searchPath)
                                    options.arguments = arguments.baseAddress
                                    options.environment = environment.baseAddress
                                    options.cgroup_files = groups.baseAddress
                                    options.cgroup_file_count = groups.count
                                    options.mounts = outer.baseAddress
                                    options.mount_count = outer.count
                                    options.root_mounts = inner.baseAddress
                                    options.root_mount_count = inner.count
                                    options.namespaces = namespaces.baseAddress
                                    options.namespace_count = namespaces.count
                                    options.join_pidfd = join
                                    return body(&options)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The fields that are plain values or single strings.
    private func fill(_ options: inout clinux_spawn, _ strings: CStrings, null: Int32) {
        options.executable = strings.string(executable)
        options.directory = strings.string(directory)
        options.standard_input = standardInput?.number ?? null
        options.standard_output = standardOutput?.number ?? null
        options.standard_error = standardError?.number ?? null
        options.new_session = startsSession ? 1 : 0
        options.controlling_terminal = hasControllingTerminal ? 1 : 0
        options.parent_death_signal = parentDeathSignal ?? 0
        options.join_kinds = join?.kinds.rawValue ?? 0
        options.unshare_mounts = mounts == nil ? 0 : 1
        options.new_root = strings.string(mounts?.newRoot)
        options.open_files = openFiles ?? 0
        options.address_space = addressSpace ?? 0
        options.sets_user = user == nil ? 0 : 1
        options.user = user?.user ?? 0
        options.group = user?.group ?? 0
        options.drops_capabilities = capabilities == nil ? 0 : 1
        options.capabilities = capabilities?.bits ?? 0
    }

    /// Names the step and the thing that failed.
    func error(_ failure: clinux_failure) -> HostError {
        let index = Int(failure.index)
        let (operation, subject): (String, String) =
            switch failure.step {
            case clinux_step_clone: ("create a process for", executable)
            case clinux_step_cgroup: ("join the control group", element(controlGroupFiles, index))
            case clinux_step_namespace: ("enter the namespace", element(namespaces, index))
            case clinux_step_join: ("enter the namespaces of process", join.map { String($0.process) } ?? "")
            case clinux_step_unshare: ("create a mount namespace for", executable)
            case clinux_step_mount: ("mount", element(mounts?.mounts.map(\.target) ?? [], index))
            case clinux_step_pivot: ("change the root to", mounts?.newRoot ?? "")
            case clinux_step_root_mount: ("mount", element(mounts?.rootMounts.map(\.target) ?? [], index))
            case clinux_step_streams: ("connect the streams of", executable)
            case clinux_step_directory: ("change to the working directory", directory ?? "")
            case clinux_step_capabilities: ("drop capabilities of", executable)
            case clinux_step_user: ("become the user", user.map { "\($0.user):\($0.group)" } ?? "")
            case clinux_step_parent: ("start (this process is ending)", executable)
            default: ("execute", executable)
            }
        return HostError(operation, subject, code: failure.error)
    }

    private func element(_ list: [String], _ index: Int) -> String {
        list.indices.contains(index) ? list[index] : ""
    }
}
