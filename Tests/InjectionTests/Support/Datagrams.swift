import Glibc
import Host

@testable import Injection

/// UDP packets between two network namespaces.
struct Datagrams: Sendable {
    var from: NetworkNamespace
    var to: NetworkNamespace
    var address: String
    var port: UInt16 = 9000
    var sourcePort: UInt16 = 0

    struct Result: Hashable {
        var received: Int
        /// Of the sender's calls.
        var errors: Int
    }

    /// Sends `count` packets and says how many arrived. Delivery between two ends of a veth is done when `sendto`
    /// returns or shortly after, so what has not come after a moment of silence is lost.
    func send(_ count: Int) async throws -> Result {
        let receiver = try await socket(in: to)
        try bind(receiver, port: port)
        let sender = try await socket(in: from)
        if sourcePort > 0 { try bind(sender, port: sourcePort) }
        return try await KernelThread.run {
            // At once, not when somebody drops the last reference: the ports are used again.
            defer { for socket in [sender, receiver] { close(socket) } }
            var received = 0
            var errors = 0
            for index in 1...count {
                if !self.sendOne(sender) { errors += 1 }
                // Emptied often, because the receiver's buffer is finite.
                if index % 50 == 0 { received += Self.drain(receiver, patience: 0) }
            }
            if received < count { received += Self.drain(receiver, patience: 10, limit: count - received) }
            return Result(received: received, errors: errors)
        }
    }

    private var isSixth: Bool { address.contains(":") }

    private func socket(in namespace: NetworkNamespace) async throws -> Int32 {
        let family = isSixth ? AF_INET6 : AF_INET
        return try await KernelThread.run(inNamespaces: [namespace.path]) {
            let number = Glibc.socket(family, Int32(SOCK_DGRAM.rawValue), 0)
            guard number >= 0 else { throw HostError("make a socket", code: errno) }
            return number
        }
    }

    private func bind(_ socket: Int32, port: UInt16) throws {
        let status = withAddress(nil, port) { Glibc.bind(socket, $0, $1) }
        guard status == 0 else { throw HostError("bind a socket", String(port), code: errno) }
    }

    private func sendOne(_ socket: Int32) -> Bool {
        withAddress(address, port) { sendto(socket, "x", 1, 0, $0, $1) } == 1
    }

    private func withAddress<Value>(
        _ text: String?, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        if isSixth {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            if let text { inet_pton(AF_INET6, text, &address.sin6_addr) }
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        if let text { inet_pton(AF_INET, text, &address.sin_addr) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func drain(_ socket: Int32, patience: Int32, limit: Int = .max) -> Int {
        var count = 0
        var buffer = [UInt8](repeating: 0, count: 16)
        while count < limit {
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, patience) == 1, recv(socket, &buffer, buffer.count, 0) > 0 else {
                return count
            }
            count += 1
        }
        return count
    }
}

extension TestPod {
    /// From the pod to its peer.
    func outgoing(
        _ address: String = TestPod.peerAddress, port: UInt16 = 9000, sourcePort: UInt16 = 0
    ) -> Datagrams {
        Datagrams(from: network, to: peer, address: address, port: port, sourcePort: sourcePort)
    }

    /// From the peer to the pod.
    func incoming(
        _ address: String = TestPod.address, port: UInt16 = 9000, sourcePort: UInt16 = 0
    ) -> Datagrams {
        Datagrams(from: peer, to: network, address: address, port: port, sourcePort: sourcePort)
    }
}
