import KubernetesAPI

/// The form in which a client wants objects: the first of its `Accept` header that the server offers.
struct Accept: Equatable, Sendable {
    enum Encoding: Equatable, Sendable {
        case json, yaml
    }

    enum Shape: Equatable, Sendable {
        case object
        /// `v1` or `v1beta1` of `meta.k8s.io`.
        case table(version: String)
        case partialMetadata(version: String)
    }

    var encoding: Encoding
    var shape: Shape

    static let plain = Accept(encoding: .json, shape: .object)

    var contentType: String {
        let type = encoding == .json ? "application/json" : "application/yaml"
        return switch shape {
        case .object: type
        case .table(let version): "\(type);as=Table;v=\(version);g=meta.k8s.io"
        case .partialMetadata(let version): "\(type);as=PartialObjectMetadata;v=\(version);g=meta.k8s.io"
        }
    }

    /// - Parameter offersShapes: false where only the object itself makes sense.
    /// - Throws: `Status` 406 when nothing the client accepts is offered.
    init(_ header: String?, offersShapes: Bool = true) throws {
        guard let header, header != "application/json", header != "*/*" else {
            self = .plain
            return
        }
        for range in MediaRange.parse(header) {
            guard let encoding = range.encoding else { continue }
            guard let name = range.parameters["as"] else {
                self.init(encoding: encoding, shape: .object)
                return
            }
            guard offersShapes, range.parameters["g"] == "meta.k8s.io", let version = range.parameters["v"],
                ["v1", "v1beta1"].contains(version)
            else { continue }
            switch name {
            case "Table": self.init(encoding: encoding, shape: .table(version: version))
            case "PartialObjectMetadata", "PartialObjectMetadataList":
                self.init(encoding: encoding, shape: .partialMetadata(version: version))
            default: continue
            }
            return
        }
        throw Status.notAcceptable
    }

    init(encoding: Encoding, shape: Shape) {
        self.encoding = encoding
        self.shape = shape
    }
}

extension Status {
    static let notAcceptable = Status(
        code: 406, reason: "NotAcceptable",
        message: "only the following media types are accepted: application/json, application/yaml")
}

/// One alternative of an `Accept` header (RFC 9110, section 12.5.1).
struct MediaRange: Equatable, Sendable {
    var type: String
    var parameters: [String: String]
    var quality: Double

    /// In the order of preference: by quality, equal ones as written.
    static func parse(_ header: String) -> [MediaRange] {
        let ranges = header.split(separator: ",").map(MediaRange.init)
        guard ranges.contains(where: { $0.quality != 1 }) else { return ranges }
        return ranges.enumerated().filter { $0.element.quality > 0 }
            .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element)
    }

    init(_ text: some StringProtocol) {
        let parts = text.split(separator: ";").map(\.trimmed)
        type = parts.first?.lowercased() ?? ""
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(\.trimmed)
            if pair.count == 2 { parameters[pair[0]] = pair[1] }
        }
        quality = parameters["q"].flatMap(Double.init) ?? 1
        self.parameters = parameters
    }

    var encoding: Accept.Encoding? {
        switch type {
        case "application/json", "application/*", "*/*": .json
        case "application/yaml": .yaml
        default: nil
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
