import Foundation
import NIOSSL

/// The certificate that the Chaos Center shows, and its key.
struct CenterTLS: Sendable {
    let configuration: TLSConfiguration
    /// Nil where nothing is to be said against them.
    let warnings: [String]

    /// - Parameters:
    ///   - certificate: the file with the certificate and those that lead to its authority, PEM.
    ///   - key: the file with its private key, PEM.
    /// - Throws: `CommandError` that names the file and what is wrong with it.
    init(certificate: String, key: String, now: Date = Date()) throws {
        let chain = try Self.certificates(certificate, option: "--tls-certificate")
        let file = try SecretFile(key, option: "--tls-key")
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(bytes: Array(file.text.utf8), format: .pem)
        } catch {
            throw CommandError("--tls-key: \(key) holds no private key in PEM without a passphrase")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw CommandError(
                "--tls-key: the key in \(key) does not belong to the first certificate in \(certificate)")
        }
        self.configuration = configuration
        var warnings: [String] = []
        if file.isExposed { warnings.append("\(key) can be read by others than its owner; chmod 600 it") }
        let end = Date(timeIntervalSince1970: TimeInterval(chain[0].notValidAfter))
        if end < now { warnings.append("the certificate in \(certificate) expired on \(end.formatted(.iso8601))") }
        self.warnings = warnings
    }

    /// The certificates in a file; at least one.
    static func certificates(_ path: String, option: String) throws -> [NIOSSLCertificate] {
        let file = try SecretFile(path, option: option)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(file.text.utf8)), !chain.isEmpty else {
            throw CommandError("\(option): \(path) holds no certificate in PEM")
        }
        return chain
    }
}
