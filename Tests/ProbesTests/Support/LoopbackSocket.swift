import Glibc
import Host

/// A TCP port of the loopback address that takes connections and never answers, or, once closed, refuses them.
final class LoopbackSocket: Sendable {
    let port: UInt16
    private let number: Int32

    init() throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw HostError("open a socket", reason: String(cString: strerror(errno))) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(number, address, length) == 0 && listen(number, 8) == 0
                    && getsockname(number, address, &length) == 0
            }
        }
        guard isListening else {
            let reason = String(cString: strerror(errno))
            close(number)
            throw HostError("listen on the loopback address", reason: reason)
        }
        self.number = number
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(number) }

    /// A port on which nobody listens.
    static func closedPort() throws -> UInt16 { try LoopbackSocket().port }
}
