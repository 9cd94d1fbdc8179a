import Crypto
import CryptoExtras
import Foundation

/// A key pair for a repository's deploy key.
struct SSHKeyPair: Sendable {
    /// A line of `authorized_keys`.
    let publicKey: String
    /// PEM, as `ssh` reads it.
    let privateKey: String

    /// An RSA key of 4096 bits. Takes a second and blocks the thread.
    static func generate() throws -> SSHKeyPair {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits4096)
        let numbers = try key.publicKey.getKeyPrimitives()
        let blob = field(Data("ssh-rsa".utf8)) + number(numbers.publicExponent) + number(numbers.modulus)
        return SSHKeyPair(
            publicKey: "ssh-rsa \(blob.base64EncodedString()) litmus", privateKey: key.pemRepresentation + "\n")
    }

    /// `string` of RFC 4251 section 5.
    private static func field(_ data: Data) -> Data {
        withUnsafeBytes(of: UInt32(data.count).bigEndian) { Data($0) } + data
    }

    /// `mpint` of RFC 4251 section 5, of a number that is not negative.
    private static func number(_ bytes: Data) -> Data {
        let digits = bytes.drop { $0 == 0 }
        let isNegative = digits.first.map { $0 & 0x80 != 0 } ?? false
        return field((isNegative ? Data([0]) : Data()) + digits)
    }
}
