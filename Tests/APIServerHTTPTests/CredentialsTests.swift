import Crypto
import Glibc
import KubernetesAPI
import SwiftASN1
import Testing
import X509

@testable import APIServerHTTP

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct CredentialsTests {
    @Test("Stored credentials come back whole, and are never described with their secrets")
    func roundTrip() throws {
        let credentials = try ClusterCredentials.generate()
        #expect(try ClusterCredentials(json: JSON(parsing: credentials.json.encoded())) == credentials)
        #expect(credentials.adminToken.count == 64)
        #expect(!"\(credentials)".contains(credentials.adminToken))
        var damaged = credentials.json
        damaged["adminToken"] = .null
        #expect(throws: CredentialsError.missing("adminToken")) { try ClusterCredentials(json: damaged) }
    }

    @Test("A server certificate names what it was issued for and is signed by the authority")
    func certificate() throws {
        let authority = try CertificateAuthority.generate()
        let issued = try authority.issueServerCertificate(names: ["localhost", "127.0.0.1", "::1", "10.96.0.1"])
        let certificate = try Certificate(pemEncoded: issued.certificatePEM)
        let root = try Certificate(pemEncoded: authority.certificatePEM)
        #expect(root.publicKey.isValidSignature(certificate.signature, for: certificate))
        let names = try #require(try certificate.extensions.subjectAlternativeNames)
        #expect(names.map(\.description).joined().contains("localhost"))
        #expect(names.count == 4)
        #expect(certificate.notValidAfter > Date().addingTimeInterval(9 * 365 * 86_400))
        #expect(throws: CredentialsError.self) {
            try CertificateAuthority(certificatePEM: "x", keyPEM: "y").issueServerCertificate(names: [])
        }
    }

    @Test("A kubeconfig is written for its owner alone and replaces an older one")
    func kubeconfig() throws {
        let directory = "/tmp/kubeconfig-test-\(UInt64.random(in: 0 ... .max))"
        mkdir(directory, 0o755)
        let path = "\(directory)/config"
        defer {
            unlink(path)
            rmdir(directory)
        }
        try Kubeconfig.write(path, server: "https://127.0.0.1:1", ca: "first", token: "t1")
        try Kubeconfig.write(path, server: "https://127.0.0.1:2", ca: "PEM", token: "t2")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? UInt16 == 0o600)
        let text = try #require(String(data: FileManager.default.contents(atPath: path) ?? Data(), encoding: .utf8))
        let config = try #require(try JSON.documents(yaml: text, source: path).first)
        #expect(config["clusters"].array?.first?["cluster", "server"] == "https://127.0.0.1:2")
        #expect(config["clusters"].array?.first?["cluster", "certificate-authority-data"] == "UEVN")
        #expect(config["users"].array?.first?["user", "token"] == "t2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["config"])
        let error = #expect(throws: CredentialsError.self) {
            try Kubeconfig.write("\(directory)/none/config", server: "", ca: "", token: "")
        }
        #expect(error.map { "\($0)" }?.contains("No such file or directory") == true)
    }
}
