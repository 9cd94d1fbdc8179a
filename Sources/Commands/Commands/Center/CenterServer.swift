import Authentication
import ChaosCenter
import DocumentStore
import Foundation
import Host
import Logging
import ServiceLifecycle

/// A Chaos Center that serves: its database, the right to it, and the services of this process.
struct CenterServer: Sendable {
    /// How long answers may take once it is told to stop, before the services are cancelled.
    private static let shutdownTime = Duration.milliseconds(1200)

    private let configuration: CenterConfiguration
    private let database: DocumentDatabase
    private let authentication: AuthenticationServer
    private let center: ChaosCenter
    private let logger: Logger

    /// A Chaos Center that answers.
    struct Running: Sendable {
        let url: String
        /// For people.
        let database: String
        /// While nobody has changed the initial password.
        let firstUser: AuthenticationSettings.FirstUser?

        /// For the terminal.
        var greeting: String {
            var text = "The Chaos Center is at \(url)\ndata: \(database)\n"
            if let firstUser {
                text +=
                    "Log in as '\(firstUser.username)' with the password '\(firstUser.password)', "
                    + "which is to be changed first.\n"
            }
            return text
        }
    }

    /// Runs a Chaos Center as long as `body` runs, then stops it and lets the database go.
    /// - Throws: `CommandError` and `DocumentStoreError` in words for the user, and what `body` throws.
    static func with<Value: Sendable>(
        _ configuration: CenterConfiguration, logger: Logger,
        _ body: @escaping @Sendable (Running) async throws -> Value
    ) async throws -> Value {
        let locks = try Locks(configuration)
        let database = try await DocumentDatabase.open(configuration.database)
        let result: Result<Value, any Error>
        do {
            let server = try await open(configuration, database, logger)
            result = .success(try await server.serve(body))
        } catch {
            result = .failure(error)
        }
        await database.close()
        withExtendedLifetime(locks) {}
        return try result.get()
    }

    private static func open(
        _ configuration: CenterConfiguration, _ database: DocumentDatabase, _ logger: Logger
    ) async throws -> CenterServer {
        // Refuses what a newer program wrote, and what a restore left unfinished.
        try await Migrator([]).migrate(database)
        let authentication = try await AuthenticationServer.open(
            database, settings: configuration.authentication, logger: logger)
        let center = try await ChaosCenter.open(
            database, authentication: authentication, settings: configuration.center, logger: logger)
        return CenterServer(
            configuration: configuration, database: database, authentication: authentication, center: center,
            logger: logger)
    }

    private func serve<Value: Sendable>(
        _ body: @escaping @Sendable (Running) async throws -> Value
    ) async throws -> Value {
        let front = try CenterFront(
            configuration: configuration, database: database, authentication: authentication, center: center,
            logger: logger)
        // The last one is stopped first: nothing is taken on any more while the duties end.
        var services = ServiceGroupConfiguration(
            services: [
                .init(service: CenterDuties(center), successTerminationBehavior: .ignore), .init(service: front),
            ], logger: logger.quiet)
        services.maximumGracefulShutdownDuration = Self.shutdownTime
        return try await ServiceGroup(configuration: services).run("the Chaos Center") {
            let address = try await front.address
            return try await body(
                Running(
                    url: url(at: address), database: database.location,
                    firstUser: try await authentication.untouchedFirstUser()))
        }
    }

    private func url(at address: HostPort) -> String {
        if let url = configuration.center.publicURL { return url }
        var address = address
        if ["0.0.0.0", "::"].contains(address.host) { address.host = "localhost" }
        return "\(configuration.tls == nil ? "http" : "https")://\(address)"
    }
}

extension CenterServer {
    /// Agents are connected to one process, and clones of hubs lie in one directory.
    private struct Locks: Sendable {
        private let directory: FileLock
        private let database: DatabaseLock

        /// Makes the directory, readable by its owner alone.
        init(_ configuration: CenterConfiguration) throws {
            let path = configuration.directory
            let lock: FileLock?
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                lock = try FileLock.tryLock(path + "/lock")
            } catch {
                throw CommandError("the data directory \(path) cannot be used: \(error)")
            }
            guard let lock else {
                throw CommandError(
                    "another litmus runs a Chaos Center in \(path); stop it, or choose another --data-dir")
            }
            directory = lock
            database = try DatabaseLock(configuration.database)
        }
    }
}

extension Logger {
    /// For libraries that log what the caller is told anyway.
    var quiet: Logger {
        var quiet = self
        quiet.logLevel = .critical
        return quiet
    }
}
