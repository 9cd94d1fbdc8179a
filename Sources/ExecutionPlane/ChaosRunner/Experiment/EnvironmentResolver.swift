import ChaosAPI
import KubernetesAPI

/// Turns `EnvVar` values into a process' environment, as a kubelet does.
struct EnvironmentResolver: Sendable {
    let client: any APIClient
    let namespace: String
    let podName: String
    let serviceAccount: String

    /// - Throws: `ExperimentError` that names the variable and what is missing.
    func resolve(_ variables: [JSON]) async throws -> [String: String] {
        var result: [String: String] = [:]
        for variable in variables {
            guard let name = variable["name"].string, !name.isEmpty else { continue }
            if variable["valueFrom"].isNull {
                result[name] = Self.expand(variable["value"].string ?? "", result)
            } else if let value = try await value(of: variable["valueFrom"], name: name) {
                result[name] = value
            }
        }
        return result
    }

    private func value(of source: JSON, name: String) async throws -> String? {
        switch source["fieldRef", "fieldPath"].string {
        case "metadata.name": return podName
        case "metadata.namespace": return namespace
        case "spec.serviceAccountName": return serviceAccount
        default: break
        }
        if !source["configMapKeyRef"].isNull {
            return try await entry(ConfigMap.self, source["configMapKeyRef"], variable: name) { $0["data"].stringMap }
        }
        guard !source["secretKeyRef"].isNull else {
            throw ExperimentError(.generic, "the variable \(name) has a source that is not understood: \(source)")
        }
        return try await entry(Secret.self, source["secretKeyRef"], variable: name) { json in
            json["data"].stringMap.compactMapValues(Base64.decode)
        }
    }

    private func entry<R: Resource>(
        _: R.Type, _ reference: JSON, variable: String, _ data: (JSON) -> [String: String]
    ) async throws -> String? {
        let object = reference["name"].string ?? ""
        let key = reference["key"].string ?? ""
        if let found = try await client.find(R.self, namespace: namespace, name: object),
            let value = data(found.json)[key]
        {
            return value
        }
        if reference["optional"].bool == true { return nil }
        throw ExperimentError(
            .generic,
            "the variable \(variable) needs the key \(key) of \(R.type.kind) \(object) in namespace \(namespace): create it"
        )
    }

    /// Replaces `$(NAME)` by a value set before; `$$(NAME)` stands for itself.
    static func expand(_ text: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest.removeFirst()
            } else if rest.first == "(", let end = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                result += values[name] ?? "$(\(name))"
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}

/// The base64 of RFC 4648, as Secrets carry it.
enum Base64 {
    /// - Returns: nil for what is no base64, or no UTF-8 text.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\n") {
            guard let value = value(of: byte) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
