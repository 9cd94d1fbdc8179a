import Crypto
import KubernetesAPI

/// The secrets that make a cluster the same cluster after a restart: its certificate authority, the administrator's
/// token and the key that signs service account tokens. Whoever owns the database stores them; kubeconfigs and tokens
/// given out earlier then keep working.
public struct ClusterCredentials: Sendable, Hashable, CustomStringConvertible {
    public var authority: CertificateAuthority
    /// The administrator's bearer token: 256 random bits in hexadecimal digits.
    public var adminToken: String
    /// The P-256 private key that signs service account tokens (ES256), PEM.
    public var serviceAccountKeyPEM: String

    public init(authority: CertificateAuthority, adminToken: String, serviceAccountKeyPEM: String) {
        self.authority = authority
        self.adminToken = adminToken
        self.serviceAccountKeyPEM = serviceAccountKeyPEM
    }

    /// New random credentials.
    public static func generate() throws -> ClusterCredentials {
        ClusterCredentials(
            authority: try CertificateAuthority.generate(),
            adminToken: RandomToken.hexadecimal(bits: 256),
            serviceAccountKeyPEM: P256.Signing.PrivateKey().pemRepresentation)
    }

    /// The form to store, which holds the private keys.
    public var json: JSON {
        [
            "caCertificate": .string(authority.certificatePEM), "caKey": .string(authority.keyPEM),
            "adminToken": .string(adminToken), "serviceAccountKey": .string(serviceAccountKeyPEM),
        ]
    }

    /// Reads back what `json` wrote.
    /// - Throws: `CredentialsError` naming the part that is missing.
    public init(json: JSON) throws {
        func part(_ name: String) throws -> String {
            guard let text = json[name].string, !text.isEmpty else { throw CredentialsError.missing(name) }
            return text
        }
        authority = CertificateAuthority(certificatePEM: try part("caCertificate"), keyPEM: try part("caKey"))
        adminToken = try part("adminToken")
        serviceAccountKeyPEM = try part("serviceAccountKey")
    }

    /// Without the secrets, so that they never reach a log.
    public var description: String { "ClusterCredentials(…)" }
}

public enum CredentialsError: Error, Sendable, Equatable, CustomStringConvertible {
    case missing(String)
    case unreadable(part: String, reason: String)
    case kubeconfig(path: String, reason: String)

    public var description: String {
        switch self {
        case .missing(let part):
            "the stored cluster credentials have no \"\(part)\"; remove the data directory to start a new cluster"
        case .unreadable(let part, let reason):
            "the stored cluster credentials are damaged: \(part): \(reason); "
                + "remove the data directory to start a new cluster"
        case .kubeconfig(let path, let reason): "cannot write the kubeconfig \(path): \(reason)"
        }
    }
}

enum RandomToken {
    static func hexadecimal(bits: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return String((0..<bits / 4).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }
}
