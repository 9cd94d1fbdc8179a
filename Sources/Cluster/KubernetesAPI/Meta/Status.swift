/// An API error: meta/v1 `Status` with `status: Failure`.
public struct Status: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status code.
    public var code: Int
    /// Machine-readable, such as `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, `Expired`.
    public var reason: String
    public var message: String
    /// `details` of the Status: group, kind, name, causes, retryAfterSeconds.
    public var details: JSON

    public init(code: Int, reason: String, message: String, details: JSON = .null) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    public init(json: JSON) {
        code = json["code"].int ?? 500
        reason = json["reason"].string ?? "Unknown"
        message = json["message"].string ?? "the server gave no message"
        details = json["details"]
    }

    public var json: JSON {
        var json: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "reason": .string(reason), "code": .int(Int64(code)),
        ]
        json["details"] = details
        return json
    }

    public var description: String { message }

    public var isNotFound: Bool { reason == "NotFound" }
    public var isConflict: Bool { reason == "Conflict" }
    public var isAlreadyExists: Bool { reason == "AlreadyExists" }
    public var isForbidden: Bool { reason == "Forbidden" }
    /// The credentials are wrong or no longer valid.
    public var isUnauthorized: Bool { code == 401 }
    /// The server is busy (try again after `details.retryAfterSeconds`), or a disruption budget forbids an eviction.
    public var isTooManyRequests: Bool { code == 429 }
    /// The resource version asked for is no longer kept (410): list again.
    public var isExpired: Bool { code == 410 }
}

extension Status {
    private static func details(_ type: GroupVersionResource, name: String) -> JSON {
        var details: JSON = ["kind": .string(type.resource)]
        if !type.group.isEmpty { details["group"] = .string(type.group) }
        if !name.isEmpty { details["name"] = .string(name) }
        return details
    }

    public static func notFound(_ type: GroupVersionResource, name: String) -> Status {
        Status(
            code: 404, reason: "NotFound", message: "\(type.groupResource) \"\(name)\" not found",
            details: details(type, name: name))
    }

    public static func alreadyExists(_ type: GroupVersionResource, name: String) -> Status {
        Status(
            code: 409, reason: "AlreadyExists", message: "\(type.groupResource) \"\(name)\" already exists",
            details: details(type, name: name))
    }

    /// A write that was based on an older resource version, or a failed precondition.
    public static func conflict(_ type: GroupVersionResource, name: String, _ why: String? = nil) -> Status {
        let why =
            why
            ?? "the object has been modified; please apply your changes to the latest version and try again"
        return Status(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(type.groupResource) \"\(name)\": \(why)",
            details: details(type, name: name))
    }

    public static func forbidden(_ type: GroupVersionResource, name: String, _ why: String) -> Status {
        Status(
            code: 403, reason: "Forbidden",
            message: "\(type.groupResource)\(name.isEmpty ? "" : " \"\(name)\"") is forbidden: \(why)",
            details: details(type, name: name))
    }

    public static func badRequest(_ message: String) -> Status {
        Status(code: 400, reason: "BadRequest", message: message)
    }

    /// Nothing is served at this path: an unknown kind or subresource.
    public static let noSuchResource = Status(
        code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: [:])

    /// Asked for an object without its name, which over HTTP would be the path of all of them.
    public static func emptyName() -> Status { badRequest("the name of an object may not be empty") }

    public static func unauthorized() -> Status {
        Status(code: 401, reason: "Unauthorized", message: "Unauthorized")
    }

    public static func methodNotAllowed(_ message: String) -> Status {
        Status(code: 405, reason: "MethodNotAllowed", message: message)
    }

    public static func notImplemented(_ message: String) -> Status {
        Status(code: 501, reason: "NotImplemented", message: message)
    }

    public static func unsupportedMediaType(_ message: String) -> Status {
        Status(code: 415, reason: "UnsupportedMediaType", message: message)
    }

    public static func tooLarge(_ message: String) -> Status {
        Status(code: 413, reason: "RequestEntityTooLarge", message: message)
    }

    /// The resource version is older than what is kept.
    public static func expired(_ message: String) -> Status {
        Status(code: 410, reason: "Expired", message: message)
    }

    public static func internalError(_ message: String) -> Status {
        Status(code: 500, reason: "InternalError", message: "Internal error occurred: \(message)")
    }

    /// Invalid fields of an object (422), each with its path.
    public static func invalid(kind: String, group: String, name: String, _ causes: [FieldError]) -> Status {
        let list = causes.map(\.description)
        let text = list.count == 1 ? list[0] : "[\(list.joined(separator: ", "))]"
        let groupKind = group.isEmpty ? kind : "\(kind).\(group)"
        var details: JSON = ["kind": .string(kind), "causes": .array(causes.map(\.json))]
        if !group.isEmpty { details["group"] = .string(group) }
        if !name.isEmpty { details["name"] = .string(name) }
        return Status(
            code: 422, reason: "Invalid", message: "\(groupKind) \"\(name)\" is invalid: \(text)", details: details)
    }
}

/// One invalid field.
public struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The cause's reason: `FieldValueInvalid`, `FieldValueRequired`, `FieldValueNotSupported`,
    /// `FieldValueTypeInvalid`, `FieldValueForbidden`, `FieldValueDuplicate`.
    public var reason: String
    /// The path, such as `spec.containers[0].image`.
    public var field: String
    /// What was wrong, such as `Invalid value: "x": must be …`.
    public var detail: String

    public init(reason: String, field: String, detail: String) {
        self.reason = reason
        self.field = field
        self.detail = detail
    }

    public static func invalid(_ field: String, _ value: JSON, _ detail: String) -> FieldError {
        FieldError(reason: "FieldValueInvalid", field: field, detail: "Invalid value: \(value): \(detail)")
    }

    public static func required(_ field: String, _ detail: String = "") -> FieldError {
        let suffix = detail.isEmpty ? "" : ": \(detail)"
        return FieldError(reason: "FieldValueRequired", field: field, detail: "Required value\(suffix)")
    }

    public var description: String { "\(field): \(detail)" }

    public var json: JSON {
        ["reason": .string(reason), "message": .string(detail), "field": .string(field)]
    }
}
