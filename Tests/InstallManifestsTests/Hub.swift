import Foundation
import KubernetesAPI

/// The public hub of faults, where a copy of it lies beside this checkout.
enum Hub {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/hub/faults").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// Every object in the hub's manifests of this kind, with its file.
    static func objects(kind: String) throws -> [(file: String, object: JSON)] {
        guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        var found: [(String, JSON)] = []
        for case let file as URL in walk where ["fault.yaml", "engine.yaml"].contains(file.lastPathComponent) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for object in try JSON.documents(yaml: text, source: file.path) where object["kind"].string == kind {
                found.append((file.path, object))
            }
        }
        return found
    }
}
