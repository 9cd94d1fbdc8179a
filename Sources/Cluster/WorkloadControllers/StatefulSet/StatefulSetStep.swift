import KubernetesAPI

/// What a stateful set's next move is. Pure.
///
/// With `OrderedReady` one pod at a time: the next one is made when all before it are available, the last one goes first.
/// With `Parallel` all at once; updates are one at a time in both.
struct StatefulSetStep: Equatable {
    enum Action: Equatable {
        /// A pod of the new template, or of the one before where the partition protects the ordinal.
        case create(ordinal: Int, isUpdated: Bool)
        case delete(Pod)
    }

    static let revisionLabel = "controller-revision-hash"

    var actions: [Action] = []
    private(set) var status = JSON.null
    private(set) var nextAvailable: Duration?

    private let set: StatefulSet
    private let start: Int
    private let isOrdered: Bool
    private let minReady: Int
    private let now: Timestamp

    /// - Parameter updateRevision: the name of the present template's revision.
    init(_ set: StatefulSet, pods: [Pod], updateRevision: String, now: Timestamp) {
        self.set = set
        self.now = now
        start = set.json["spec", "ordinals", "start"].int ?? 0
        isOrdered = set.json["spec", "podManagementPolicy"].string != "Parallel"
        minReady = set.json["spec", "minReadySeconds"].int ?? 0
        let known = set.json["status", "currentRevision"].string ?? ""
        var currentRevision = known.isEmpty ? updateRevision : known
        let mine = pods.filter { Self.ordinal($0, of: set) != nil }
        let isUpdated = { (pod: Pod) in pod.metadata.labels[Self.revisionLabel] == updateRevision }
        let wanted = start..<(start + set.replicas)
        let alive = mine.filter { !$0.metadata.isBeingDeleted && !$0.isFinished }
        // The update is over: what was new is what there is.
        if alive.count == set.replicas, alive.allSatisfy({ isUpdated($0) && $0.isReady }), partition(wanted) <= start {
            currentRevision = updateRevision
        }
        let minReady = minReady
        status = [
            "observedGeneration": .count(set.metadata.generation),
            "replicas": .count(mine.count { !$0.isFinished }),
            "readyReplicas": .countOrNone(alive.count(where: \.isReady)),
            "availableReplicas": .count(alive.count { $0.isAvailable(minReadySeconds: minReady, now: now) }),
            "currentReplicas": .countOrNone(
                alive.count { $0.metadata.labels[Self.revisionLabel] == currentRevision }),
            "updatedReplicas": .countOrNone(alive.count(where: isUpdated)),
            "currentRevision": .string(currentRevision), "updateRevision": .string(updateRevision),
            "collisionCount": 0,
        ]
        nextAvailable = alive.compactMap { $0.timeToAvailable(minReadySeconds: minReady, now: now) }.min()
        guard !set.metadata.isBeingDeleted else { return }
        decide(mine, wanted, isUpdated, hasOldRevision: currentRevision != updateRevision)
    }

    /// `web-3` of `web`: 3.
    static func ordinal(_ pod: Pod, of set: StatefulSet) -> Int? {
        guard pod.name.hasPrefix("\(set.name)-") else { return nil }
        return Int(pod.name.dropFirst(set.name.count + 1))
    }

    private var rolls: Bool { self.set.json["spec", "updateStrategy", "type"].string != "OnDelete" }

    private func partition(_ wanted: Range<Int>) -> Int {
        max(wanted.lowerBound, set.json["spec", "updateStrategy", "rollingUpdate", "partition"].int ?? 0)
    }

    private func isHealthy(_ pod: Pod) -> Bool {
        !pod.metadata.isBeingDeleted && pod.isAvailable(minReadySeconds: minReady, now: now)
    }

    private mutating func decide(
        _ pods: [Pod], _ wanted: Range<Int>, _ isUpdated: (Pod) -> Bool, hasOldRevision: Bool
    ) {
        let byOrdinal = Dictionary(
            pods.compactMap { pod in Self.ordinal(pod, of: set).map { ($0, pod) } }, uniquingKeysWith: { $1 })
        for ordinal in wanted {
            guard let pod = byOrdinal[ordinal] else {
                let protected = hasOldRevision && rolls && ordinal < partition(wanted)
                actions.append(.create(ordinal: ordinal, isUpdated: !protected))
                if isOrdered { return }
                continue
            }
            if pod.isFinished, !pod.metadata.isBeingDeleted { actions.append(.delete(pod)) }
            if isOrdered, !isHealthy(pod) {
                // A broken pod of an old template must not block its own mending.
                if rolls, !isUpdated(pod), !pod.metadata.isBeingDeleted, ordinal >= partition(wanted), actions.isEmpty {
                    actions.append(.delete(pod))
                }
                return
            }
        }
        guard actions.isEmpty else { return }
        let condemned = byOrdinal.filter { !wanted.contains($0.key) }.sorted { $0.key > $1.key }.map(\.value)
        if isOrdered, let last = condemned.first {
            if !last.metadata.isBeingDeleted { actions.append(.delete(last)) }
            return
        }
        actions += condemned.filter { !$0.metadata.isBeingDeleted }.map { .delete($0) }
        guard actions.isEmpty, rolls else { return }
        for ordinal in wanted.reversed() where ordinal >= partition(wanted) {
            guard let pod = byOrdinal[ordinal] else { return }
            if !isUpdated(pod), !pod.metadata.isBeingDeleted { return actions.append(.delete(pod)) }
            if !isHealthy(pod) { return }
        }
    }
}
