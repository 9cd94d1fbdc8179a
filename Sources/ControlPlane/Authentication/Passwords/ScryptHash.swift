import Crypto
import CryptoExtras
import Foundation

/// How dear a guess of a password is (RFC 7914). One hash takes `128 · 2^logN · blockSize` bytes of memory.
public struct ScryptParameters: Sendable, Hashable {
    /// Binary logarithm of the number of blocks: 1 to 20.
    public var logN: Int
    /// In units of 128 bytes: 1 to 32.
    public var blockSize: Int
    /// Runs one after another: 1 to 16.
    public var parallelism: Int

    /// Out of range values are taken to the nearest that is allowed.
    public init(logN: Int, blockSize: Int, parallelism: Int) {
        self.logN = min(max(logN, 1), 20)
        self.blockSize = min(max(blockSize, 1), 32)
        self.parallelism = min(max(parallelism, 1), 16)
    }

    /// 32 MiB and three runs, one of the settings that OWASP's Password Storage Cheat Sheet calls equally strong.
    public static let standard = ScryptParameters(logN: 15, blockSize: 8, parallelism: 3)
}

/// A password's hash with all that it takes to verify it: `$scrypt$ln=15,r=8,p=3$SALT$KEY`, base64 without padding.
struct ScryptHash: Equatable, CustomStringConvertible {
    let parameters: ScryptParameters
    let salt: [UInt8]
    let key: [UInt8]

    /// Takes its time and memory: call it on a thread that may block.
    init(of password: [UInt8], _ parameters: ScryptParameters) throws {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.parameters = parameters
        self.salt = salt
        key = try Self.derive(password, salt: salt, count: 32, parameters)
    }

    /// - Returns: nil when the text is no such hash.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let salt = Self.bytes(parts[3]),
            let key = Self.bytes(parts[4]), (8...64).contains(salt.count), (16...64).contains(key.count)
        else { return nil }
        var numbers: [Substring: Int] = [:]
        for setting in parts[2].split(separator: ",") {
            let pair = setting.split(separator: "=")
            guard pair.count == 2, let number = Int(pair[1]) else { return nil }
            numbers[pair[0]] = number
        }
        guard let logN = numbers["ln"], let blockSize = numbers["r"], let parallelism = numbers["p"] else { return nil }
        let parameters = ScryptParameters(logN: logN, blockSize: blockSize, parallelism: parallelism)
        guard parameters.logN == logN, parameters.blockSize == blockSize, parameters.parallelism == parallelism else {
            return nil
        }
        self.parameters = parameters
        self.salt = salt
        self.key = key
    }

    /// Takes its time and memory, as `init(of:)`.
    func matches(_ password: [UInt8]) throws -> Bool {
        ConstantTime.equal(try Self.derive(password, salt: salt, count: key.count, parameters), key)
    }

    var description: String {
        "$scrypt$ln=\(parameters.logN),r=\(parameters.blockSize),p=\(parameters.parallelism)"
            + "$\(Self.text(salt))$\(Self.text(key))"
    }

    static func derive(
        _ password: [UInt8], salt: [UInt8], count: Int, _ parameters: ScryptParameters
    ) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: count, rounds: 1 << parameters.logN,
            blockSize: parameters.blockSize, parallelism: parameters.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text + padding).map(Array.init)
    }
}
