/// The secrets that are made for infrastructures.
enum AccessKey {
    /// What LitmusChaos' access keys are long.
    static let length = 32

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    /// Letters and digits, about 190 bits of chance.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }

    /// Takes as long whether or not the texts are equal.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}

extension ChaosInfrastructure {
    /// Which of its keys somebody has.
    enum KeyKind: Sendable, Hashable {
        case current
        /// It was given out, and not used yet.
        case next
    }

    /// - Returns: nil when it is none of the infrastructure's.
    func kind(ofKey key: String) -> KeyKind? {
        let isCurrent = !accessKey.isEmpty && AccessKey.isEqual(accessKey, key)
        let isNext = nextAccessKey.map { AccessKey.isEqual($0, key) } ?? false
        if isNext { return .next }
        return isCurrent ? .current : nil
    }

    /// What the manifests of owners give an agent: it works whatever the agent has been using.
    var latestAccessKey: String { nextAccessKey ?? accessKey }

    /// What others than owners, and agents, get: a key that replaces one which they may know is for owners alone.
    var sharedAccessKey: String { isRotating == true ? accessKey : latestAccessKey }

    /// The next key becomes the only one.
    mutating func promoteNextKey() {
        guard let nextAccessKey else { return }
        accessKey = nextAccessKey
        self.nextAccessKey = nil
        isRotating = nil
        token = nil
    }
}
