import Glibc
import Host

/// Unpacks a zip archive (PKWARE's APPNOTE 6.3) that a stranger may have made: regular files and folders below one
/// directory, within limits. Files are stored or deflated; without encryption, several volumes or ZIP64, which archives
/// of this size do not need.
struct ZipArchive {
    struct Limits: Sendable {
        /// Bytes of all files together.
        var unpacked: Int
        var entries: Int
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    struct Entry {
        var name: String
        var isFolder: Bool
        var method: Int
        var checksum: UInt32
        var packedSize: Int
        var size: Int
        /// Of its local header.
        var offset: Int
    }

    private static let endSignature: UInt32 = 0x0605_4B50
    private static let centralSignature: UInt32 = 0x0201_4B50
    private static let localSignature: UInt32 = 0x0403_4B50

    let entries: [Entry]
    private let bytes: [UInt8]

    /// - Throws: `Failure`; nothing has been written then.
    init(_ bytes: [UInt8], _ limits: Limits) throws {
        self.bytes = bytes
        entries = try Self.entries(of: bytes, limits)
    }

    // MARK: Directory

    private static func entries(of bytes: [UInt8], _ limits: Limits) throws -> [Entry] {
        let reader = LittleEndian(bytes)
        let end = try endOfDirectory(reader)
        let count = try reader.short(at: end + 10)
        guard try reader.short(at: end + 4) == 0, count != 0xFFFF else {
            throw Failure(description: "several volumes, or ZIP64")
        }
        guard count <= limits.entries else {
            throw Failure(description: "more than the \(limits.entries) files that are allowed")
        }
        var position = try reader.size(at: end + 16)
        var total = 0
        var entries: [Entry] = []
        for _ in 0..<count {
            let (entry, length) = try entry(at: position, reader)
            total += entry.size
            guard total <= limits.unpacked else {
                throw Failure(
                    description: "more than the \(limits.unpacked) bytes that are allowed when it is unpacked")
            }
            entries.append(entry)
            position += length
        }
        return entries
    }

    /// At the end of the archive, before a comment of at most 65535 bytes.
    private static func endOfDirectory(_ reader: LittleEndian) throws -> Int {
        var position = reader.count - 22
        let first = max(position - 0xFFFF, 0)
        while position >= first {
            if try reader.word(at: position) == endSignature { return position }
            position -= 1
        }
        throw Failure(description: "this is no zip archive")
    }

    private static func entry(at position: Int, _ reader: LittleEndian) throws -> (Entry, length: Int) {
        guard try reader.word(at: position) == centralSignature else {
            throw Failure(description: "its directory is damaged")
        }
        let nameLength = try reader.short(at: position + 28)
        let length = 46 + nameLength + (try reader.short(at: position + 30)) + (try reader.short(at: position + 32))
        let name = String(decoding: try reader.slice(at: position + 46, nameLength), as: UTF8.self)
        try check(name)
        guard try reader.short(at: position + 8) & 1 == 0 else { throw Failure(description: "'\(name)' is encrypted") }
        // The upper half of the external attributes is the mode of Unix, where the archive was made there.
        let kind = Int(try reader.word(at: position + 38) >> 16) & 0xF000
        guard [0, 0x8000, 0x4000].contains(kind) else {
            throw Failure(description: "'\(name)' is neither a file nor a folder")
        }
        let entry = Entry(
            name: name, isFolder: name.hasSuffix("/"), method: try reader.short(at: position + 10),
            checksum: try reader.word(at: position + 16), packedSize: try reader.size(at: position + 20),
            size: try reader.size(at: position + 24), offset: try reader.size(at: position + 42))
        return (entry, length)
    }

    /// A path below the directory.
    private static func check(_ name: String) throws {
        var parts = name.split(separator: "/", omittingEmptySubsequences: false)
        if parts.last == "" { parts.removeLast() }
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
                && part.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\\" && $0 != "\u{FFFD}" }
        }
        guard isSafe, !parts.isEmpty, name.utf8.count <= 1024, parts.count <= 32 else {
            throw Failure(description: "'\(name.prefix(100))' is no path below a folder")
        }
    }

    // MARK: Contents

    /// - Throws: `Failure`, `HostError`. What was written before stays.
    func unpack(into directory: String) throws {
        try FileTree.makeDirectories(directory, mode: 0o755)
        for entry in entries {
            let path = "\(directory)/\(entry.name)"
            if entry.isFolder {
                try FileTree.makeDirectories(String(path.dropLast()))
            } else {
                if let slash = path.lastIndex(of: "/") { try FileTree.makeDirectories(String(path[..<slash])) }
                try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL).writeAll(try content(of: entry))
            }
        }
    }

    func content(of entry: Entry) throws -> [UInt8] {
        let reader = LittleEndian(bytes)
        guard try reader.word(at: entry.offset) == Self.localSignature else {
            throw Failure(description: "'\(entry.name)' is not where the directory says")
        }
        let start =
            entry.offset + 30 + (try reader.short(at: entry.offset + 26))
            + (try reader.short(at: entry.offset + 28))
        let packed = try reader.slice(at: start, entry.packedSize)
        let content: [UInt8]
        switch entry.method {
        case 0: content = Array(packed)
        case 8:
            var inflater = Inflater(packed, limit: entry.size)
            content = try inflater.inflate()
        default: throw Failure(description: "'\(entry.name)' is packed by a method that is not known")
        }
        guard content.count == entry.size, Checksum.crc32(content) == entry.checksum else {
            throw Failure(description: "'\(entry.name)' is damaged")
        }
        return content
    }
}

/// Reads numbers of an archive, whose least significant byte comes first.
private struct LittleEndian {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func slice(at position: Int, _ length: Int) throws -> ArraySlice<UInt8> {
        guard position >= 0, length >= 0, position <= bytes.count, length <= bytes.count - position else {
            throw ZipArchive.Failure(description: "it ends too early")
        }
        return bytes[position..<(position + length)]
    }

    func short(at position: Int) throws -> Int {
        try slice(at: position, 2).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func word(at position: Int) throws -> UInt32 {
        try slice(at: position, 4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    func size(at position: Int) throws -> Int { Int(try word(at: position)) }
}

enum Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    /// As zip archives have it (ISO 3309).
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        let table = table
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
        return value ^ 0xFFFF_FFFF
    }
}
