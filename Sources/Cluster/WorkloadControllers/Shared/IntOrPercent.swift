import KubernetesAPI

/// `maxSurge`, `maxUnavailable`: a number, or a share of the replicas such as `25%`.
enum IntOrPercent {
    static func value(_ json: JSON, of total: Int, roundUp: Bool, default standard: JSON) -> Int {
        let json = json.isNull ? standard : json
        if let number = json.int { return max(0, number) }
        guard let text = json.string, text.hasSuffix("%"), let share = Int(text.dropLast()) else { return 0 }
        let scaled = share * total
        return max(0, roundUp ? (scaled + 99) / 100 : scaled / 100)
    }
}
