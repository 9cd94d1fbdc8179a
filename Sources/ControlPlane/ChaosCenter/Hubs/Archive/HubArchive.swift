import AsyncHTTPClient
import Host
import NIOCore
import NIOHTTP1

/// Fetches a hub that is a zip archive behind a URL.
struct HubArchive: Sendable {
    static let contentType = "application/zip"

    let settings: ChaosCenterSettings

    /// - Throws: `CenterError.invalid` for what is no `http` URL.
    static func check(_ url: String) throws(CenterError) {
        guard let address = try? GitAddress(url, allowsFiles: false), address.transport == .http, address.url == url
        else {
            throw .invalid(
                "repoURL: a remote hub is a zip archive behind a http or https URL without user name, password or token"
            )
        }
    }

    /// Downloads and unpacks into a directory that is not there yet. Nothing is left of it after an error.
    /// - Throws: `CenterError`.
    func fetch(_ url: String, into directory: String) async throws {
        try Self.check(url)
        let bytes = try await download(url)
        let limits = ZipArchive.Limits(unpacked: settings.hubArchiveSize.multipliedOrMax(by: 20), entries: 10_000)
        do {
            try await KernelThread.run { try ZipArchive(bytes, limits).unpack(into: directory) }
        } catch {
            try? FileTree.remove(directory)
            guard let reason = error as? ZipArchive.Failure else { throw error }
            throw CenterError.unavailable("the archive: \(reason)")
        }
    }

    private func download(_ url: String) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: Self.contentType)
        let limit = settings.hubArchiveSize
        let timeout = TimeAmount(settings.gitTimeout)
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: timeout)
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
            return bytes
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
