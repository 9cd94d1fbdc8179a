import ClusterTesting
import KubernetesAPI
import Testing

@testable import Probes

@Suite struct KubernetesProbeTests {
    /// A probe that only looks, and what it says.
    struct Look: Sendable, CustomTestStringConvertible {
        var operation: String
        var inputs: JSON
        var expected: Judgement
        var testDescription: String { "\(operation) \(inputs)" }

        init(_ operation: String, _ inputs: JSON, _ expected: Judgement) {
            (self.operation, self.inputs, self.expected) = (operation, inputs, expected)
        }
    }

    @Test(
        "looks for objects by name or by selector",
        arguments: [
            Look("present", ["resourceNames": "web-1, web-2"], .performed("present")),
            Look("Present", ["labelSelector": "app in (web,api)"], .performed("Present")),
            Look("present", ["fieldSelector": "metadata.name=db-1"], .performed("present")),
            Look("present", [:], .performed("present")),
            Look("present", ["namespace": "", "labelSelector": "app=web"], .performed("present")),
            Look("present", ["namespace": "", "resourceNames": "db-1"], .performed("present")),
            Look("present", ["resource": "nodes", "namespace": "", "resourceNames": "n1"], .performed("present")),
            Look("present", ["resourceNames": "web-1", "labelSelector": "app=none"], .performed("present")),
            Look("absent", ["resourceNames": "web-8,web-9"], .performed("absent")),
            Look("absent", ["labelSelector": "app=none"], .performed("absent")),
            Look("absent", ["namespace": "empty"], .performed("absent")),
            Look(
                "present", ["resourceNames": "web-1,web-9"],
                .error("K8S", "unable to get the resources with name web-9, err: pods \"web-9\" not found")),
            Look(
                "present", ["labelSelector": "app=none", "fieldSelector": "status.phase=Running"],
                .failure(
                    "K8S",
                    "no resource found with provided {labelSelectors: app=none, fieldSelectors: status.phase=Running} "
                        + "selectors")),
            Look(
                "absent", ["resourceNames": "web-9,web-1"],
                .failure("K8S", "resource 'web-1' exists but it is expected to be absent")),
            Look(
                "absent", ["labelSelector": "app=web"],
                .failure(
                    "K8S",
                    "resource with {labelSelectors: app=web, fieldSelectors: } should not exists, found 2 resources "
                        + "with matching selectors")),
            Look(
                "absent", ["namespace": "", "labelSelector": "app=web"],
                .failure(
                    "K8S",
                    "resource with {labelSelectors: app=web, fieldSelectors: } should not exists, found 3 resources "
                        + "with matching selectors")),
        ])
    func looks(_ look: Look) async throws {
        let cluster = try await ProbedCluster()
        #expect(await cluster.judge(look.operation, look.inputs) == look.expected)
    }

    @Test("counts every page of a long list")
    func pages() async throws {
        let cluster = try await ProbedCluster()
        for number in 0..<501 { _ = try await cluster.api.create(Pod(name: "many-\(number)", namespace: "crowd")) }
        let found = await cluster.judge("absent", ["namespace": "crowd"])
        #expect(
            found
                == .failure(
                    "K8S",
                    "resource with {labelSelectors: , fieldSelectors: } should not exists, found 501 resources with "
                        + "matching selectors"))
    }

    private static let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: canary}\nspec: {containers: []}\n"

    @Test(
        "creates the object of its manifest in the namespace of the inputs, else the experiment's",
        arguments: [("other", "other/canary"), ("", "shop/canary")])
    func creates(namespace: String, key: String) async throws {
        let cluster = try await ProbedCluster()
        let made = await cluster.judge("create", ["namespace": .string(namespace)], data: Self.manifest)
        #expect(made == .performed("create"))
        #expect(try await cluster.pods().contains(key))
    }

    @Test("does not create what is there already")
    func createsOnce() async throws {
        let cluster = try await ProbedCluster()
        let again = await cluster.judge("create", data: Self.manifest.replacing("canary", with: "web-1"))
        #expect(
            again == .failure("K8S", "unable to create the resource, err: pods \"web-1\" already exists"))
    }

    @Test(
        "deletes what is named or selected, in the experiment's namespace where none is given",
        arguments: [
            (["resourceNames": "web-1,db-1"], ["other/web-1", "shop/web-2"]),
            (["labelSelector": "app=web"], ["other/web-1", "shop/db-1"]),
            (["namespace": "", "labelSelector": "app=web"], ["other/web-1", "shop/db-1"]),
            (["namespace": "", "resourceNames": "web-1"], ["other/web-1", "shop/db-1", "shop/web-2"]),
            ([:], ["other/web-1"]),
        ] as [(JSON, [String])])
    func deletes(inputs: JSON, left: [String]) async throws {
        let cluster = try await ProbedCluster()
        #expect(await cluster.judge("delete", inputs) == .performed("delete"))
        #expect(try await cluster.pods() == left)
    }

    @Test(
        "deletes nothing when something that it names or selects is not there",
        arguments: [
            (
                ["resourceNames": "web-1,web-9"],
                "unable to get the resources with name web-9, err: pods \"web-9\" not found"
            ),
            (
                ["labelSelector": "app=none"],
                "no resource found with provided {labelSelectors: app=none, fieldSelectors: } selectors"
            ),
        ] as [(JSON, String)])
    func deletesNothing(inputs: JSON, reason: String) async throws {
        let cluster = try await ProbedCluster()
        #expect(await cluster.judge("delete", inputs) == .error("K8S", reason))
        #expect(try await cluster.pods().count == 4)
    }

    @Test(
        "takes names and selectors from what earlier probes registered",
        arguments: [
            ["resourceNames": "{{ .find.ProbeArtifacts.Register }}-1"],
            ["labelSelector": "app={{ .find.ProbeArtifacts.Register }}"],
            ["fieldSelector": "metadata.name={{ .find.ProbeArtifacts.Register }}-1"],
        ] as [JSON])
    func templates(inputs: JSON) async throws {
        let cluster = try await ProbedCluster()
        let found = await cluster.judge("present", inputs, after: [.register("db", as: "find")])
        #expect(found == .performed("present"))
        let other = await cluster.judge("present", inputs, after: [.register("none", as: "find")])
        #expect(other != .performed("present"))
    }

    @Test(
        "a template that comes out empty does not stand for every object",
        arguments: ["resourceNames", "labelSelector", "fieldSelector"])
    func emptyTemplate(field: String) async throws {
        let cluster = try await ProbedCluster()
        var inputs: JSON = [:]
        inputs[field] = "{{ .find.ProbeArtifacts.Register }}"
        let judgement = await cluster.judge("delete", inputs, after: [.register("", as: "find")])
        #expect(
            judgement
                == .error(
                    "K8S",
                    "\(field) '{{ .find.ProbeArtifacts.Register }}' comes out empty, which would mean every object"))
        #expect(try await cluster.pods().count == 4)
    }

    @Test("a broken template says what is wrong")
    func brokenTemplate() async throws {
        let cluster = try await ProbedCluster()
        #expect(
            await cluster.judge("present", ["resourceNames": "{{ foo }}"])
                == .refused(
                    code: "GENERIC_ERROR",
                    reason: "failed to parse the template '{{ foo }}': function \"foo\" not defined"))
    }
}
