/// Within this module's encoder and decoder every type is kept; any other format gets the extended JSON text.
extension DocumentValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try ExtendedJSON.decode(try container.decode(String.self))
        } catch let error as ExtendedJSONError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// As `DocumentValue`.
extension Document: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard case .document(let document) = try container.decode(DocumentValue.self) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "the value is no document")
        }
        self = document
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(DocumentValue.document(self))
    }
}
