import Foundation
import Testing

/// A namespace with an application and whatever a test does to it; it goes when the test ends, passed or failed.
struct ChaosNamespace: Sendable {
    let cluster: RealCluster
    let name: String

    /// Installs the platform where it is not there yet, makes the namespace, and runs `body` in it.
    /// - Parameter applications: Deployments of the sample application, one pod each.
    static func with(
        _ name: String, applications: [String] = ["victim", "bystander"], install options: [String] = [],
        _ body: @Sendable (ChaosNamespace) async throws -> Void
    ) async throws {
        let cluster = try RealCluster()
        try await cluster.install(options)
        try await cluster.get("create", "namespace", name)
        let namespace = ChaosNamespace(cluster: cluster, name: name)
        let result: Result<Void, any Error>
        do {
            try await namespace.deploy(applications)
            try await body(namespace)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // A namespace that does not go tells of finalizers that nobody removes.
        let removal = try await cluster.kubectl(["delete", "namespace", name, "--timeout=80s"])
        #expect(removal.code == 0, "\(removal.output)")
        try result.get()
    }

    private func deploy(_ applications: [String]) async throws {
        guard !applications.isEmpty else { return }
        let manifests = applications.map { name in
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)}
            spec:
              selector: {matchLabels: {app: \(name)}}
              template:
                metadata: {labels: {app: \(name)}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: \(cluster.image)
                      imagePullPolicy: Never
                      command: [litmus, sample-app]
                      readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
            """
        }
        try await cluster.apply(manifests.joined(separator: "\n---\n"), namespace: name)
        for application in applications {
            try await get("rollout", "status", "deployment/\(application)", "--timeout=60s")
        }
    }

    /// The output of a kubectl in this namespace that must succeed.
    @discardableResult
    func get(_ arguments: String..., input: String? = nil) async throws -> String {
        let answer = try await cluster.kubectl(["--namespace", name] + arguments, input: input)
        guard answer.code == 0 else {
            throw Program.Ended(description: "kubectl \(arguments.joined(separator: " ")): \(answer.output)")
        }
        return answer.output
    }

    /// Waits until a JSONPath of an object has a value.
    func wait(
        for path: String, of object: String, within limit: Duration = .seconds(60),
        until condition: @escaping @Sendable (String) -> Bool
    ) async throws {
        try await cluster.wait(
            "\(path) of \(object)", within: limit, "--namespace", name, "get", object, "-o", "jsonpath={\(path)}",
            until: condition)
    }

    /// Applies a fault's manifests with the accounts that `litmus rbac` prints for them.
    func start(_ manifests: String) async throws {
        let rbac = try await cluster.litmus(["rbac", "-"], input: manifests)
        guard rbac.code == 0 else { throw Program.Ended(description: "litmus rbac: \(rbac.output)") }
        try await cluster.apply(rbac.output)
        try await cluster.apply(manifests)
    }

    /// The address of an application's pod.
    func address(_ application: String) async throws -> String {
        try await get("get", "pods", "-l", "app=\(application)", "-o", "jsonpath={.items[0].status.podIP}")
    }

    /// Whether a pod gets an answer of another within two seconds.
    func reaches(_ application: String, from other: String = "bystander") async throws -> Bool {
        let url = "http://\(try await address(application)):8080/healthz"
        let answer = try await cluster.kubectl(
            ["--namespace", name, "exec", "deployment/\(other)", "--", "curl", "-sf", "-m", "2", url])
        return answer.code == 0 && answer.output.contains("ok")
    }
}
