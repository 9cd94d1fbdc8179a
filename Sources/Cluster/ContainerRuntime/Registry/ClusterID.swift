/// The name under which a cluster's traces are found on a machine: one to eight lower-case letters and digits, because
/// a device name has room for fifteen characters.
public struct ClusterID: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// nil when the text has another form.
    public init?(_ text: String) {
        let isValid = text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
        guard isValid, (1...8).contains(text.utf8.count) else { return nil }
        description = text
    }

    private init(unchecked: String) {
        description = unchecked
    }

    /// A new one of six characters.
    public static func random() -> ClusterID {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return ClusterID(unchecked: String((0..<6).map { _ in alphabet[Int.random(in: alphabet.indices)] }))
    }

    /// The same id for the same text, for clusters that keep their state in a directory.
    public static func derived(from text: String) -> ClusterID {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return ClusterID(unchecked: String(String(hash % 2_821_109_907_455, radix: 36).suffix(8)))
    }

    var bridge: String { "lt" + description }

    /// The host's end of a pod's link, named after the low half of the pod's address.
    func link(_ address: UInt32) -> String {
        let digits = String(address & 0xffff, radix: 16)
        return bridge + "-" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    func ownsDevice(_ name: String) -> Bool { name == bridge || name.hasPrefix(bridge + "-") }

    var controlGroup: String { "/litmus-" + description }

    /// Packet filter tables of this cluster are named so, or start so with an underscore after it.
    public var table: String { "litmus_" + description }

    func ownsTable(_ name: String) -> Bool { name == table || name.hasPrefix(table + "_") }
}
