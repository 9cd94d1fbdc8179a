import KubernetesAPI

/// One file of a volume that shows API objects.
struct VolumeFile: Sendable, Hashable {
    /// Relative to the volume, without `..`.
    var path: String
    var content: [UInt8]
    var mode: Int
}

/// Why a volume could not be set up.
struct VolumeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    var message: String
    var description: String { message }

    init(volume: String, _ why: String) {
        message = "MountVolume.SetUp failed for volume \"\(volume)\": \(why)"
    }
}

/// The files of volumes from API objects. Pure.
enum VolumeContent {
    /// - Parameters:
    ///   - what: `configmap` or `secret`, for errors.
    ///   - data: nil when the object does not exist.
    ///   - source: `items`, `optional` and `defaultMode` of the volume source.
    static func files(
        of what: String, name: String, data: [String: [UInt8]]?, source: JSON, defaultMode: Int, volume: String
    ) throws(VolumeFailure) -> [VolumeFile] {
        let isOptional = source["optional"].bool ?? false
        guard let data else {
            if isOptional { return [] }
            throw VolumeFailure(volume: volume, "\(what) \"\(name)\" not found")
        }
        guard let items = source["items"].array else {
            return data.sorted { $0.key < $1.key }
                .map { VolumeFile(path: $0.key, content: $0.value, mode: defaultMode) }
        }
        var files: [VolumeFile] = []
        for item in items {
            let key = item["key"].string ?? ""
            guard let content = data[key] else {
                if isOptional { continue }
                throw VolumeFailure(volume: volume, "\(what) references non-existent config key: \(key)")
            }
            let path = try checked(item["path"].string ?? key, volume)
            files.append(VolumeFile(path: path, content: content, mode: item["mode"].int ?? defaultMode))
        }
        return files
    }

    /// The `items` of a downwardAPI source.
    static func downward(
        _ items: [JSON], pod: Pod, capacity: NodeConfiguration.Capacity, defaultMode: Int, volume: String
    ) throws(VolumeFailure) -> [VolumeFile] {
        var files: [VolumeFile] = []
        for item in items {
            let path = try checked(item["path"].string ?? "", volume)
            let text: String?
            if let field = item["fieldRef", "fieldPath"].string {
                text = DownwardField(pod: pod).value(field)
            } else {
                let container = pod.containers.first ?? Container(json: .object([:]))
                text = DownwardResource(pod: pod, container: container, capacity: capacity)
                    .value(item["resourceFieldRef"])
            }
            guard let text else { throw VolumeFailure(volume: volume, "unsupported field of file \(path)") }
            files.append(VolumeFile(path: path, content: Array(text.utf8), mode: item["mode"].int ?? defaultMode))
        }
        return files
    }

    static func checked(_ path: String, _ volume: String) throws(VolumeFailure) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !path.hasPrefix("/"), !parts.contains(".."), !parts.contains("") else {
            throw VolumeFailure(volume: volume, "invalid path '\(path)': must be relative and without '..'")
        }
        return path
    }
}

extension ConfigMap {
    /// `data` and `binaryData`.
    var files: [String: [UInt8]] {
        var files = data.mapValues { Array($0.utf8) }
        let binary = Secret(json: ["data": json["binaryData"]])
        for key in binary.data.keys { files[key] = binary.bytes(key) ?? [] }
        return files
    }
}

extension Secret {
    var files: [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for key in data.keys { files[key] = bytes(key) ?? [] }
        return files
    }
}
