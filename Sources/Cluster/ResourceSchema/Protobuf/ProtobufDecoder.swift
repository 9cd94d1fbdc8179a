import KubernetesAPI

/// Decodes Kubernetes' protobuf request bodies (`application/vnd.kubernetes.protobuf`) of the kinds in
/// `ProtobufSchema`: those that `kubectl` sends in no other form.
public enum ProtobufDecoder {
    /// - Parameter bytes: `k8s\0` and a `runtime.Unknown`.
    /// - Returns: the object as its JSON form would be, with `apiVersion` and `kind`.
    /// - Throws: `Status` 415 for a kind, or a field of one, that is not understood; 400 for broken bytes.
    public static func decode(_ bytes: [UInt8]) throws(Status) -> JSON {
        guard bytes.starts(with: magic) else {
            throw .badRequest("the body does not begin with the Kubernetes protobuf prefix (k8s, 0)")
        }
        do throws(ProtobufError) {
            let (apiVersion, kind, raw) = try envelope(bytes[magic.count...])
            let schema = ProtobufSchema.builtin
            guard let message = schema.kinds["\(apiVersion)/\(kind)"] ?? schema.kinds["*/\(kind)"] else {
                throw unsupported("\(kind) (\(apiVersion)) in protobuf form")
            }
            var object = try Message(schema: schema).decode(raw, as: message)
            object["apiVersion"] = .string(apiVersion)
            object["kind"] = .string(kind)
            return object
        } catch {
            throw error.status
        }
    }

    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0]

    private static func envelope(
        _ bytes: ArraySlice<UInt8>
    ) throws(ProtobufError) -> (apiVersion: String, kind: String, raw: ArraySlice<UInt8>) {
        var reader = ProtobufReader(bytes)
        var apiVersion = ""
        var kind = ""
        var raw: ArraySlice<UInt8> = []
        while let (field, value) = try reader.next() {
            guard case .bytes(let content) = value else { continue }
            switch field {
            case 1:
                var type = ProtobufReader(content)
                while let (field, value) = try type.next() {
                    guard case .bytes(let text) = value else { continue }
                    if field == 1 { apiVersion = String(decoding: text, as: UTF8.self) }
                    if field == 2 { kind = String(decoding: text, as: UTF8.self) }
                }
            case 2: raw = content
            default: break
            }
        }
        return (apiVersion, kind, raw)
    }

    private static func unsupported(_ what: String) -> ProtobufError {
        .unsupported(
            "\(what) is not understood; send it as JSON or YAML: kubectl create --dry-run=client -o yaml ... "
                + "| kubectl create -f -")
    }
}

/// Decodes the messages of one schema.
private struct Message {
    let schema: ProtobufSchema
    var depth = 0

    /// Deeper messages are refused, so that no input exhausts the stack.
    private static let maximumDepth = 64

    func decode(_ bytes: ArraySlice<UInt8>, as name: String) throws(ProtobufError) -> JSON {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        let fields = schema.messages[name] ?? [:]
        var reader = ProtobufReader(bytes)
        var members: [String: JSON] = [:]
        while let (number, value) = try reader.next() {
            guard let field = fields[number] else { throw .unknownField(message: name, number: number) }
            switch field.type {
            case .list(let element):
                let decoded = try decode(value, element, of: field, in: name)
                members[field.name] = .array((members[field.name]?.array ?? []) + [decoded])
            case .map(let element):
                let (key, entry) = try decodeEntry(value, element, of: field, in: name)
                var map = members[field.name]?.object ?? [:]
                map[key] = entry
                members[field.name] = .object(map)
            default:
                let decoded = try decode(value, field.type, of: field, in: name)
                let isZero = decoded == "" || decoded == 0 || decoded == false
                if decoded.isNull || (isZero && !field.keepsZero && field.type != .intOrString) { continue }
                if field.name == "inline" {
                    members.merge(decoded.object ?? [:]) { $1 }
                } else {
                    members[field.name] = decoded
                }
            }
        }
        return .object(members)
    }

