extension APIClient {
    /// A list page by page, so that no more than one page of it is in memory, however many objects there are.
    ///
    /// - Parameter options: `limit` is the size of a page; 500 where it is nil.
    public func pages(
        _ type: GroupVersionResource, namespace: String? = nil, options: ListOptions = ListOptions()
    ) -> ObjectPages {
        var options = options
        options.limit = options.limit ?? 500
        return ObjectPages(client: self, type: type, namespace: namespace, options: options)
    }

    /// Calls `body` with each matching object, in the order of their keys, with no more than a page of them in memory.
    /// - Throws: `Status`, 410 too when the server forgot the list's state before its end (after five minutes or more);
    ///   what `body` throws.
    public func forEach<R: Resource>(
        _: R.Type, namespace: String? = nil, labels: LabelSelector = .everything,
        fields: FieldSelector = .everything, pageSize: Int = 500, _ body: (R) async throws -> Void
    ) async throws {
        let options = ListOptions(labelSelector: labels, fieldSelector: fields, limit: pageSize)
        for try await page in pages(R.type.gvr, namespace: namespace, options: options) {
            for item in page.items { try await body(R(json: item)) }
        }
    }
}

/// The pages of one list, which all show the state of the first. A page is asked for when it is taken.
///
/// Throws `Status`: 410 when the server no longer keeps that state.
public struct ObjectPages: AsyncSequence, Sendable {
    fileprivate let client: any APIClient
    fileprivate let type: GroupVersionResource
    fileprivate let namespace: String?
    fileprivate let options: ListOptions

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pages: self, next: options) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pages: ObjectPages
        /// What to ask for; nil after the last page.
        fileprivate var next: ListOptions?

        public mutating func next() async throws -> ObjectList? {
            guard var options = next else { return nil }
            let page = try await pages.client.list(pages.type, namespace: pages.namespace, options: options)
            if let token = page.continueToken, !token.isEmpty {
                options.continueToken = token
                // The token says which version.
                options.resourceVersion = ""
                options.resourceVersionMatch = nil
                next = options
            } else {
                next = nil
            }
            return page
        }
    }
}
