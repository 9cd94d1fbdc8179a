import EmbeddedAPIServer
import KubernetesAPI
import NIOCore
import ResourceSchema
import Synchronization

/// What is served now, indexed, with the documents made from it. Renewed when the backend's version changes.
final class ServedCatalog: Sendable {
    /// One state of what is served.
    final class Snapshot: Sendable {
        let version: String
        let resources: [ServedResource]
        private let byType: [GroupVersionResource: ServedResource]
        private let documents = Mutex<[String: ByteBuffer]>([:])

        init(version: String, resources: [ServedResource]) {
            self.version = version
            self.resources = resources
            byType = Dictionary(resources.map { ($0.type.gvr, $0) }, uniquingKeysWith: { first, _ in first })
        }

        subscript(type: GroupVersionResource) -> ServedResource? { byType[type] }

        /// The document of that name, made at the first call.
        func document(_ name: String, make: () -> [UInt8]) -> ByteBuffer {
            if let document = documents.withLock({ $0[name] }) { return document }
            let document = ByteBuffer(bytes: make())
            documents.withLock { $0[name] = document }
            return document
        }
    }

    private let backend: any APIBackend
    private let current = Mutex<Snapshot?>(nil)

    init(_ backend: any APIBackend) { self.backend = backend }

    func snapshot() async -> Snapshot {
        let version = await backend.servedResourcesVersion()
        if let snapshot = current.withLock({ $0 }), snapshot.version == version { return snapshot }
        let snapshot = Snapshot(version: version, resources: await backend.servedResources())
        current.withLock { $0 = snapshot }
        return snapshot
    }
}
