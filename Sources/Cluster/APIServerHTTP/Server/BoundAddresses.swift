import Synchronization

/// Where the server listens, known once all its sockets are bound.
final class BoundAddresses: Sendable {
    private enum State {
        case binding(
            remaining: Int, bound: [Int: APIServerHTTP.Address],
            waiters: [CheckedContinuation<[APIServerHTTP.Address], any Error>])
        case bound([APIServerHTTP.Address])
        case failed(any Error)
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(.binding(remaining: count, bound: [:], waiters: [])) }

    /// Records the address of one socket; the last one wakes those who wait.
    func report(_ address: APIServerHTTP.Address, at index: Int) {
        let (waiters, addresses) = state.withLock {
            state -> ([CheckedContinuation<[APIServerHTTP.Address], any Error>], [APIServerHTTP.Address]) in
            guard case .binding(let remaining, var bound, let waiters) = state else { return ([], []) }
            bound[index] = address
            guard remaining == 1 else {
                state = .binding(remaining: remaining - 1, bound: bound, waiters: waiters)
                return ([], [])
            }
            let addresses = bound.sorted { $0.key < $1.key }.map(\.value)
            state = .bound(addresses)
            return (waiters, addresses)
        }
        for waiter in waiters { waiter.resume(returning: addresses) }
    }

    func fail(_ error: any Error) {
        let waiters = state.withLock { state -> [CheckedContinuation<[APIServerHTTP.Address], any Error>] in
            guard case .binding(_, _, let waiters) = state else { return [] }
            state = .failed(error)
            return waiters
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    var all: [APIServerHTTP.Address] {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<[APIServerHTTP.Address], any Error>? in
                    switch state {
                    case .bound(let addresses): return .success(addresses)
                    case .failed(let error): return .failure(error)
                    case .binding(let remaining, let bound, let waiters):
                        state = .binding(remaining: remaining, bound: bound, waiters: waiters + [continuation])
                        return nil
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }
}
