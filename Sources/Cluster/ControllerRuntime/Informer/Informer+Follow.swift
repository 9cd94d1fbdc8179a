import KubernetesAPI
import Logging

extension Informer {
    private enum Following {
        /// The server no longer keeps our version, or something is wrong: list again.
        case listAgain
        case watchForbidden
    }

    /// Lists, then watches from there, again after each failure, until cancelled.
    func follow() async { await follow { _ in } }

    /// - Parameter onFailure: told of each list that failed; what it throws ends the following.
    func follow(onFailure: (any Error) throws -> Void) async rethrows {
        var backoff = Backoff(base: .milliseconds(50), limit: .seconds(30), jitter: 0.2)
        var hasWarned = false
        while !Task.isCancelled {
            do {
                _ = try await listAll()
                backoff.reset()
                switch try await watch() {
                case .listAgain: continue
                case .watchForbidden:
                    if !hasWarned {
                        hasWarned = true
                        logger.warning(
                            "watching is forbidden: listing at intervals instead; grant the verb watch for fast reactions"
                        )
                    }
                    try await poll()
                }
            } catch {
                if Task.isCancelled { return }
                try onFailure(error)
                logger.warning("list failed, trying again", metadata: ["error": "\(error)"])
                guard (try? await time.sleep(backoff.next())) != nil else { return }
            }
        }
    }

    /// - Returns: whether the list differed from what was known.
    private func listAll() async throws -> Bool {
        var options = ListOptions(labelSelector: labels, fieldSelector: fields, limit: 500)
        var items: [JSON] = []
        while true {
            let chunk: ObjectList
            do {
                chunk = try await client.list(type.gvr, namespace: namespace, options: options)
            } catch let status as Status where status.isExpired && options.continueToken != nil {
                items = []
                options.continueToken = nil
                continue
            }
            items += chunk.items
            guard let token = chunk.continueToken, !token.isEmpty else {
                return replace(with: items, version: chunk.resourceVersion)
            }
            options.continueToken = token
        }
    }

    /// Watches, and resumes after each end, until listing is needed.
    private func watch() async throws -> Following {
        var backoff = Backoff(base: .milliseconds(20), limit: .seconds(10), jitter: 0.2)
        while true {
            var sawEvent = false
            do {
                let events = try await client.watch(type.gvr, namespace: namespace, options: watchOptions)
                for try await event in events {
                    sawEvent = true
                    apply(event)
                }
                try Task.checkCancellation()
            } catch let status as Status where status.isExpired {
                return .listAgain
            } catch let status as Status where status.isForbidden || status.code == 405 {
                return .watchForbidden
            } catch let status as Status where status.isNotFound {
                throw status
            } catch {
                try Task.checkCancellation()
                logger.debug("watch failed, resuming", metadata: ["error": "\(error)"])
            }
            if sawEvent { backoff.reset() }
            try await time.sleep(backoff.next())
        }
    }

    private var watchOptions: ListOptions {
        ListOptions(
            labelSelector: labels, fieldSelector: fields, resourceVersion: resourceVersion, allowWatchBookmarks: true)
    }

    /// Lists again and again; pauses grow from 200 ms to 5 s as long as nothing changes. After a minute it returns, for
    /// the verb watch may have been granted since.
    /// - Throws: what a list failed with, whose back-off is that of any list.
    private func poll() async throws {
        var backoff = Backoff(base: .milliseconds(200), factor: 1.5, limit: .seconds(5))
        let end = time.now() + .seconds(60)
        while time.now() < end {
            try await time.sleep(backoff.next())
            if try await listAll() { backoff.reset() }
        }
    }
}
