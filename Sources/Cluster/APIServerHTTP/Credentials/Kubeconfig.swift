import Glibc
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The file that tells kubectl where the cluster is and how to be let in.
public enum Kubeconfig {
    /// The text of a kubeconfig with one cluster, one user and one context, all named `litmus`.
    /// - Parameters:
    ///   - server: the URL, such as `https://127.0.0.1:6443`.
    ///   - ca: the certificate authority's certificate, PEM.
    ///   - token: the bearer token.
    public static func text(server: String, ca: String, token: String) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: litmus
        clusters:
        - name: litmus
          cluster:
            server: \(server)
            certificate-authority-data: \(Data(ca.utf8).base64EncodedString())
        contexts:
        - name: litmus
          context:
            cluster: litmus
            user: litmus
        users:
        - name: litmus
          user:
            token: \(token)

        """
    }

    /// Writes the kubeconfig with mode 0600. A reader sees the old file or the new one, never a part.
    /// - Throws: `CredentialsError.kubeconfig`.
    public static func write(_ path: String, server: String, ca: String, token: String) throws {
        let temporary = "\(path).\(RandomToken.hexadecimal(bits: 32)).tmp"
        do throws(CredentialsError) {
            try create(temporary, for: path, Array(text(server: server, ca: ca, token: token).utf8))
            guard rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func create(_ temporary: String, for path: String, _ bytes: [UInt8]) throws(CredentialsError) {
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure(path) }
            written += count
        }
        guard fsync(file) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CredentialsError {
        .kubeconfig(path: path, reason: String(cString: strerror(errno)))
    }
}
