/// A resource quantity: `100m`, `1.5Gi`, `2e3`.
public struct Quantity: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    public var description: String
    /// In base units: cores, bytes.
    public var value: Double

    /// - Returns: nil when the text is no quantity.
    public init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
        var suffix = String(text.dropFirst(number.count))
        var digits = String(number)
        if let first = suffix.first, first == "e" || first == "E", suffix.count > 1,
            let exponent = Int(suffix.dropFirst())
        {
            digits += "e\(exponent)"
            suffix = ""
        }
        guard let value = Double(digits), value.isFinite, let scale = Self.scales[suffix] else { return nil }
        self.value = value * scale
        description = text
    }

    /// A quantity of a JSON string or number.
    public init?(_ json: JSON) {
        switch json {
        case .string(let text): self.init(text)
        case .int(let value): self.init(String(value))
        case .double(let value): self.init(String(value))
        default: return nil
        }
    }

    private static let scales: [String: Double] = [
        "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
        "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
        "Ei": 1_152_921_504_606_846_976,
    ]
}
