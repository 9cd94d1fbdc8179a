import ContainerRuntime
import ControllerRuntime
import Foundation
import KubernetesAPI

/// The volumes of one pod: makes and fills them, and fills them again when what they show has changed.
actor PodVolumes {
    private struct Token: Sendable {
        var text: String
        var renewal: Timestamp
    }

    private nonisolated let specification: [JSON]
    private nonisolated let context: NodeContext
    private nonisolated let uid: String
    private var tokens: [String: Token] = [:]
    private var isFilling = false
    private var mustFillAgain: Pod?

    init(pod: Pod, context: NodeContext) {
        self.context = context
        uid = pod.uid
        specification = pod.spec["volumes"].array ?? []
    }

    /// Fills all volumes with what the API says now.
    ///
    /// Concurrent calls become one after the other, and of several that wait only the last is done.
    /// - Throws: `VolumeFailure`.
    func fill(for pod: Pod) async throws {
        guard !isFilling else {
            mustFillAgain = pod
            return
        }
        isFilling = true
        defer { isFilling = false }
        var next: Pod? = pod
        while let current = next {
            mustFillAgain = nil
            for volume in specification { try await fill(volume, current) }
            next = mustFillAgain
        }
    }

    /// Calls `refresh` whenever a token comes into the last fifth of its life, until the task is cancelled.
    func keepTokensFresh(refresh: @Sendable () -> Void) async {
        while let renewal = tokens.values.map(\.renewal).min() {
            let delay = max(renewal - context.time.wallClock(), .seconds(1))
            guard (try? await context.time.sleep(delay)) != nil else { return }
            refresh()
        }
    }

    // MARK: Filling

    private func fill(_ volume: JSON, _ pod: Pod) async throws {
        let name = volume["name"].string ?? ""
        let path = context.paths.volume(name, pod: uid)
        do {
            if let files = try await files(of: volume, name: name, pod: pod) {
                try AtomicDirectory(path: path).write(files)
            } else if volume["hostPath"].isNull {
                try PodDirectory.create(path, mode: 0o777)
                // The process's umask does not concern what pods share.
                try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
            } else {
                try HostPath(volume["hostPath"], volume: name).prepare()
            }
        } catch let failure as VolumeFailure {
            throw failure
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw VolumeFailure(volume: name, "\(error)")
        }
    }

    /// - Returns: nil for volumes that do not show API objects.
    private func files(of volume: JSON, name: String, pod: Pod) async throws -> [VolumeFile]? {
        if !volume["configMap"].isNull { return try await configMap(volume["configMap"], name, pod, mode: nil) }
        if !volume["secret"].isNull {
            var source = volume["secret"]
            source["name"] = source["secretName"]
            return try await secret(source, name, pod, mode: nil)
        }
        if !volume["downwardAPI"].isNull {
            return try downward(volume["downwardAPI"], name, pod, mode: volume["downwardAPI", "defaultMode"].int)
        }
        if !volume["projected"].isNull {
            var files: [VolumeFile] = []
            let mode = volume["projected", "defaultMode"].int ?? 0o644
            for source in volume["projected", "sources"].array ?? [] {
                files += try await projected(source, name, pod, mode: mode)
            }
            return files
        }
        let known = ["emptyDir", "hostPath"]
        guard known.contains(where: { !volume[$0].isNull }) || volume.object?.count == 1 else {
            let kind = volume.object?.keys.first { $0 != "name" } ?? ""
            throw VolumeFailure(volume: name, "volumes of kind \(kind) are not supported on this node")
        }
        return nil
    }

    private func projected(_ source: JSON, _ name: String, _ pod: Pod, mode: Int) async throws -> [VolumeFile] {
        if !source["configMap"].isNull { return try await configMap(source["configMap"], name, pod, mode: mode) }
        if !source["secret"].isNull { return try await secret(source["secret"], name, pod, mode: mode) }
        if !source["downwardAPI"].isNull { return try downward(source["downwardAPI"], name, pod, mode: mode) }
        if !source["serviceAccountToken"].isNull {
            return try await token(source["serviceAccountToken"], name, pod, mode: mode)
        }
        throw VolumeFailure(volume: name, "unknown projected source \(source)")
    }

    private func configMap(_ source: JSON, _ volume: String, _ pod: Pod, mode: Int?) async throws -> [VolumeFile] {
        let name = source["name"].string ?? ""
        let object = try await context.client.find(ConfigMap.self, namespace: pod.namespace, name: name)
        var data = object?.files
        if data == nil, name == "kube-root-ca.crt", let authority = context.configuration.certificateAuthority {
            data = ["ca.crt": Array(authority.utf8)]
        }
        return try VolumeContent.files(
            of: "configmap", name: name, data: data, source: source,
            defaultMode: source["defaultMode"].int ?? mode ?? 0o644, volume: volume)
    }

    private func secret(_ source: JSON, _ volume: String, _ pod: Pod, mode: Int?) async throws -> [VolumeFile] {
        let name = source["name"].string ?? ""
        let object = try await context.client.find(Secret.self, namespace: pod.namespace, name: name)
        return try VolumeContent.files(
            of: "secret", name: name, data: object?.files, source: source,
            defaultMode: source["defaultMode"].int ?? mode ?? 0o644, volume: volume)
    }

    private func downward(_ source: JSON, _ volume: String, _ pod: Pod, mode: Int?) throws -> [VolumeFile] {
        try VolumeContent.downward(
            source["items"].array ?? [], pod: pod,
            capacity: context.configuration.capacity ?? NodeFacts.capacity(), defaultMode: mode ?? 0o644,
            volume: volume)
    }

    private func token(_ source: JSON, _ volume: String, _ pod: Pod, mode: Int) async throws -> [VolumeFile] {
        let path = try VolumeContent.checked(source["path"].string ?? "token", volume)
        let now = context.time.wallClock()
        let key = "\(volume)/\(path)"
        let text: String
        if let known = tokens[key], known.renewal > now {
            text = known.text
        } else {
            let request = AccountTokenRequest(pod: pod, source: source)
            let answer = try await request.send(to: context.client)
            tokens[key] = Token(text: answer.token, renewal: request.renewal(of: answer, now: now))
            text = answer.token
        }
        // Readable for a container of any user, as without fsGroup the file has no other way to its reader.
        return [VolumeFile(path: path, content: Array(text.utf8), mode: mode)]
    }
}

extension PodVolumes {
    /// The mounts of a container, in the order of its specification.
    nonisolated func mounts(
        of container: Container, environment: ContainerEnvironment
    ) throws -> [ContainerSpecification.Mount] {
        try (container.json["volumeMounts"].array ?? []).map { mount in
            let name = mount["name"].string ?? ""
            guard let volume = specification.first(where: { $0["name"].string == name }) else {
                throw StartFailure.configuration("container \(container.name) mounts unknown volume \"\(name)\"")
            }
            let root = volume["hostPath", "path"].string ?? context.paths.volume(name, pod: uid)
            let expression = mount["subPathExpr"].string.map(environment.expand)
            let showsObjects = ["configMap", "secret", "projected", "downwardAPI"].contains { !volume[$0].isNull }
            return ContainerSpecification.Mount(
                source: try SubPath(root: root, path: expression ?? mount["subPath"].string ?? "").resolve(),
                destination: mount["mountPath"].string ?? "/",
                isReadOnly: (mount["readOnly"].bool ?? false) || showsObjects)
        }
    }
}
