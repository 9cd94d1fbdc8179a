/// The name that a ChaosEngine has or will get.
enum EngineName: Sendable, Hashable {
    case exact(String)
    /// Kubernetes puts five characters behind it.
    case generated(from: String)

    var base: String {
        switch self {
        case .exact(let name), .generated(from: let name): name
        }
    }

    func fits(_ name: String) -> Bool {
        switch self {
        case .exact(let own): return own == name
        case .generated(from: let base):
            // Of a long one Kubernetes keeps what leaves room for the five in the 63 of a label.
            let kept = base.prefix(58)
            guard name.count == kept.count + 5, name.hasPrefix(kept) else { return false }
            return name.suffix(5).utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        }
    }
}
