import ClusterTesting
import KubernetesAPI
import Testing

@testable import Probes

@Suite struct KubernetesProbeRefusalTests {
    private static let user = "User \"system:serviceaccount:shop:chaos\" cannot do this"
    private static let manifest = "{apiVersion: v1, kind: Pod, metadata: {name: canary}}"

    @Test(
        "a forbidden request names the verb, the resource and the role to extend",
        arguments: [
            ("present", ["resourceNames": "web-1"], "get", "unable to get the resources with name web-1, err: "),
            (
                "absent", ["resourceNames": "web-1"], "get",
                "unable to get the resources with name web-1 from k8s, err: "
            ),
            ("present", [:], "list", "unable to list the resources with matching selector, err: "),
            ("absent", [:], "list", "unable to list the resources with matching selector, err: "),
            ("create", [:], "create", "unable to create the resource, err: "),
            ("delete", ["resourceNames": "web-1"], "delete", "unable to delete the resource with name web-1, err: "),
        ] as [(String, JSON, String, String)])
    func forbidden(operation: String, inputs: JSON, verb: String, beginning: String) async throws {
        let cluster = try await ProbedCluster()
        cluster.api.onRequest { request in
            if request.verb == verb { throw Status.forbidden(Pod.type.gvr, name: "", Self.user) }
        }
        let isChange = ["create", "delete"].contains(operation)
        let reason =
            "\(beginning)pods is forbidden: \(Self.user): add the verb \(verb) on pods to the service account's role in "
            + "the namespace shop"
        #expect(
            await cluster.judge(operation, inputs, data: Self.manifest)
                == (isChange ? .failure("K8S", reason) : .error("K8S", reason)))
    }

    @Test("a forbidden look at all namespaces asks for a cluster role, and names the group of the resource")
    func forbiddenEverywhere() async throws {
        let cluster = try await ProbedCluster()
        cluster.api.onRequest { _ in throw Status.forbidden(Deployment.type.gvr, name: "", Self.user) }
        let inputs: JSON = ["group": "apps", "resource": "deployments", "namespace": ""]
        #expect(
            await cluster.judge("present", inputs)
                == .error(
                    "K8S",
                    "unable to list the resources with matching selector, err: deployments.apps is forbidden: "
                        + "\(Self.user): add the verb list on deployments.apps to the service account's cluster role"))
    }

    @Test(
        "a resource that the cluster does not serve is an error, also where its objects should be absent",
        arguments: [
            ("present", ["resourceNames": "web-1"], "unable to get the resources with name web-1, err"),
            ("absent", ["resourceNames": "web-1"], "unable to get the resources with name web-1 from k8s, err"),
            ("absent", [:], "unable to list the resources with matching selector, err"),
            (
                "absent", ["resourceNames": "web-1", "namespace": ""],
                "unable to find the namespace of the resources, err"
            ),
        ] as [(String, JSON, String)])
    func unknownType(operation: String, inputs: JSON, beginning: String) async throws {
        let cluster = try await ProbedCluster()
        let typing: JSON = ["group": "apps", "resource": "deployment"]
        #expect(
            await cluster.judge(operation, typing.with(inputs))
                == .error(
                    "K8S",
                    "\(beginning): the server could not find the requested resource: check group, version and resource "
                        + "of k8sProbe/inputs, which name apps/v1 deployment; resource is the plural, as "
                        + "`kubectl api-resources` lists it"))
    }

    @Test("an object that goes while it is being deleted is deleted")
    func goesMeanwhile() async throws {
        let cluster = try await ProbedCluster()
        cluster.api.onRequest { request in
            if request.verb == "delete" { throw Status.notFound(Pod.type.gvr, name: request.name ?? "") }
        }
        #expect(await cluster.judge("delete", ["resourceNames": "web-1"]) == .performed("delete"))
    }

    @Test("other answers of the API are passed on")
    func unavailable() async throws {
        let cluster = try await ProbedCluster()
        cluster.api.onRequest { _ in throw Status.internalError("etcd is away") }
        #expect(
            await cluster.judge("present", ["resourceNames": "web-1"])
                == .error(
                    "K8S",
                    "unable to get the resources with name web-1, err: Internal error occurred: etcd is away"))
    }

    @Test(
        "malformed inputs are refused before any chaos, with what is wrong",
        arguments: [
            (["version": ""], "k8sProbe/inputs.version is missing"),
            (["resource": ""], "k8sProbe/inputs.resource is missing"),
            (["operation": ""], "k8sProbe/inputs.operation is missing"),
            (["operation": "patch"], "operation type 'patch' not supported in the k8s probe"),
            (["resourceNames": " , "], "resourceNames ',' holds no name"),
            (["labelSelector": "a b"], "unable to parse requirement 'a b' of the label selector"),
            (["fieldSelector": "phase"], "unable to parse 'phase' of the field selector: expected FIELD=VALUE"),
        ] as [(JSON, String)])
    func malformed(inputs: JSON, reason: String) async throws {
        let cluster = try await ProbedCluster()
        #expect(await cluster.judge("present", inputs, mode: "EOT") == .error("K8S", reason))
        #expect(cluster.api.requests.allSatisfy { $0.verb == "create" })
    }

    @Test(
        "a manifest that cannot be created is refused before any chaos",
        arguments: [
            (nil, "the operation create needs the manifest of one object in the probe's data, which holds none"),
            (
                "{kind: Pod}\n---\n{kind: Pod}",
                "the operation create needs the manifest of one object in the probe's data, which holds 2"
            ),
            (
                "- kind: Pod",
                "the operation create needs the manifest of one object in the probe's data, and its document is no "
                    + "object"
            ),
            ("kind: Pod", "the manifest in the probe's data has no apiVersion"),
            ("apiVersion: v1", "the manifest in the probe's data has no kind"),
        ])
    func malformedManifest(data: String?, reason: String) async throws {
        let cluster = try await ProbedCluster()
        #expect(await cluster.judge("create", mode: "EOT", data: data) == .error("K8S", reason))
    }

    @Test("YAML that cannot be read is refused with its place")
    func malformedYAML() async throws {
        let cluster = try await ProbedCluster()
        let reason = try #require(
            await cluster.judge("create", data: "kind: [Pod").reason(code: "K8S_PROBE_ERROR"))
        #expect(reason.hasPrefix("data:1:") || reason.hasPrefix("data:2:"), "\(reason)")
    }

    @Test("without a cluster a k8sProbe is refused")
    func noCluster() async {
        let context = ProbeContext(environment: [:], chaosDuration: .zero)
        #expect(
            await Judgement([.probe("k8sProbe", ProbedCluster.inputs("present"))], context)
                == .error("K8S", "no cluster is connected, which a k8sProbe needs"))
    }

    @Test("a cluster that does not answer within the timeout fails the probe", .timeLimit(.minutes(1)))
    func timeout() async throws {
        let cluster = try await ProbedCluster()
        let probe = JSON.probe("k8sProbe", ProbedCluster.inputs("present"), timeout: "10ms")
        #expect(
            await Judgement([probe], cluster.context(SilentClient()))
                == .failure("K8S", "probe failed due to timeout"))
    }

    @Test("a probe that is aborted ends at once", .timeLimit(.minutes(1)))
    func abort() async throws {
        let cluster = try await ProbedCluster()
        let context = cluster.context(SilentClient())
        let run = Task { await Judgement([.probe("k8sProbe", ProbedCluster.inputs("present"))], context) }
        run.cancel()
        #expect(await run.value == .refused(code: "EXPERIMENT_ABORTED", reason: "the experiment was aborted"))
    }
}
