import KubernetesAPI

/// The members of a part of a probe, be it of a ChaosEngine or of a request: both have the same names.
struct ProbeFields {
    /// No part of a probe is a document.
    static let longestText = 65_536

    let json: JSON
    /// For errors, such as `probe 'ping': httpProbe/inputs`.
    let place: String

    init(_ json: JSON, _ place: String) {
        self.json = json
        self.place = place
    }

    /// Numbers are taken as their text: manifests are often written so.
    func text(_ name: String) throws -> String? {
        switch json[name] {
        case .null: return nil
        case .string(let text):
            guard text.utf8.count <= Self.longestText else {
                throw CenterError.invalid("\(place).\(name) is longer than \(Self.longestText) bytes")
            }
            return text
        case .int, .double: return "\(json[name])"
        default: throw wrong(name, "a text")
        }
    }

    func requiredText(_ name: String) throws -> String {
        guard let text = try text(name) else { throw CenterError.invalid("\(place).\(name) is missing") }
        return text
    }

    /// Not negative.
    func count(_ name: String) throws -> Int? {
        guard !json[name].isNull else { return nil }
        guard let count = json[name].int, count >= 0, count <= Int(Int32.max) else {
            throw CenterError.invalid("\(place).\(name) must be a number of attempts, not \(json[name])")
        }
        return count
    }

    func flag(_ name: String) throws -> Bool? {
        guard !json[name].isNull else { return nil }
        guard let flag = json[name].bool else { throw wrong(name, "true or false") }
        return flag
    }

    func part(_ name: String) throws -> ProbeFields? {
        guard !json[name].isNull else { return nil }
        guard json[name].object != nil else { throw wrong(name, "an object") }
        return ProbeFields(json[name], "\(place).\(name)")
    }

    func requiredPart(_ name: String) throws -> ProbeFields {
        guard let part = try part(name) else { throw CenterError.invalid("\(place).\(name) is missing") }
        return part
    }

    private func wrong(_ name: String, _ expected: String) -> CenterError {
        .invalid("\(place).\(name) must be \(expected), not \(json[name].typeName)")
    }
}
