import DequeModule
import NIOPosix

/// Makes and verifies hashes of passwords on threads that may block, a few at a time: each takes memory, and the
/// cooperative pool must not wait for it.
struct PasswordHasher: Sendable {
    struct Verification: Sendable, Equatable {
        var matches: Bool
        /// The hash is of another kind or of other parameters than new ones are.
        var isOutdated: Bool
    }

    private let parameters: ScryptParameters
    private let turnstile: Turnstile

    /// - Parameter concurrency: hashes at one time. So many times 64 more may wait.
    init(_ parameters: ScryptParameters, concurrency: Int) {
        self.parameters = parameters
        turnstile = Turnstile(width: max(concurrency, 1), waiting: max(concurrency, 1) * 64)
    }

    /// - Throws: `AuthenticationError.busy` when too many wait.
    func hash(_ password: String) async throws -> String {
        let parameters = parameters
        return try await run { try ScryptHash(of: Array(password.utf8), parameters).description }
    }

    /// - Parameter stored: nil where there is no user or no password: then nothing matches.
    /// - Throws: `AuthenticationError.busy` when too many wait.
    func verify(_ password: String, against stored: String?) async throws -> Verification {
        let bytes = Array(password.utf8)
        let parameters = parameters
        if let stored, let bcrypt = Bcrypt(stored) {
            return Verification(matches: try await run { bcrypt.matches(bytes) }, isOutdated: true)
        }
        guard let stored, let hash = ScryptHash(stored) else {
            _ = try await run { try ScryptHash(of: bytes, parameters) }
            return Verification(matches: false, isOutdated: false)
        }
        return Verification(
            matches: try await run { try hash.matches(bytes) }, isOutdated: hash.parameters != parameters)
    }

    private func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await turnstile.enter()
        do {
            let result = try await NIOThreadPool.singleton.runIfActive(body)
            await turnstile.leave()
            return result
        } catch {
            await turnstile.leave()
            throw error
        }
    }
}

/// Lets a few in at a time and a bounded number wait, first come, first served.
private actor Turnstile {
    private var free: Int
    private let capacity: Int
    private var waiting: Deque<CheckedContinuation<Void, Never>> = []

    init(width: Int, waiting capacity: Int) {
        free = width
        self.capacity = capacity
    }

    func enter() async throws(AuthenticationError) {
        if free > 0 {
            free -= 1
            return
        }
        guard waiting.count < capacity else { throw .busy }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if let next = waiting.popFirst() { next.resume() } else { free += 1 }
    }
}
