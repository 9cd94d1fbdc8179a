import CLinux
import Glibc

/// Runs blocking or thread-bound system calls (`setns`, `unshare`) on a thread of their own that ends afterwards, so
/// that no thread of the pool is blocked or left in a wrong namespace.
public enum KernelThread {
    public static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            start { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Runs `body` inside the namespaces at these paths (files under `/proc/<pid>/ns` or bind mounts of them).
    public static func run<Value: Sendable>(
        inNamespaces paths: [String], _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await run {
            for path in paths {
                let namespace = try Descriptor.open(path, O_RDONLY)
                guard clinux_setns(namespace.number, 0) == 0 else { throw HostError.last("enter the namespace", path) }
            }
            return try body()
        }
    }

    /// Starts a detached thread. Without the resources for one, the body runs on the caller's thread.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if status != 0 { box.takeRetainedValue().run() }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
