/// What was read of hubs, by their ids, as long as it takes no more memory than it may: then all is forgotten, as it is
/// read again in no time.
struct RememberedTrees: Sendable {
    static let count = 200

    /// Bytes of the texts that the charts were read from; charts in memory take a few times as much.
    let limit: Int
    private var trees: [String: HubTree] = [:]
    private var size = 0

    init(limit: Int = 32 << 20) { self.limit = limit }

    subscript(_ id: String) -> HubTree? {
        get { trees[id] }
        set {
            size -= trees.removeValue(forKey: id)?.size ?? 0
            guard let newValue else { return }
            if trees.count >= Self.count || size + newValue.size > limit { (trees, size) = ([:], 0) }
            trees[id] = newValue
            size += newValue.size
        }
    }
}
