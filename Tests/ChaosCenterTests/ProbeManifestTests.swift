import DocumentStore
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Probes on their way between ChaosEngines and the database.
struct ProbeManifestTests {
    /// One of each type and form, with everything that it can have.
    static let probes: [JSON] = [
        [
            "name": "ping", "type": "httpProbe", "mode": "Continuous",
            "httpProbe/inputs": [
                "url": "https://shop.example.com/health", "insecureSkipVerify": true,
                "method": ["get": ["criteria": "==", "responseCode": "200"]],
            ],
            "runProperties": [
                "probeTimeout": "10s", "interval": "500ms", "retry": 2, "attempt": 3, "probePollingInterval": "1s",
                "initialDelay": "2s", "evaluationTimeout": "1m", "stopOnFailure": true, "verbosity": "info",
            ],
        ],
        [
            "name": "order", "type": "httpProbe", "mode": "Edge",
            "httpProbe/inputs": [
                "url": "http://shop/order", "insecureSkipVerify": false,
                "method": [
                    "post": [
                        "contentType": "application/json", "body": "{\"item\": 1}", "bodyPath": "/tmp/order.json",
                        "criteria": "oneOf", "responseCode": "[200, 201]",
                    ]
                ],
            ],
            "runProperties": ["probeTimeout": "10s", "interval": "1s", "initialDelay": "3s"],
        ],
        [
            "name": "count", "type": "cmdProbe", "mode": "SOT",
            "cmdProbe/inputs": [
                "command": "kubectl get pods | wc -l",
                "comparator": ["type": "int", "criteria": ">=", "value": "3"],
                "source": [
                    "image": "bitnami/kubectl", "hostNetwork": true, "env": [["name": "A", "value": "b"]],
                    "nodeSelector": ["disk": "fast"],
                ],
            ],
            "runProperties": ["probeTimeout": "1m30s", "interval": "1s", "attempt": 1, "stopOnFailure": false],
        ],
        [
            "name": "errors", "type": "promProbe", "mode": "EOT",
            "promProbe/inputs": [
                "endpoint": "http://prometheus:9090", "query": "sum(rate(errors[1m]))", "queryPath": "/tmp/query",
                "comparator": ["criteria": "<=", "value": "0.5"],
            ],
            "runProperties": ["probeTimeout": "10s", "interval": "1s", "initialDelay": "5s"],
        ],
        [
            "name": "object", "type": "k8sProbe", "mode": "OnChaos", "data": "apiVersion: v1\nkind: ConfigMap\n",
            "k8sProbe/inputs": [
                "group": "", "version": "v1", "resource": "configmaps", "namespace": "shop",
                "resourceNames": "one,two", "fieldSelector": "metadata.name=one", "labelSelector": "app=shop",
                "operation": "create",
            ],
            "runProperties": ["probeTimeout": "10s", "interval": "1s", "initialDelay": "4s"],
        ],
    ]

    private static func stored(_ inline: JSON) throws -> StoredProbe {
        try StoredProbe(inline: inline, projectID: "p", now: 1, by: nil)
    }

    @Test(arguments: probes)
    func `a probe of a ChaosEngine that is stored and read back has lost nothing`(_ inline: JSON) throws {
        let stored = try Self.stored(inline)
        let read = try DocumentDecoder().decode(StoredProbe.self, from: try DocumentEncoder().encode(stored))
        #expect(read == stored)
        #expect(try ProbeManifest.json(of: read, mode: inline["mode"].string ?? "") == inline)
    }

    @Test func `durations without a unit get one`() throws {
        var inline = Self.probes[0]
        inline["runProperties"] = ["probeTimeout": 5, "interval": "2", "initialDelaySeconds": 3]
        inline["httpProbe/inputs", "responseTimeout"] = 100
        let json = try ProbeManifest.json(of: try Self.stored(inline), mode: "SOT")
        #expect(json["runProperties"] == ["probeTimeout": "5s", "interval": "2s", "initialDelay": "3s"])
        #expect(json["httpProbe/inputs", "responseTimeout"] == "100ms")
    }

    @Test func `an empty content type is left out, as the schema of ChaosEngines refuses it`() throws {
        var inline = Self.probes[1]
        inline["httpProbe/inputs", "method", "post", "contentType"] = ""
        let json = try ProbeManifest.json(of: try Self.stored(inline), mode: "SOT")
        #expect(json["httpProbe/inputs", "method", "post"].object?["contentType"] == nil)
        #expect(json["httpProbe/inputs", "method", "post", "body"] == "{\"item\": 1}")
    }

    @Test func `what a ChaosEngine lacks is named`() {
        func refusal(_ change: (inout JSON) -> Void) -> String {
            var inline = Self.probes[0]
            change(&inline)
            do {
                _ = try Self.stored(inline)
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(refusal { $0["httpProbe/inputs", "url"] = .null } == "probe 'ping'.httpProbe/inputs.url is missing")
        #expect(refusal { $0["httpProbe/inputs"] = .null } == "probe 'ping'.httpProbe/inputs is missing")
        #expect(refusal { $0["runProperties", "interval"] = .null } == "probe 'ping'.runProperties.interval is missing")
        #expect(refusal { $0["runProperties", "attempt"] = -1 }.contains("attempt must be a number of attempts"))
        #expect(
            refusal { $0["type"] = "sloProbe" }
                == "probe 'ping': type 'sloProbe' cannot be stored; known are httpProbe, cmdProbe, promProbe, k8sProbe")
    }

    @Test func `a mode that there is not is refused`() throws {
        let probe = try Self.stored(Self.probes[0])
        #expect(throws: CenterError.self) { try ProbeManifest.json(of: probe, mode: "sot") }
    }

    @Test func `a command probe that upstream stored keeps its source`() throws {
        let document = Document([
            ("command", "true"), ("probe_timeout", "1s"), ("interval", "1s"),
            (
                "comparator",
                .document(Document([("type", "string"), ("value", "a"), ("criteria", "equal")]))
            ),
            ("source", .document(Document([("image", "busybox"), ("hostnetwork", true)]))),
        ])
        let read = try DocumentDecoder().decode(StoredProbe.CommandProperties.self, from: document)
        #expect(try read.inputs.json["source"] == ["image": "busybox", "hostNetwork": true])
    }
}
