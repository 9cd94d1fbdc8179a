/// A question of the domain name system, RFC 1035.
struct DNSQuery: Sendable, Hashable {
    var id: UInt16
    var wantsRecursion: Bool
    /// As asked; compare in lower case.
    var labels: [String]
    var type: UInt16
    /// The question as it was sent: an answer repeats it byte by byte.
    var question: [UInt8]
    /// What the asker takes over UDP.
    var udpLimit: Int
    /// The asker sent EDNS(0), RFC 6891.
    var hasOptions: Bool

    /// What is wrong with a message that is no standard query with one question.
    enum Malformed: Error, Sendable, Hashable {
        /// Not even an error can be answered.
        case ignore
        case formatError(id: UInt16)
        case notImplemented(id: UInt16)
    }

    init(parsing bytes: [UInt8]) throws(Malformed) {
        guard bytes.count >= 12 else { throw .ignore }
        func word(_ position: Int) -> UInt16 { UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1]) }
        id = word(0)
        let flags = word(2)
        guard flags & 0x8000 == 0 else { throw .ignore }
        guard flags & 0x7800 == 0 else { throw .notImplemented(id: id) }
        wantsRecursion = flags & 0x0100 != 0
        guard word(4) == 1, let (labels, end) = Self.name(in: bytes, at: 12), end + 4 <= bytes.count else {
            throw .formatError(id: id)
        }
        self.labels = labels
        type = word(end)
        question = Array(bytes[12..<end + 4])
        // The options record is the only one that resolvers add to a question.
        let rest = end + 4
        hasOptions = rest + 11 <= bytes.count && word(10) > 0 && bytes[rest] == 0 && word(rest + 1) == DNSType.options
        udpLimit = hasOptions ? min(max(512, Int(word(rest + 3))), 4096) : 512
    }

    /// Reads an uncompressed name; a question comes first and can point nowhere.
    private static func name(in bytes: [UInt8], at start: Int) -> (labels: [String], end: Int)? {
        var labels: [String] = []
        var position = start
        while position < bytes.count {
            let length = Int(bytes[position])
            position += 1
            if length == 0 { return position - start <= 255 ? (labels, position) : nil }
            guard length < 64, position + length <= bytes.count else { return nil }
            labels.append(String(decoding: bytes[position..<position + length], as: UTF8.self))
            position += length
        }
        return nil
    }
}

enum DNSType {
    static let a: UInt16 = 1
    static let canonicalName: UInt16 = 5
    static let startOfAuthority: UInt16 = 6
    static let pointer: UInt16 = 12
    static let service: UInt16 = 33
    static let options: UInt16 = 41
    static let any: UInt16 = 255
}

/// One resource record of class IN.
struct DNSRecord: Sendable, Hashable {
    enum Data: Sendable, Hashable {
        /// Dotted quad.
        case address(String)
        case canonicalName(String)
        case pointer(String)
        case service(priority: UInt16, weight: UInt16, port: UInt16, target: String)
        case startOfAuthority(server: String, contact: String)
    }

    /// Absolute, without the final dot.
    var name: String
    /// Seconds.
    var ttl: UInt32
    var data: Data
}

/// The answer to a `DNSQuery`.
struct DNSAnswer: Sendable, Hashable {
    enum Code: UInt16, Sendable {
        case noError = 0
        case formatError = 1
        case serverFailure = 2
        case nameError = 3
        case notImplemented = 4
    }

    var code = Code.noError
    var answers: [DNSRecord] = []
    var authority: [DNSRecord] = []
    var additional: [DNSRecord] = []
    var isAuthoritative = true

    /// The message; longer than `limit` bytes it says that it is truncated and has no records.
    func encoded(to query: DNSQuery, limit: Int = 65_535) -> [UInt8] {
        let whole = message(to: query, truncated: false)
        return whole.count <= limit ? whole : message(to: query, truncated: true)
    }

    private func message(to query: DNSQuery, truncated: Bool) -> [UInt8] {
        var flags: UInt16 = 0x8080 | code.rawValue
        if isAuthoritative { flags |= 0x0400 }
        if query.wantsRecursion { flags |= 0x0100 }
        if truncated { flags |= 0x0200 }
        let sections = truncated ? [[], [], []] : [answers, authority, additional]
        var bytes: [UInt8] = []
        let options: UInt16 = query.hasOptions ? 1 : 0
        let counts = sections.map { UInt16($0.count) }
        for word in [query.id, flags, 1, counts[0], counts[1], counts[2] + options] { bytes.append(word: word) }
        bytes += query.question
        for record in sections.joined() { record.encode(into: &bytes, question: query.labels) }
        if query.hasOptions {
            bytes.append(0)
            for word in [DNSType.options, 1232, 0, 0, 0] { bytes.append(word: word) }
        }
        return bytes
    }

    /// The answer to a message whose question could not be read.
    static func error(_ code: Code, id: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [id, 0x8080 | code.rawValue, 0, 0, 0, 0] { bytes.append(word: word) }
        return bytes
    }
}

extension DNSRecord {
    fileprivate func encode(into bytes: inout [UInt8], question: [String]) {
        if name.lowercased() == question.joined(separator: ".").lowercased() {
            // The question's name stands right after the header.
            bytes.append(word: 0xC00C)
        } else {
            bytes.append(name: name)
        }
        bytes.append(word: type)
        bytes.append(word: 1)
        bytes.append(word: UInt16(ttl >> 16))
        bytes.append(word: UInt16(truncatingIfNeeded: ttl))
        let content = content
        bytes.append(word: UInt16(content.count))
        bytes += content
    }

    var type: UInt16 {
        switch data {
        case .address: DNSType.a
        case .canonicalName: DNSType.canonicalName
        case .pointer: DNSType.pointer
        case .service: DNSType.service
        case .startOfAuthority: DNSType.startOfAuthority
        }
    }

    private var content: [UInt8] {
        var bytes: [UInt8] = []
        switch data {
        case .address(let address): bytes = address.split(separator: ".").compactMap { UInt8($0) }
        case .canonicalName(let name), .pointer(let name): bytes.append(name: name)
        case .service(let priority, let weight, let port, let target):
            for word in [priority, weight, port] { bytes.append(word: word) }
            bytes.append(name: target)
        case .startOfAuthority(let server, let contact):
            bytes.append(name: server)
            bytes.append(name: contact)
            // Serial, refresh, retry, expire, and how long a negative answer may be kept: five seconds.
            for number: UInt32 in [1, 7200, 1800, 86_400, 5] {
                bytes.append(word: UInt16(number >> 16))
                bytes.append(word: UInt16(truncatingIfNeeded: number))
            }
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(word: UInt16) {
        append(UInt8(word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }

    fileprivate mutating func append(name: String) {
        for label in name.split(separator: ".") {
            let text = label.utf8.prefix(63)
            append(UInt8(text.count))
            append(contentsOf: text)
        }
        append(0)
    }
}
