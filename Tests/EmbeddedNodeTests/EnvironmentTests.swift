import KubernetesAPI
import Testing

@testable import EmbeddedNode

@Suite("ContainerEnvironment and EnvironmentBuilder")
struct EnvironmentTests {
    @Test(
        "expands $(NAME), leaves unknown names, and turns $$ into $",
        arguments: [
            ("$(A)-$(B)", "1-$(B)"), ("$$(A)", "$(A)"), ("$A ${A} $", "$A ${A} $"), ("$(A", "$(A"), ("a$$b", "a$b"),
        ])
    func expansion(text: String, expected: String) {
        var environment = ContainerEnvironment()
        environment["A"] = "1"
        #expect(environment.expand(text) == expected)
    }

    private func builder(_ container: JSON, pod spec: [String: JSON] = [:]) -> EnvironmentBuilder {
        let pod = makePod(
            containers: [container], spec: spec,
            metadata: ["labels": ["app": "web"], "annotations": ["note/a": "x"], "uid": "u-1"])
        var builder = EnvironmentBuilder(pod: pod, container: Container(json: container))
        builder.podAddress = "10.88.0.2"
        builder.hostAddress = "10.0.0.1"
        builder.configMaps["settings"] = ConfigMap(json: ["data": ["color": "red", "SIZE": "2"]])
        builder.secrets["login"] = Secret(json: ["data": ["password": "czNjcmV0"]])
        return builder
    }

    private func variable(_ name: String, _ source: JSON) -> JSON { ["name": .string(name), "valueFrom": source] }

    @Test("takes values from everything the API offers")
    func sources() throws {
        let environment = try builder([
            "name": "app", "resources": ["limits": ["cpu": "1500m", "memory": "64Mi"]],
            "envFrom": [
                ["configMapRef": ["name": "settings"], "prefix": "CFG_"],
                ["secretRef": ["name": "absent", "optional": true]],
            ],
            "env": [
                ["name": "GREETING", "value": "hello $(CFG_color)"],
                variable("PASSWORD", ["secretKeyRef": ["name": "login", "key": "password"]]),
                variable("SIZE", ["configMapKeyRef": ["name": "settings", "key": "SIZE"]]),
                variable("MISSING", ["configMapKeyRef": ["name": "settings", "key": "no", "optional": true]]),
                variable("POD", ["fieldRef": ["fieldPath": "metadata.name"]]),
                variable("APP", ["fieldRef": ["fieldPath": "metadata.labels['app']"]]),
                variable("NOTE", ["fieldRef": ["fieldPath": "metadata.annotations['note/a']"]]),
                variable("IP", ["fieldRef": ["fieldPath": "status.podIP"]]),
                variable("HOST", ["fieldRef": ["fieldPath": "status.hostIP"]]),
                variable("NODE", ["fieldRef": ["fieldPath": "spec.nodeName"]]),
                variable("CPU", ["resourceFieldRef": ["resource": "limits.cpu"]]),
                variable("MILLIS", ["resourceFieldRef": ["resource": "limits.cpu", "divisor": "1m"]]),
                variable("MEMORY", ["resourceFieldRef": ["resource": "limits.memory", "divisor": "1Mi"]]),
            ],
        ]).build()
        let expected = [
            "GREETING": "hello red", "CFG_SIZE": "2", "PASSWORD": "s3cret", "SIZE": "2", "POD": "web", "APP": "web",
            "NOTE": "x", "IP": "10.88.0.2", "HOST": "10.0.0.1", "NODE": "node-1", "CPU": "2", "MILLIS": "1500",
            "MEMORY": "64", "HOSTNAME": "web",
        ]
        for (name, value) in expected { #expect(environment[name] == value, "\(name)") }
        #expect(environment["MISSING"] == nil)
        #expect(environment["PATH"]?.contains("/usr/bin") == true)
    }

    @Test("env comes before envFrom, which comes before service variables")
    func priority() throws {
        var builder = builder([
            "name": "app", "envFrom": [["configMapRef": ["name": "settings"]]],
            "env": [["name": "SIZE", "value": "own"]],
        ])
        builder.serviceVariables = [("color", "service"), ("SIZE", "service"), ("WEB_SERVICE_HOST", "10.96.0.7")]
        let lines = try builder.build().lines
        #expect(lines.contains("SIZE=own") && lines.contains("color=red"))
        #expect(lines.contains("WEB_SERVICE_HOST=10.96.0.7"))
        #expect(lines.filter { $0.hasPrefix("SIZE=") }.count == 1)
    }

    @Test("a missing object or key is named")
    func missing() {
        func message(_ source: JSON) -> String? {
            let container: JSON = ["name": "app", "env": [variable("A", source)]]
            do {
                _ = try builder(container).build()
                return nil
            } catch {
                #expect(error.reason == "CreateContainerConfigError")
                return error.message
            }
        }
        #expect(message(["configMapKeyRef": ["name": "no", "key": "a"]]) == "configmap \"no\" not found")
        #expect(
            message(["secretKeyRef": ["name": "login", "key": "a"]]) == "couldn't find key a in secret shop/login")
        #expect(message(["fieldRef": ["fieldPath": "spec.color"]])?.contains("spec.color") == true)
    }

    @Test("tells containers where Services of their namespace and the API server are")
    func serviceVariables() {
        func service(_ name: String, _ namespace: String, _ ip: String, _ port: JSON) -> Service {
            var service = Service(name: name, namespace: namespace)
            service.json["spec"] = ["clusterIP": .string(ip), "ports": .array([port])]
            return service
        }
        let table = ServiceTable(
            services: [
                service("kubernetes", "default", "10.96.0.1", ["port": 443, "name": "https"]),
                service("web-shop", "shop", "10.96.0.7", ["port": 80]), service("other", "x", "10.96.0.8", ["port": 1]),
                service("headless", "shop", "None", ["port": 1]),
            ], slices: [])
        func map(linksAll: Bool, apiServer: NodeConfiguration.Endpoint? = nil) -> [String: String] {
            let all = ServiceVariables(table: table, apiServer: apiServer).all(namespace: "shop", linksAll: linksAll)
            return Dictionary(all.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
        let all = map(linksAll: true)
        #expect(all["KUBERNETES_SERVICE_HOST"] == "10.96.0.1" && all["KUBERNETES_SERVICE_PORT"] == "443")
        #expect(all["WEB_SHOP_SERVICE_HOST"] == "10.96.0.7" && all["WEB_SHOP_PORT"] == "tcp://10.96.0.7:80")
        #expect(all["OTHER_SERVICE_HOST"] == nil && all["HEADLESS_SERVICE_HOST"] == nil)
        #expect(map(linksAll: false)["WEB_SHOP_SERVICE_HOST"] == nil)
        let local = map(linksAll: true, apiServer: .init(host: "127.0.0.1", port: 6443))
        #expect(local["KUBERNETES_SERVICE_HOST"] == "127.0.0.1" && local["KUBERNETES_SERVICE_PORT"] == "6443")
    }
}
