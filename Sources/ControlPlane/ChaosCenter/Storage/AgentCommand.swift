import AgentProtocol
import CoreFoundation
import DocumentStore
import Foundation

/// Something that an agent is told to do. It lives inside the document that it is about, so that both change at once.
struct AgentCommand: Codable, Sendable, Hashable {
    enum State: String, Codable, Sendable {
        /// To be sent, and sent again until it is acknowledged.
        case open
        /// Done, or sent to an agent that cannot acknowledge.
        case done
        /// The agent could not do it: `reason`.
        case failed
        /// Nobody took it in time.
        case expired
    }

    /// The request id of the action. Sorts by the time at which it was made.
    var id: String
    /// The infrastructure's id while the command is open, nil afterwards: what the outbox looks for.
    var openFor: String?
    var type: ActionType
    /// YAML or JSON of a Kubernetes object.
    var manifest: String?
    var externalData: String?
    var namespace: String?
    var username: String?
    var state: State
    /// Milliseconds since 1970.
    var createdAt: Int64
    var expiresAt: Int64
    /// When it was last sent.
    var sentAt: Int64?
    var attempts: Int?
    var reason: String?
    /// Of one that failed or expired: the run that it is about has been told.
    var isReported: Bool?

    enum CodingKeys: String, CodingKey {
        case id, type, manifest, namespace, username, state, attempts, reason
        case openFor = "open_for"
        case externalData = "external_data"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case sentAt = "sent_at"
        case isReported = "is_reported"
    }

    /// A new command for an infrastructure. Store it inside the document that it is about, then call
    /// `AgentService.wake`.
    /// - Parameter now: milliseconds since 1970.
    init(
        _ type: ActionType, for infraID: String, now: Int64, lifetime: Duration, manifest: String? = nil,
        externalData: String? = nil, namespace: String? = nil, username: String? = nil
    ) {
        id = Self.newID()
        openFor = infraID
        self.type = type
        self.manifest = manifest
        self.externalData = externalData
        self.namespace = namespace
        self.username = username
        state = .open
        createdAt = now
        expiresAt = now + lifetime.milliseconds
    }

    /// Nanoseconds since 1970 and something random, in hexadecimal digits: a stop must not overtake the start that was
    /// made in the same second.
    private static func newID() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let nanoseconds = UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
        return digits(nanoseconds, 16) + digits(UInt64(UInt32.random(in: 0...UInt32.max)), 8)
    }

    private static func digits(_ number: UInt64, _ count: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    /// As the agent gets it.
    var action: InfraAction {
        InfraAction(
            requestID: id, requestType: type, k8sManifest: manifest ?? "", namespace: namespace ?? "",
            externalData: externalData, username: username)
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
