import AsyncHTTPClient
import ContainerRuntime
import ControllerRuntime
import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOPosix

/// Where a probe of a running container goes.
struct ProbeTarget: Sendable, Hashable {
    /// The pod's address.
    var address: String
    var containerID: String
}

/// The result of one attempt.
enum ProbeResult: Sendable, Hashable {
    case success
    /// In the words of a kubelet's `Unhealthy` event.
    case failure(String)
}

/// Carries out probes and hooks.
struct ProbeExecutor: Sendable {
    var runtime: any ContainerRuntime
    var http: HTTPClient
    var time: TimeSource

    init(_ context: NodeContext) {
        runtime = context.runtime
        http = context.http
        time = context.time
    }

    func run(_ action: ProbeAction, on target: ProbeTarget, timeout: Duration) async -> ProbeResult {
        switch action {
        case .http(let request): await get(request, target, timeout)
        case .tcp(let host, let port): await connect(host ?? target.address, port, timeout)
        case .execute(let command): await execute(command, target, timeout)
        case .sleep(let duration): await sleep(min(duration, timeout))
        case .unsupported(let why): .failure(why)
        }
    }

    private func get(_ action: ProbeAction.HTTP, _ target: ProbeTarget, _ timeout: Duration) async -> ProbeResult {
        let host = action.host ?? target.address
        var request = HTTPClientRequest(url: "\(action.scheme)://\(host):\(action.port)\(action.path)")
        request.headers.add(
            name: "User-Agent", value: "kube-probe/\(KubernetesRelease.major).\(KubernetesRelease.minor)")
        request.headers.add(name: "Accept", value: "*/*")
        request.headers.add(name: "Connection", value: "close")
        for header in action.headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
        do {
            let response = try await http.execute(request, timeout: .nanoseconds(timeout.nanoseconds))
            guard (200..<400).contains(response.status.code) else {
                return .failure("HTTP probe failed with statuscode: \(response.status.code)")
            }
            return .success
        } catch {
            return .failure("Get \"\(request.url)\": \(error)")
        }
    }

    private func connect(_ host: String, _ port: Int, _ timeout: Duration) async -> ProbeResult {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.nanoseconds(timeout.nanoseconds)).connect(host: host, port: port).get()
            try? await channel.close()
            return .success
        } catch {
            return .failure("dial tcp \(host):\(port): \(error)")
        }
    }

    private func execute(_ command: [String], _ target: ProbeTarget, _ timeout: Duration) async -> ProbeResult {
        do {
            let result = try await runtime.execute(id: target.containerID, command: command, timeout: timeout)
            if result.timedOut { return .failure("command timed out after \(timeout.shortText)") }
            guard result.exitCode == 0 else {
                return .failure(String(decoding: (result.output + result.errorOutput).prefix(1024), as: UTF8.self))
            }
            return .success
        } catch {
            return .failure("\(error)")
        }
    }

    private func sleep(_ duration: Duration) async -> ProbeResult {
        try? await time.sleep(duration)
        return .success
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
