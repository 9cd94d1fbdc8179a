import Crypto
import SwiftASN1
import X509

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A self-signed P-256 certificate authority that issues the API server's certificates.
public struct CertificateAuthority: Sendable, Hashable {
    /// The certificate, PEM: what a kubeconfig carries and clients trust.
    public var certificatePEM: String
    /// Its private key, PEM.
    public var keyPEM: String

    public init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }

    static let yearsValid = 30

    /// A new authority, valid for thirty years from yesterday (clocks differ).
    public static func generate(now: Date = Date()) throws -> CertificateAuthority {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            CommonName("litmus-ca")
            OrganizationName("litmus")
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-day),
            notValidAfter: now.addingTimeInterval(365 * day * Double(yearsValid)),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: .init(key.publicKey))
            }, issuerPrivateKey: .init(key))
        return CertificateAuthority(
            certificatePEM: try certificate.serializeAsPEM().pemString, keyPEM: key.pemRepresentation)
    }

    /// A server certificate for `names` (DNS names and IP addresses), valid as long as the authority is at most.
    /// - Throws: `CredentialsError.unreadable` when the authority's PEM is.
    public func issueServerCertificate(
        names: [String], now: Date = Date()
    ) throws -> (certificatePEM: String, keyPEM: String) {
        let (issuer, issuerKey) = try parsed()
        let key = P256.Signing.PrivateKey()
        let alternatives = SubjectAlternativeNames(names.map(Self.generalName))
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-Self.day),
            notValidAfter: min(issuer.notValidAfter, now.addingTimeInterval(365 * Self.day * 10)),
            issuer: issuer.subject, subject: try DistinguishedName { CommonName("kube-apiserver") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: .init(key.publicKey))
                alternatives
            }, issuerPrivateKey: .init(issuerKey))
        return (try certificate.serializeAsPEM().pemString, key.pemRepresentation)
    }

    private static let day: Double = 86_400

    private func parsed() throws -> (Certificate, P256.Signing.PrivateKey) {
        do {
            return (
                try Certificate(pemEncoded: certificatePEM), try P256.Signing.PrivateKey(pemRepresentation: keyPEM)
            )
        } catch {
            throw CredentialsError.unreadable(part: "certificate authority", reason: "\(error)")
        }
    }

    private static func generalName(_ name: String) -> GeneralName {
        if let address = IPAddress.bytes(name) { return .ipAddress(ASN1OctetString(contentBytes: address[...])) }
        return .dnsName(name)
    }
}
