import FuzzTesting

/// Makes WebSocket frames as they should be and as they should not be (RFC 6455, 5.2).
struct FrameForge {
    let messages: Mutator

    static func handshake(_ subprotocol: String?) -> [UInt8] {
        let offer = subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? ""
        return Array(
            ("GET /query HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(offer)\r\n").utf8)
    }

    /// - Parameter length: what the frame says of its payload's length, which need not be true.
    static func frame(
        _ opcode: UInt8, _ payload: [UInt8], fin: Bool = true, reserved: UInt8 = 0, isMasked: Bool = true,
        length: UInt64? = nil, widest: Bool = false
    ) -> [UInt8] {
        var bytes: [UInt8] = [(fin ? 0x80 : 0) | reserved << 4 | opcode]
        let length = length ?? UInt64(payload.count)
        let mask: UInt8 = isMasked ? 0x80 : 0
        if widest || length > 0xFFFF {
            bytes.append(mask | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
        } else if length > 125 {
            bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        } else {
            bytes.append(mask | UInt8(length))
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 & 3] }
    }

    /// Some frames, some of them bad.
    func frames(_ random: inout FuzzGenerator) -> [UInt8] {
        var bytes = Self.frame(1, Array(#"{"type":"connection_init"}"#.utf8))
        for _ in 0..<(1 + random.number(8)) { bytes += part(&random) }
        // A close frame at the end shows whether the server still listens.
        if random.chance(30) { bytes += Self.frame(8, [0x03, 0xE8]) }
        switch random.number(5) {
        case 0: bytes.removeLast(random.number(bytes.count))
        case 1: bytes[random.number(bytes.count)] ^= 1 << UInt8(random.number(8))
        case 2: bytes.insert(UInt8(random.number(256)), at: random.number(bytes.count))
        default: break
        }
        return bytes
    }

    private func part(_ random: inout FuzzGenerator) -> [UInt8] {
        let message = messages.input(&random)
        let garbage = (0..<random.number(130)).map { _ in UInt8(random.number(256)) }
        switch random.number(18) {
        case 0...4: return Self.frame(1, message)
        case 5: return fragments(message, interleaved: Self.frame(9, Array(garbage.prefix(125))), &random)
        // A message that begins before the last one has ended; one that goes on without a beginning.
        case 6: return Self.frame(1, message, fin: false) + Self.frame(1, message)
        case 7: return Self.frame(0, message, fin: random.chance(50))
        case 8: return fragments(message, interleaved: Self.frame(UInt8(random.number(16)), message), &random)
        // Control frames: too long, in pieces, unknown.
        case 9: return Self.frame(random.pick([8, 9, 10]), garbage + garbage)
        case 10: return Self.frame(random.pick([8, 9, 10]), Array(garbage.prefix(125)), fin: false)
        case 11: return Self.frame(random.pick([3, 4, 7, 11, 15]), garbage)
        case 12: return Self.frame(1, message, isMasked: false)
        case 13: return Self.frame(1, message, reserved: UInt8(1 + random.number(7)))
        case 14: return Self.frame(1, message + random.pick([[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF5, 0x80]]))
        case 15:
            let length = random.pick([0x10001, 0x7FFF_FFFF, 1 << 32, 1 << 62, UInt64(Int64.max), .max, 1 << 63])
            return Self.frame(random.pick([1, 2, 9]), garbage, length: length, widest: true)
        case 16: return Self.frame(2, message, widest: true)
        default: return Self.frame(8, Array(garbage.prefix(random.number(126))))
        }
    }

    private func fragments(_ message: [UInt8], interleaved: [UInt8], _ random: inout FuzzGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = message[...]
        var opcode: UInt8 = 1
        repeat {
            let piece = rest.prefix(random.number(max(2, message.count / 3)))
            rest = rest.dropFirst(piece.count)
            let isLast = rest.isEmpty || random.chance(5)
            bytes += Self.frame(opcode, Array(piece), fin: isLast)
            if !isLast, random.chance(40) { bytes += interleaved }
            if isLast { break }
            opcode = 0
        } while true
        return bytes
    }
}
