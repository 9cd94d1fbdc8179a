import KubernetesAPI
import Logging
import ServiceLifecycle
import Testing

@testable import APIServerHTTP

@Suite struct ListeningTests {
    private static func server(_ addresses: [APIServerHTTP.Address]) throws -> APIServerHTTP {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try APIServerHTTP(
            backend: FakeBackend(),
            configuration: .init(addresses: addresses, credentials: try ClusterCredentials.generate()), logger: logger)
    }

    @Test("Every address is listened on, and told with its port, in order")
    func severalAddresses() async throws {
        let server = try Self.server([.init(host: "127.0.0.1", port: 0), .init(host: "::1", port: 0)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            let bound = try await server.boundAddresses
            #expect(bound.map(\.host) == ["127.0.0.1", "::1"])
            #expect(bound.allSatisfy { $0.port > 0 })
            #expect(bound[1].description == "[::1]:\(bound[1].port)")
            group.cancelAll()
        }
    }

    @Test("An address in use is named in the error, to those who wait for the addresses too")
    func inUse() async throws {
        let first = try Self.server([.init(host: "127.0.0.1", port: 0)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await first.run() }
            let taken = try #require(try await first.boundAddresses.first)
            let second = try Self.server([.init(host: "127.0.0.1", port: 0), taken])
            let error = await #expect(throws: APIServerHTTPError.self) { try await second.run() }
            #expect(error.map { "\($0)" }?.hasPrefix("cannot listen on \(taken): ") == true)
            await #expect(throws: APIServerHTTPError.self) { try await second.boundAddresses }
            group.cancelAll()
        }
    }

    @Test("Credentials that cannot be read are refused before anything is served")
    func badCredentials() throws {
        var credentials = try ClusterCredentials.generate()
        credentials.serviceAccountKeyPEM = "nonsense"
        #expect(throws: CredentialsError.self) {
            try APIServerHTTP(
                backend: FakeBackend(), configuration: .init(credentials: credentials), logger: Logger(label: "test"))
        }
    }
}
