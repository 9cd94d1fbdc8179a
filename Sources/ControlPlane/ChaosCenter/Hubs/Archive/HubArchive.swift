import AsyncHTTPClient
import Host
import NIOCore
import NIOHTTP1

/// Fetches a hub that is a zip archive behind a URL.
struct HubArchive: Sendable {
    static let contentType = "application/zip"
    /// How many are followed.
    static let redirects = 5

    let settings: ChaosCenterSettings

    /// - Throws: `CenterError.invalid` for what is no `http` URL.
    static func check(_ url: String) throws(CenterError) { _ = try ArchiveAddress(url) }

    /// Downloads and unpacks into a directory that is not there yet. Nothing is left of it after an error.
    /// - Throws: `CenterError`.
    func fetch(_ url: String, into directory: String) async throws {
        let bytes = try await download(try ArchiveAddress(url))
        let limits = ZipArchive.Limits(unpacked: settings.hubArchiveSize.multipliedOrMax(by: 20), entries: 10_000)
        do {
            try await KernelThread.run { try ZipArchive(bytes, limits).unpack(into: directory) }
        } catch {
            try? FileTree.remove(directory)
            guard let reason = error as? ZipArchive.Failure else { throw error }
            throw CenterError.unavailable("the archive: \(reason)")
        }
    }

    private enum Answer {
        case archive([UInt8])
        case moved(to: ArchiveAddress)
    }

    private func download(_ first: ArchiveAddress) async throws -> [UInt8] {
        let deadline = NIODeadline.now() + TimeAmount(settings.gitTimeout)
        var address = first
        for _ in 0...Self.redirects {
            switch try await answer(address, deadline) {
            case .archive(let bytes): return bytes
            case .moved(to: let next): address = next
            }
        }
        throw CenterError.unavailable("the server redirects more than \(Self.redirects) times")
    }

    /// Asks a host that may be asked, at the address that was checked.
    private func answer(_ archive: ArchiveAddress, _ deadline: NIODeadline) async throws -> Answer {
        let addresses = try await RemoteHost(name: archive.host).addresses(
            allowsLocal: settings.allowsLocalRepositories)
        guard let address = addresses.first(where: \.isIPv4) ?? addresses.first else {
            throw CenterError.unavailable("the host '\(archive.host)' has no address")
        }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.dnsOverride = [archive.host: "\(address)"]
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await read(archive, client, deadline)
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func read(_ archive: ArchiveAddress, _ client: HTTPClient, _ deadline: NIODeadline) async throws -> Answer {
        var request = HTTPClientRequest(url: archive.url)
        request.headers.add(name: "accept", value: Self.contentType)
        let limit = settings.hubArchiveSize
        do {
            let response = try await client.execute(request, deadline: deadline)
            if [301, 302, 303, 307, 308].contains(response.status.code) {
                return .moved(to: try archive.redirected(to: response.headers.first(name: "location") ?? ""))
            }
            guard response.status == .ok else {
                throw CenterError.unavailable("the server answered \(response.status.code)")
            }
            let type = response.headers.first(name: "content-type") ?? ""
            guard type.prefix(while: { $0 != ";" }).lowercased().trimmingBlanks() == Self.contentType else {
                throw CenterError.unavailable(
                    "the content type is '\(type.prefix(100))' and not \(Self.contentType)")
            }
            var bytes: [UInt8] = []
            for try await part in response.body {
                guard bytes.count + part.readableBytes <= limit else {
                    throw CenterError.unavailable("the archive is larger than the \(limit) bytes that are allowed")
                }
                bytes.append(contentsOf: part.readableBytesView)
            }
            return .archive(bytes)
        } catch let error as CenterError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw CenterError.unavailable("\(error)")
        }
    }
}

extension Int {
    fileprivate func multipliedOrMax(by factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
