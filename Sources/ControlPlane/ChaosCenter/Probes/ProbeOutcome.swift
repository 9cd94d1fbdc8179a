/// How a probe of a fault ended in a run, or stands.
struct ProbeOutcome: Sendable, Hashable {
    enum Verdict: String, Sendable {
        case passed = "Passed"
        case failed = "Failed"
        case notAvailable = "NA"
        case awaited = "Awaited"

        /// In the spelling of ChaosResults.
        init(_ text: String?) {
            self =
                switch text {
                case "Passed": .passed
                case "Failed": .failed
                case "Awaited": .awaited
                default: .notAvailable
                }
        }
    }

    var name: String
    var mode: String
    var verdict: Verdict
    var description: String?
}
