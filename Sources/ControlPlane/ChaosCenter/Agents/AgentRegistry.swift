import Synchronization

/// The agents that are connected to this process, one connection an infrastructure.
final class AgentRegistry: Sendable {
    private let links = Mutex<[String: AgentLink]>([:])

    /// - Returns: the connection whose place this one takes.
    func insert(_ link: AgentLink) -> AgentLink? {
        links.withLock { links in
            let older = links[link.infraID]
            links[link.infraID] = link
            return older
        }
    }

    /// Takes a connection out, unless a newer one has its place.
    func remove(_ link: AgentLink) {
        links.withLock { links in
            if links[link.infraID] === link { links[link.infraID] = nil }
        }
    }

    subscript(infraID: String) -> AgentLink? { links.withLock { $0[infraID] } }

    var all: [AgentLink] { links.withLock { Array($0.values) } }

    var isEmpty: Bool { links.withLock(\.isEmpty) }
}
