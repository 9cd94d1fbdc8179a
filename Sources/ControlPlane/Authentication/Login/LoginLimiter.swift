import Foundation
import Synchronization

/// Counts failed logins of users and addresses, and locks out those with too many.
///
/// An attempt counts as failed from its beginning, so that many at once are not looked at either; a success takes that
/// back. Counts are this process's own, and their number is bounded.
final class LoginLimiter: Sendable {
    private struct Failures {
        var count = 0
        var last = Date.distantPast
        var lockedUntil = Date.distantPast
    }

    private struct State {
        var users: RecentlyUsed<Failures>
        var addresses: RecentlyUsed<Failures>
    }

    private let limits: LoginLimits
    private let state: Mutex<State>

    init(_ limits: LoginLimits) {
        self.limits = limits
        state = Mutex(
            State(
                users: RecentlyUsed(capacity: limits.capacity), addresses: RecentlyUsed(capacity: limits.capacity)))
    }

    /// Counts an attempt.
    /// - Parameter address: of the client; nil where it is not known.
    /// - Throws: `AuthenticationError.tooManyAttempts` when it is not to be looked at.
    func begin(user: String, address: String?, at now: Date) throws(AuthenticationError) {
        let wait = state.withLock { state -> TimeInterval? in
            let waits = [
                state.users[user]?.lockedUntil.timeIntervalSince(now),
                address.flatMap { state.addresses[$0] }?.lockedUntil.timeIntervalSince(now),
            ]
            if let wait = waits.compactMap({ $0 }).max(), wait > 0 { return wait }
            state.users[user] = counted(state.users[user], limit: limits.failuresOfUser, at: now)
            if let address {
                state.addresses[address] = counted(
                    state.addresses[address], limit: limits.failuresOfAddress, at: now)
            }
            return nil
        }
        if let wait { throw .tooManyAttempts(retryAfter: Int(wait.rounded(.up))) }
    }

    /// The attempt was right. Other failures of the address stay: its owner may try more than one user.
    func succeeded(user: String, address: String?) {
        state.withLock { state in
            state.users[user] = nil
            guard let address, var failures = state.addresses[address] else { return }
            failures.count = max(failures.count - 1, 0)
            if failures.count < limits.failuresOfAddress { failures.lockedUntil = .distantPast }
            state.addresses[address] = failures
        }
    }

    /// The attempt was not looked at after all, such as when the server was too busy.
    func withdrawn(user: String, address: String?) {
        state.withLock { state in
            if var failures = state.users[user] {
                failures.count = max(failures.count - 1, 0)
                if failures.count < limits.failuresOfUser { failures.lockedUntil = .distantPast }
                state.users[user] = failures
            }
            if let address, var failures = state.addresses[address] {
                failures.count = max(failures.count - 1, 0)
                if failures.count < limits.failuresOfAddress { failures.lockedUntil = .distantPast }
                state.addresses[address] = failures
            }
        }
    }

    private func counted(_ old: Failures?, limit: Int, at now: Date) -> Failures {
        var failures = old ?? Failures()
        if now.timeIntervalSince(failures.last) > limits.memory.timeInterval { failures = Failures() }
        failures.count += 1
        failures.last = now
        if failures.count >= limit {
            let doublings = Double(min(failures.count - limit, 20))
            let lock = min(limits.firstLock.timeInterval * pow(2, doublings), limits.longestLock.timeInterval)
            failures.lockedUntil = now.addingTimeInterval(lock)
        }
        return failures
    }

    /// How many users and addresses are remembered.
    var count: Int { state.withLock { $0.users.count + $0.addresses.count } }
}

/// A dictionary of at most so many entries, which forgets those that were not used lately.
struct RecentlyUsed<Value> {
    private let half: Int
    private var young: [String: Value] = [:]
    private var old: [String: Value] = [:]

    init(capacity: Int) { half = max(capacity / 2, 1) }

    var count: Int { young.count + old.count }

    subscript(key: String) -> Value? {
        get { young[key] ?? old[key] }
        set {
            old[key] = nil
            young[key] = newValue
            if young.count > half {
                old = young
                young = [:]
            }
        }
    }
}
