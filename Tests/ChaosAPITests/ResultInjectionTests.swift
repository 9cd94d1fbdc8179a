import ChaosAPI
import InstallManifests
import KubernetesAPI
import ResourceSchema
import Testing

@Suite struct ResultInjectionTests {
    private func injection() -> ResultInjection {
        var injection = ResultInjection(
            target: InjectionTarget(namespace: "shop", name: "web-0", container: "web", node: "node-1"),
            action: "lose 30 % of egress on eth0", mechanism: "nftables netdev egress hook", effect: .notInjected,
            asked: 30, unit: "%")
        injection.measured = 29.4
        injection.sample = "588 of 2000 packets"
        injection.injectedAt = Timestamp("2026-11-24T02:30:00.1239Z")
        injection.revertedAt = Timestamp("2026-11-24T04:30:20.5+02:00")
        injection.remark = "none"
        return injection
    }

    private func result(_ injections: [ResultInjection]) -> ChaosResult {
        var result = ChaosResult(name: "r", namespace: "shop")
        result.injections = injections
        return result
    }

    @Test("an injection is written in plain fields, times with milliseconds in UTC")
    func form() throws {
        #expect(
            result([injection()]).json["status", "injections"] == [
                [
                    "target": [
                        "kind": "pod", "namespace": "shop", "name": "web-0", "container": "web", "node": "node-1",
                    ],
                    "action": "lose 30 % of egress on eth0", "mechanism": "nftables netdev egress hook",
                    "effect": "not injected", "asked": 30, "measured": 29.4, "unit": "%",
                    "sample": "588 of 2000 packets", "injectedAt": "2026-11-24T02:30:00.123Z",
                    "revertedAt": "2026-11-24T02:30:20.500Z", "remark": "none",
                ]
            ])
    }

    @Test("what is written is read again, through the API's bytes too")
    func roundTrip() throws {
        let written = result([injection(), injection()])
        let read = ChaosResult(json: try JSON(parsing: Array(written.json.encoded())))
        #expect(read.injections == written.injections)
        let one = try #require(read.injections.first)
        #expect(one.effect == .notInjected && one.asked == 30 && one.measured == 29.4)
        #expect(one.target.container == "web" && one.target.node == "node-1")
        #expect(one.injectedAt == Timestamp("2026-11-24T02:30:00.123Z"))
    }

    @Test("what is absent or no such value is nil, and none at all leaves no trace")
    func absent() {
        let bare = ResultInjection(json: ["effect": "surely", "injectedAt": "yesterday", "measured": "much"])
        #expect(bare.effect == nil && bare.injectedAt == nil && bare.measured == nil && bare.revertedAt == nil)
        #expect(bare.unit.isEmpty && bare.target.name.isEmpty)
        var emptied = result([bare])
        emptied.injections = []
        #expect(emptied.json["status"]["injections"].isNull)
    }

    @Test("the definition keeps every field, and kubectl explain has a word on each")
    func definition() throws {
        let crd = try #require(ChaosCRDs.all.first { $0["spec", "names", "kind"].string == "ChaosResult" })
        let schema = try #require(try CustomResourceParser.parse(crd: crd).first).schema
        let written = result([injection()]).json
        #expect(schema.validate(written).isEmpty)
        #expect(schema.unknownFields(in: written).isEmpty)
        #expect(schema.pruning(written).value == written)
        let version = try #require(crd["spec", "versions"].array?.first)
        let described = version[
            "schema", "openAPIV3Schema", "properties", "status", "properties", "injections", "items"]
        let fields = try #require(described["properties"].object)
        #expect(Set(fields.keys) == Set(injection().json.object?.keys.map(\.self) ?? []))
        #expect(fields.values.allSatisfy { $0["description"].string?.isEmpty == false })
    }

    @Test("a measured effect that is no number is refused, the field named")
    func refusal() throws {
        let crd = try #require(ChaosCRDs.all.first { $0["spec", "names", "kind"].string == "ChaosResult" })
        let schema = try #require(try CustomResourceParser.parse(crd: crd).first).schema
        let errors = schema.validate(["status": ["injections": [["measured": "29 %"]]]])
        #expect(errors.map(\.field) == ["status.injections[0].measured"])
    }
}
