import KubernetesAPI
import ResourceSchema

extension APIServer {
    func updateScale(_ access: Access, _ name: String, _ scale: JSON, _ options: WriteOptions) async throws -> JSON {
        try await changeScale(access, name, options) { _ in scale }
    }

    func patchScale(_ access: Access, _ name: String, _ patch: Patch, _ options: WriteOptions) async throws -> JSON {
        try await changeScale(access, name, options) { present in
            if case .apply(let config) = patch { return present.merging(patch: config) }
            return try Self.patched(present, patch, schema: Schema(.any))
        }
    }

    private func changeScale(
        _ access: Access, _ name: String, _ options: WriteOptions, _ scale: (JSON) throws -> JSON
    ) async throws -> JSON {
        let view = try ScaleView(access.kind)
        let intake = ObjectIntake(kind: access.kind)
        let result = try await change(access, name, options) { entry in
            let wanted = try scale(try view.scale(of: entry.json))
            let scaled = try view.object(access.kind.present(entry).json, scaledTo: wanted)
            return try self.propose(try intake.take(scaled), replacing: entry, access, nil, options)
        }
        return try view.scale(of: result)
    }
}
