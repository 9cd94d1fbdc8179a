import KubernetesAPI

/// Asks the API server for a token of the pod's service account, bound to the pod (`authentication.k8s.io/v1`).
struct AccountTokenRequest: Sendable {
    struct Answer: Sendable {
        var token: String
        var expiry: Timestamp?
    }

    let pod: Pod
    let lifetime: Int
    let audiences: [String]

    init(pod: Pod, source: JSON) {
        self.pod = pod
        lifetime = source["expirationSeconds"].int ?? 3600
        audiences = source["audience"].string.map { [$0] } ?? []
    }

    func send(to client: any APIClient) async throws -> Answer {
        let request: JSON = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": [
                "audiences": JSON(audiences), "expirationSeconds": .int(Int64(lifetime)),
                "boundObjectRef": [
                    "apiVersion": "v1", "kind": "Pod", "name": .string(pod.name), "uid": .string(pod.uid),
                ],
            ],
        ]
        let answer = try await client.create(
            ServiceAccount.type.gvr, namespace: pod.namespace, name: pod.serviceAccountName, subresource: "token",
            object: request, options: WriteOptions(fieldManager: "kubelet"))
        return Answer(
            token: answer["status", "token"].string ?? "",
            expiry: answer["status", "expirationTimestamp"].string.flatMap(Timestamp.init))
    }

    /// When a fifth of the token's life is left.
    func renewal(of answer: Answer, now: Timestamp) -> Timestamp {
        let life = answer.expiry.map { $0 - now } ?? .seconds(lifetime)
        return now + max(life * 4 / 5, .seconds(1))
    }
}
