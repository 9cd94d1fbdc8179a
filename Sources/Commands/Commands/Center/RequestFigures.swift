import ChaosCenter
import GraphQL
import GraphQLTransport
import Synchronization

/// What was asked of the GraphQL API since the process began; for metrics.
///
/// Operations are told apart by the field of the root type, since clients name them as they like.
final class RequestFigures: Sendable {
    struct Operation: Sendable, Hashable {
        /// A root field, or `other`: several of them, introspection, or a document with errors.
        var name: String
        /// `query`, `mutation`, `subscription`, or `none` where the document does not tell.
        var kind: String
    }

    /// Cumulative, as Prometheus has them.
    struct Histogram: Sendable, Hashable {
        let bounds: [Double]
        private(set) var counts: [Int]
        private(set) var sum = 0.0
        private(set) var count = 0

        init(bounds: [Double]) {
            self.bounds = bounds
            counts = bounds.map { _ in 0 }
        }

        mutating func observe(_ value: Double) {
            for (index, bound) in bounds.enumerated() where value <= bound { counts[index] += 1 }
            sum += value
            count += 1
        }
    }

    struct Figures: Sendable, Hashable {
        /// Without errors.
        var succeeded: [Operation: Int] = [:]
        /// With errors, in the whole or in a field.
        var failed: [Operation: Int] = [:]
        /// In milliseconds. Not of subscriptions, which take as long as they are wanted.
        var times: [Operation: Histogram] = [:]
        var unauthenticated = 0
    }

    static let bounds: [Double] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

    private let figures = Mutex(Figures())

    var current: Figures { figures.withLock { $0 } }

    func note(_ report: GraphQLOperationReport) {
        let operation = Operation(report)
        let milliseconds = report.duration / .milliseconds(1)
        figures.withLock { figures in
            if report.errors == 0 {
                figures.succeeded[operation, default: 0] += 1
            } else {
                figures.failed[operation, default: 0] += 1
            }
            guard report.kind != .subscription else { return }
            figures.times[operation, default: Histogram(bounds: Self.bounds)].observe(milliseconds)
        }
    }

    func noteUnauthenticated() { figures.withLock { $0.unauthenticated += 1 } }
}

extension RequestFigures.Operation {
    init(_ report: GraphQLOperationReport) {
        let known = report.rootFields.count == 1 && CenterAPI.operationNames.contains(report.rootFields[0])
        self.init(name: known ? report.rootFields[0] : "other", kind: report.kind?.rawValue ?? "none")
    }
}
