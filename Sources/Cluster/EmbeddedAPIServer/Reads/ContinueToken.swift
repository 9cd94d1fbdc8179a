import Foundation
import KubernetesAPI

/// Where a chunked list goes on: opaque to clients.
struct ContinueToken {
    var revision: UInt64
    /// The last object of the chunk before.
    var last: ObjectKey

    init(revision: UInt64, last: ObjectKey) {
        self.revision = revision
        self.last = last
    }

    /// - Throws: `Status` 400.
    init(parsing text: String) throws {
        guard let data = Data(base64Encoded: text), let json = try? JSON(parsing: data),
            let revision = json["rv"].int, revision >= 0, let name = json["name"].string
        else { throw Status.badRequest("continue key is not valid: \(text)") }
        self.revision = UInt64(revision)
        last = ObjectKey(namespace: json["namespace"].string ?? "", name: name)
    }

    var text: String {
        let json: JSON = [
            "rv": .int(Int64(revision)), "namespace": .string(last.namespace), "name": .string(last.name),
        ]
        return Data(json.encoded()).base64EncodedString()
    }
}

/// Resource versions as clients write them.
enum ResourceVersion {
    /// nil for none.
    /// - Throws: `Status` 400.
    static func parse(_ text: String) throws -> UInt64? {
        guard !text.isEmpty else { return nil }
        guard let number = UInt64(text) else {
            throw Status.badRequest(
                "resourceVersion: Invalid value: \"\(text)\": must be a number that the server gave")
        }
        return number
    }

    /// The version was never given by this server, or by an older state of it.
    static func tooLarge(_ version: UInt64, present: UInt64) -> Status {
        Status(
            code: 504, reason: "Timeout", message: "Too large resource version: \(version), current: \(present)",
            details: [
                "retryAfterSeconds": 1,
                "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]],
            ])
    }
}
