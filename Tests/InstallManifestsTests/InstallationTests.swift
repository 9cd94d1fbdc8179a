import ChaosAPI
import InstallManifests
import KubernetesAPI
import ResourceSchema
import Testing

@Suite struct InstallationTests {
    static func installation(_ change: (inout Installation) -> Void = { _ in }) -> Installation {
        var installation = Installation(image: "reg/litmus:1", version: "1")
        change(&installation)
        return installation
    }

    static let shapes: [Installation] = [
        installation(), installation { $0.scope = .namespace }, installation { $0.isSplit = true },
        installation { $0.replicas = 3 }, registered(), registered { $0.scope = .namespace },
        installation {
            $0.hasNodeAgent = true
            $0.namespace = "chaos"
            $0.scope = .namespace
            $0.imagePullPolicy = "Always"
            $0.imagePullSecrets = ["cred"]
            $0.nodeSelector = ["disk": "ssd"]
            $0.tolerations = [["key": "dedicated", "operator": "Exists"]]
            $0.labels = ["team": "a", "app.kubernetes.io/managed-by": "helm"]
            $0.annotations = ["note": "x"]
        },
    ]

    /// As the Chaos Center makes it for an infrastructure.
    static func registered(_ change: (inout Installation) -> Void = { _ in }) -> Installation {
        installation {
            $0.serviceAccount = "litmus"
            $0.registration = AgentRegistration(
                infraID: "4f6c3a7e-0000-4000-8000-000000000001", accessKey: "key", serverAddress: "https://c/api/query",
                version: "3.31.0", startTime: "1800000000000", isConfirmed: false)
            change(&$0)
        }
    }

    private func objects(_ kind: String, _ installation: Installation) -> [JSON] {
        installation.objects.filter { $0["kind"].string == kind }
    }

