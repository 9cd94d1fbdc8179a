import ChaosAPI
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The objects of the files that `litmus run` was given, checked and in the order in which they are to be made.
struct ManifestSet: Sendable {
    struct Manifest: Sendable, Hashable {
        /// The file, for messages.
        var source: String
        var object: DynamicObject

        var title: String { "\(object.kind) \(object.metadata.name)" }
    }

    /// Everything but engines.
    var objects: [Manifest] = []
    var engines: [Manifest] = []
    /// What was read but is no object of a cluster, such as a hub's ChartServiceVersion: one sentence each.
    var skipped: [String] = []

    /// Files of a chaos hub that describe its charts.
    private static let hubKinds: Set<String> = ["ChartServiceVersion", "PackageManifest"]

    /// The file name that stands for standard input.
    static let standardInput = "-"

    /// - Throws: `CommandError` that names the file and, for syntax errors, line and column.
    init(files: [String]) throws {
        for file in files { try read(file) }
        objects = objects.enumerated().sorted {
            (Self.rank($0.element.object.kind), $0.offset) < (Self.rank($1.element.object.kind), $1.offset)
        }.map(\.element)
    }

    private mutating func read(_ file: String) throws {
        let documents: [JSON]
        do {
            let isInput = file == Self.standardInput
            let data = try isInput ? Data(TextInput.readAll()) : Data(contentsOf: URL(filePath: file))
            guard let text = String(validating: data, as: UTF8.self) else {
                throw CommandError("\(file): not UTF-8 text; is it a manifest?")
            }
            documents = try JSON.documents(yaml: text, source: file)
        } catch let error as YAMLError {
            throw CommandError(error.description)
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("\(file): cannot be read: \(Self.reason(of: error, file: file))")
        }
        guard !documents.isEmpty else { throw CommandError("\(file): holds no object") }
        for (index, document) in documents.enumerated() {
            for object in try Self.flattened(document, place: "\(file): document \(index + 1)") {
                add(Manifest(source: file, object: object))
            }
        }
    }

    private static func reason(of error: any Error, file: String) -> String {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else { return "no such file" }
        return isDirectory ? "it is a directory; name its files" : "\(error)"
    }

    /// The objects of a document: itself, or the items of a `List`.
    private static func flattened(_ document: JSON, place: String) throws -> [DynamicObject] {
        guard document.object != nil else {
            throw CommandError("\(place): expected an object with apiVersion and kind, not a \(document.typeName)")
        }
        if document["kind"].string == "List" {
            return try (document["items"].array ?? []).enumerated().flatMap {
                try flattened($0.element, place: "\(place), item \($0.offset + 1)")
            }
        }
        for field in ["apiVersion", "kind"] where document[field].string?.isEmpty ?? true {
            throw CommandError("\(place): '\(field)' is missing")
        }
        let object = DynamicObject(json: document)
        guard hubKinds.contains(object.kind) || !object.metadata.name.isEmpty else {
            throw CommandError("\(place): the \(object.kind) has no 'metadata.name'")
        }
        return [object]
    }

    private mutating func add(_ manifest: Manifest) {
        if Self.hubKinds.contains(manifest.object.kind) {
            skipped.append("\(manifest.source): \(manifest.object.kind) describes a chart and is left out")
        } else if manifest.object.kind == "ChaosEngine" {
            engines.append(manifest)
        } else {
            objects.append(manifest)
        }
    }

    /// Definitions before their objects, namespaces and accounts before what lives in them, workloads last.
    private static func rank(_ kind: String) -> Int {
        let order = [
            "CustomResourceDefinition", "Namespace", "ServiceAccount", "ClusterRole", "Role", "ClusterRoleBinding",
            "RoleBinding", "ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim", "Service",
        ]
        return order.firstIndex(of: kind) ?? (kind == "ChaosExperiment" ? order.count + 1 : order.count)
    }

    /// Namespaces that the objects are to live in.
    var namespaces: Set<String> {
        Set((objects + engines).map(\.object.metadata.namespace).filter { !$0.isEmpty })
    }
}
