import EmbeddedAPIServer
import KubernetesAPI
import NIOCore
import ResourceSchema

/// Writes objects, lists and events in the form that the client accepts. Plain JSON is put together from stored bytes.
struct ObjectWriter: Sendable {
    let accept: Accept
    let resource: ServedResource
    private let included: TableConverter.IncludedObject
    let isPretty: Bool

    init(_ accept: Accept, _ resource: ServedResource, query: Query) throws {
        self.accept = accept
        self.resource = resource
        included = try TableConverter.IncludedObject(query)
        isPretty = try query.bool("pretty")
    }

    var contentType: String { accept.contentType }

    func object(_ object: StoredObject) throws -> ByteBuffer {
        if accept == .plain, !isPretty { return ByteBuffer(bytes: object.bytes) }
        return try encode(shaped(object))
    }

    func list(_ list: StoredList) throws -> ByteBuffer {
        if accept == .plain, !isPretty { return plain(list) }
        switch accept.shape {
        case .object:
            return try encode(envelope(list, kind: resource.type.kind + "List", resource.type.apiVersion, \.self))
        case .table(let version):
            var table = converter.table(
                list.items.map(\.json), resourceVersion: list.resourceVersion, continueToken: list.continueToken,
                remainingItemCount: list.remainingItemCount, include: included)
            table["apiVersion"] = .string("meta.k8s.io/\(version)")
            return try encode(table)
        case .partialMetadata(let version):
            return try encode(
                envelope(list, kind: "PartialObjectMetadataList", "meta.k8s.io/\(version)") {
                    PartialMetadata.object($0, version: version)
                })
        }
    }

    private func envelope(
        _ list: StoredList, kind: String, _ apiVersion: String, _ item: (JSON) -> JSON
    ) -> JSON {
        var metadata: JSON = ["resourceVersion": .string(list.resourceVersion)]
        if let token = list.continueToken { metadata["continue"] = .string(token) }
        if let count = list.remainingItemCount { metadata["remainingItemCount"] = .int(Int64(count)) }
        return [
            "kind": .string(kind), "apiVersion": .string(apiVersion), "metadata": metadata,
            "items": .array(list.items.map { item($0.json) }),
        ]
    }

    /// One line of a watch.
    func event(_ event: StoredEvent) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        let bytes = accept.shape == .object ? event.object.bytes : shaped(event.object, event: event.kind).encoded()
        buffer.reserveCapacity(bytes.count + 32)
        buffer.writeString("{\"type\":\"")
        buffer.writeString(event.kind.rawValue)
        buffer.writeString("\",\"object\":")
        buffer.writeBytes(bytes)
        buffer.writeString("}\n")
        return buffer
    }

    static func errorEvent(_ status: Status) -> ByteBuffer {
        ByteBuffer(bytes: JSON.object(["type": "ERROR", "object": status.json]).encoded() + [UInt8(ascii: "\n")])
    }

    private func plain(_ list: StoredList) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(list.items.reduce(256) { $0 + $1.bytes.count + 1 })
        buffer.writeString("{\"kind\":\"\(resource.type.kind)List\",\"apiVersion\":\"\(resource.type.apiVersion)\",")
        buffer.writeString("\"metadata\":{\"resourceVersion\":\"\(list.resourceVersion)\"")
        if let token = list.continueToken { buffer.writeString(",\"continue\":\(JSON.string(token))") }
        if let count = list.remainingItemCount { buffer.writeString(",\"remainingItemCount\":\(count)") }
        buffer.writeString("},\"items\":[")
        for (index, item) in list.items.enumerated() {
            if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            buffer.writeBytes(item.bytes)
        }
        buffer.writeString("]}\n")
        return buffer
    }

    private func shaped(_ object: StoredObject, event: StoredEvent.Kind? = nil) -> JSON {
        // A Status (of a delete) has no columns.
        if object.json["kind"] == "Status" { return object.json }
        switch accept.shape {
        case .object: return object.json
        case .table(let version):
            let isBookmark = event == .bookmark
            var table = converter.table(
                isBookmark ? [] : [object.json],
                resourceVersion: object.json["metadata", "resourceVersion"].string ?? "", include: included)
            table["apiVersion"] = .string("meta.k8s.io/\(version)")
            if isBookmark { table["metadata", "annotations"] = object.json["metadata", "annotations"] }
            return table
        case .partialMetadata(let version): return PartialMetadata.object(object.json, version: version)
        }
    }

    private var converter: TableConverter { TableConverter(resource: resource) }

    private func encode(_ json: JSON) throws -> ByteBuffer {
        if accept.encoding == .yaml { return ByteBuffer(string: try json.yaml()) }
        return isPretty ? ByteBuffer(string: json.prettyPrinted() + "\n") : ByteBuffer(bytes: json.encoded())
    }
}

enum PartialMetadata {
    static func object(_ json: JSON, version: String) -> JSON {
        [
            "kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": json["metadata"],
        ]
    }
}

extension TableConverter.IncludedObject {
    init(_ query: Query) throws {
        guard let text = query["includeObject"] else {
            self = .metadata
            return
        }
        guard let value = Self(rawValue: text) else {
            throw query.invalid("includeObject", "expected one of None, Metadata, Object")
        }
        self = value
    }
}