    @Test("every object is one that Kubernetes accepts, without unknown fields", arguments: shapes)
    func valid(installation: Installation) throws {
        for object in installation.objects {
            let served = try #require(
                BuiltinKinds.all.first {
                    $0.type.kind == object["kind"].string && $0.type.apiVersion == object["apiVersion"].string
                })
            let name = "\(object["kind"]) \(object["metadata", "name"])"
            #expect(served.schema.validate(object).isEmpty, "\(name): \(served.schema.validate(object))")
            #expect(served.schema.unknownFields(in: object).isEmpty, "\(name)")
            #expect(served.type.isNamespaced == !object["metadata", "namespace"].isNull, "\(name)")
        }
        #expect(Set(installation.objects).count == installation.objects.count)
    }

    @Test("the same choices give the same text, and a base for kustomize names its files", arguments: shapes)
    func text(installation: Installation) throws {
        #expect(try installation.manifests() == installation.manifests())
        let documents = try JSON.documents(yaml: installation.manifests(), source: "test")
        #expect(documents == installation.objects)
        let base = try installation.kustomizeBase()
        let kustomization = try JSON.documents(yaml: base[0].text, source: base[0].name)[0]
        #expect(base[0].name == "kustomization.yaml")
        #expect(kustomization["resources"].strings == base.dropFirst().map(\.name))
        let inFiles = try base.dropFirst().flatMap { try JSON.documents(yaml: $0.text, source: $0.name) }
        #expect(inFiles == installation.objects)
    }

    @Test("every object of the installation is known by its labels, whatever the user's labels say", arguments: shapes)
    func labels(installation: Installation) {
        for object in installation.objects {
            let labels = object["metadata", "labels"].stringMap
            #expect(
                labels["app.kubernetes.io/managed-by"] == "litmus" && labels["app.kubernetes.io/part-of"] == "litmus")
            guard object["kind"] != "CustomResourceDefinition" else { continue }
            #expect(labels["app.kubernetes.io/instance"] == installation.namespace)
            #expect(installation.labels["team"] == labels["team"])
        }
    }

    @Test("nothing but the node agent is privileged: the rest is restricted", arguments: shapes)
    func security(installation: Installation) throws {
        for deployment in objects("Deployment", installation) {
            let pod = deployment["spec", "template", "spec"]
            #expect(pod["securityContext", "runAsNonRoot"] == true && pod["hostPID"].isNull)
            #expect(pod["securityContext", "runAsUser"] == 65532)
            #expect(pod["securityContext", "seccompProfile", "type"] == "RuntimeDefault")
            for container in pod["containers"].array ?? [] {
                let context = container["securityContext"]
                #expect(context["allowPrivilegeEscalation"] == false && context["privileged"].isNull)
                #expect(context["readOnlyRootFilesystem"] == true)
                #expect(context["capabilities", "drop"] == ["ALL"])
                #expect(container["resources", "limits", "cpu"].isNull)
                #expect(container["resources", "requests", "cpu"] == "10m")
            }
        }
        #expect(objects("DaemonSet", installation).count == (installation.hasNodeAgent ? 1 : 0))
    }

    @Test("the node agent is what it must be to work on nodes")
    func nodeAgent() throws {
        let set = try #require(objects("DaemonSet", Self.installation { $0.hasNodeAgent = true }).first)
        let pod = set["spec", "template", "spec"]
        let container = try #require(pod["containers"].array?.first)
        #expect(set["metadata", "name"] == "litmus-node-agent" && container["command"] == ["litmus", "node-agent"])
        #expect(pod["hostPID"] == true && container["securityContext", "privileged"] == true)
        #expect(container["securityContext", "runAsUser"] == 0)
        #expect(pod["tolerations"] == [["operator": "Exists"]])
        #expect(pod["volumes"].array?.first?["hostPath"] == ["path": "/var/lib/litmus", "type": "DirectoryOrCreate"])
        #expect(container["volumeMounts"].array?.first?["mountPath"] == "/var/lib/litmus")
        let names = (container["env"].array ?? []).compactMap { $0["name"].string }
        #expect(names == ["NODE_NAME", "POD_NAME", "POD_NAMESPACE"])
    }

    @Test("what the user says of pods is in the operator's pod, and in what it is told of other pods")
    func platform() throws {
        let installation = try #require(Self.shapes.last)
        let pod = try #require(objects("Deployment", installation).first?["spec", "template"])
        #expect(pod["metadata", "labels", "team"] == "a" && pod["metadata", "annotations", "note"] == "x")
        #expect(pod["spec", "nodeSelector", "disk"] == "ssd" && pod["spec", "imagePullSecrets"] == [["name": "cred"]])
        #expect(pod["spec", "tolerations"] == [["key": "dedicated", "operator": "Exists"]])
        let environment = try #require(pod["spec", "containers"].array?.first?["env"].array)
        #expect(environment.contains(["name": "CHAOS_RUNNER_IMAGE", "value": "reg/litmus:1"]))
        let value = environment.first { $0["name"] == "LITMUS_PLATFORM" }?["value"].string
        let told = try PlatformSettings(environment: ["LITMUS_PLATFORM": value ?? ""])
        #expect(told == installation.platform && told.image == "reg/litmus:1" && told.injection == .nodeAgent)
        #expect(told.labels["team"] == "a" && told.imagePullPolicy == "Always")
    }

    @Test("an operator of the whole cluster is told no namespace, one of a namespace its own")
    func scope() throws {
        func watched(_ installation: Installation) -> JSON? {
            objects("Deployment", installation).first?["spec", "template", "spec", "containers"].array?.first?["env"]
                .array?.first { $0["name"] == "WATCH_NAMESPACE" }
        }
        #expect(watched(Self.installation()) == nil)
        let own = watched(Self.installation { $0.scope = .namespace })
        #expect(own?["valueFrom", "fieldRef", "fieldPath"] == "metadata.namespace")
    }

    @Test("pods run on Linux, and as whom the user says or the cluster assigns")
    func user() throws {
        for (user, expected) in [(1000, 1000), (nil, .null)] as [(Int64?, JSON)] {
            let installation = Self.installation { $0.user = user }
            let deployment = try #require(objects("Deployment", installation).first)["spec", "template", "spec"]
            for context in [deployment["securityContext"], installation.platform.podSecurityContext] {
                #expect(["runAsUser", "runAsGroup", "fsGroup"].allSatisfy { context[$0] == expected })
                #expect(context["runAsNonRoot"] == true)
            }
            #expect(installation.platform.nodeSelector == ["kubernetes.io/os": "linux"])
        }
    }

    @Test("one Deployment for all components, or one for each under upstream's name")
    func split() {
        #expect(objects("Deployment", Self.installation()).map { $0["metadata", "name"] } == ["litmus-agent"])
        let split = objects("Deployment", Self.installation { $0.isSplit = true })
        #expect(split.map { $0["metadata", "name"] } == ["chaos-operator-ce"])
        #expect(split[0]["spec", "template", "metadata", "labels", "name"] == "chaos-operator")
        #expect(
            split[0]["spec", "template", "spec", "containers"].array?.first?["args"] == ["--component", "operator"])
    }

    @Test(
        "one setting names the image",
        arguments: [
            (nil, nil, "localhost/litmus:9"), (nil, "reg.example.com:5000/x", "reg.example.com:5000/x/litmus:9"),
            ("mine:2", "reg/", "reg/mine:2"), ("quay.io/me/litmus@sha256:0", nil, "quay.io/me/litmus@sha256:0"),
        ] as [(String?, String?, String)])
    func image(image: String?, registry: String?, reference: String) {
        #expect(Installation.imageReference(image, registry: registry, version: "9") == reference)
    }

    @Test("the agent of a Chaos Center gets its registration in the environment, under LitmusChaos' names")
    func registration() throws {
        let installation = Self.registered()
        let configuration = try #require(objects("ConfigMap", installation).first)
        #expect(configuration["metadata", "name"] == "subscriber-config")
        #expect(
            configuration["data"] == [
                "SERVER_ADDR": "https://c/api/query", "INFRA_SCOPE": "cluster", "VERSION": "3.31.0",
                "START_TIME": "1800000000000", "SKIP_SSL_VERIFY": "false", "CUSTOM_TLS_CERT": "",
                "IS_INFRA_CONFIRMED": "false",
                "COMPONENTS": "DEPLOYMENTS: [\"app.kubernetes.io/component=agent\"]",
            ])
        let secret = try #require(objects("Secret", installation).first)
        #expect(secret["metadata", "name"] == "subscriber-secret")
        #expect(
            secret["stringData"] == ["INFRA_ID": "4f6c3a7e-0000-4000-8000-000000000001", "ACCESS_KEY": "key"])
        let deployment = try #require(objects("Deployment", installation).first)
        let pod = deployment["spec", "template"]
        #expect(deployment["metadata", "labels", "app"] == "subscriber")
        #expect(pod["metadata", "labels", "app"] == "subscriber" && pod["spec", "serviceAccountName"] == "litmus")
        // The selector of a Deployment can never change: one that was there before can be registered.
        #expect(deployment["spec", "selector"] == objects("Deployment", Self.installation())[0]["spec", "selector"])
        let container = try #require(pod["spec", "containers"].array?.first)
        #expect(
            container["envFrom"] == [
                ["configMapRef": ["name": "subscriber-config"]], ["secretRef": ["name": "subscriber-secret"]],
            ])
        #expect(
            container["env"].array?.contains([
                "name": "INFRA_NAMESPACE", "valueFrom": ["fieldRef": ["fieldPath": "metadata.namespace"]],
            ]) == true)
        let kinds = installation.objects.map { $0["kind"].string ?? "" }
        let last = kinds.firstIndex(of: "Deployment")
        #expect(last == kinds.count - 1, "what the pod needs is made before it")
    }

    @Test("a named account is what roles are bound to, whoever makes it")
    func account() throws {
        let own = Self.registered { $0.makesServiceAccount = false }
        #expect(objects("ServiceAccount", own).isEmpty)
        #expect(objects("ServiceAccount", Self.registered()).map { $0["metadata", "name"] } == ["litmus"])
        let bindings = own.objects.filter { $0["kind"].string?.hasSuffix("RoleBinding") == true }
        #expect(bindings.count == 2)
        #expect(bindings.allSatisfy { $0["subjects"].array?.first?["name"] == "litmus" })
    }

    @Test("one who may only work in a namespace can have manifests without anything of the cluster")
    func namespaceOnly() {
        let installation = Self.registered {
            $0.scope = .namespace
            $0.makesNamespace = false
            $0.makesDefinitions = false
            $0.makesClusterRoles = false
        }
        #expect(installation.objects.allSatisfy { !$0["metadata", "namespace"].isNull })
    }

    @Test("notes are comments within the first document")
    func notes() throws {
        let text = try Self.installation().manifests(notes: ["one", "two\nthree"])
        #expect(text.hasPrefix("---\n# one\n# two\n# three\napiVersion: "))
        #expect(try JSON.documents(yaml: text, source: "test") == Self.installation().objects)
    }
}