    private func decodeEntry(
        _ value: ProtobufReader.Value, _ type: ProtobufSchema.FieldType, of field: ProtobufSchema.Field,
        in message: String
    ) throws(ProtobufError) -> (String, JSON) {
        guard case .bytes(let bytes) = value else { throw .wrongType(message: message, field: field.name) }
        var reader = ProtobufReader(bytes)
        var key = ""
        var entry: JSON = type == .string || type == .bytes ? "" : [:]
        while let (number, value) = try reader.next() {
            if number == 1, case .bytes(let text) = value { key = String(decoding: text, as: UTF8.self) }
            if number == 2 { entry = try decode(value, type, of: field, in: message) }
        }
        return (key, entry)
    }

    private func decode(
        _ value: ProtobufReader.Value, _ type: ProtobufSchema.FieldType, of field: ProtobufSchema.Field,
        in message: String
    ) throws(ProtobufError) -> JSON {
        switch (type, value) {
        case (.int, .number(let number)): return .int(Int64(bitPattern: number))
        case (.bool, .number(let number)): return .bool(number != 0)
        case (.string, .bytes(let bytes)): return .string(String(decoding: bytes, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(Array(bytes)))
        case (.time, .bytes(let bytes)): return try time(bytes).map { .string($0.description) } ?? .null
        case (.microTime, .bytes(let bytes)): return try time(bytes).map { .string($0.microTime) } ?? .null
        case (.intOrString, .bytes(let bytes)): return try intOrString(bytes)
        case (.quantity, .bytes(let bytes)): return try text(bytes)
        case (.json, .bytes(let bytes)):
            let raw = try text(bytes).string ?? ""
            return (try? JSON(parsing: Array(raw.utf8))) ?? .null
        case (.message("Ignored"), _): return .null
        case (.message(let name), .bytes(let bytes)):
            var nested = self
            nested.depth += 1
            let decoded = try nested.decode(bytes, as: name)
            return name == "ExtraValue" ? decoded["items"] : decoded
        default: throw .wrongType(message: message, field: field.name)
        }
    }

    /// Seconds and nanoseconds; nothing at all is the zero time, which means absent.
    private func time(_ bytes: ArraySlice<UInt8>) throws(ProtobufError) -> Timestamp? {
        var reader = ProtobufReader(bytes)
        var seconds: Int64?
        var nanoseconds: Int64 = 0
        while let (number, value) = try reader.next() {
            guard case .number(let amount) = value else { continue }
            if number == 1 { seconds = Int64(bitPattern: amount) }
            if number == 2 { nanoseconds = Int64(bitPattern: amount) }
        }
        // Go's zero time lies in the year 1.
        guard let seconds, seconds > -62_135_596_800, seconds.magnitude < 1 << 40 else { return nil }
        return Timestamp(microseconds: seconds * 1_000_000 + nanoseconds / 1000)
    }

    private func intOrString(_ bytes: ArraySlice<UInt8>) throws(ProtobufError) -> JSON {
        var reader = ProtobufReader(bytes)
        var isString = false
        var number: JSON = 0
        var string: JSON = ""
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .number(let type)): isString = type == 1
            case (2, .number(let value)): number = .int(Int64(bitPattern: value))
            case (3, .bytes(let text)): string = .string(String(decoding: text, as: UTF8.self))
            default: break
            }
        }
        return isString ? string : number
    }

    /// The one text of a message whose only field is a text.
    private func text(_ bytes: ArraySlice<UInt8>) throws(ProtobufError) -> JSON {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            if field == 1, case .bytes(let text) = value { return .string(String(decoding: text, as: UTF8.self)) }
        }
        return ""
    }
}

extension ProtobufError {
    fileprivate var status: Status {
        switch self {
        case .truncated: .badRequest("the protobuf body ends too early")
        case .unknownWireType: .badRequest("the protobuf body is broken: unknown wire type")
        case .tooDeep: .badRequest("the protobuf body is nested too deep")
        case .wrongType(let message, let field):
            .badRequest("the protobuf body is broken: field \(field) of \(message) has another type")
        case .unsupported(let text): .unsupportedMediaType(text)
        case .unknownField(let message, let number):
            .unsupportedMediaType(
                "field \(number) of \(message) in protobuf form is not understood; send the object as JSON or YAML: "
                    + "kubectl create --dry-run=client -o yaml ... | kubectl create -f -")
        }
    }
}
