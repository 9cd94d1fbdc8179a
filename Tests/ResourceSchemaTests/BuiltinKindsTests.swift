import KubernetesAPI
import Testing

@testable import ResourceSchema

@Suite("Built-in kinds")
struct BuiltinKindsTests {
    @Test("every line of the field tables is understood and every type is declared")
    func tables() {
        #expect(SchemaTable.builtin.problems == [])
        #expect(SchemaTable.builtin.schemas.count > 300)
    }

    @Test("every built-in resource has its schema", arguments: BuiltinKinds.all.map(\.type))
    func schemas(type: ResourceType) throws {
        let resource = try #require(BuiltinKinds.all.first { $0.type == type })
        #expect(resource.schema.definitionName?.hasSuffix(".v1.\(type.kind)") == true)
        #expect(resource.schema.properties["metadata"]?.properties["labels"] != nil)
    }

    @Test("lists carry their merge keys")
    func mergeKeys() throws {
        let pod = try #require(BuiltinKinds.schema(definition: "io.k8s.api.core.v1.PodSpec"))
        let containers = try #require(pod.properties["containers"])
        #expect(containers.patchStrategy == Schema.PatchStrategy(mergeKey: "name"))
        #expect(containers.listType == .map(keys: ["name"]))
        #expect(containers.items?.properties["ports"]?.listType == .map(keys: ["containerPort", "protocol"]))
        #expect(pod.properties["volumes"]?.patchStrategy?.retainsKeys == true)
        #expect(pod.properties["tolerations"]?.listType == .atomic)
        let meta = try #require(BuiltinKinds.schema(definition: "\(SchemaTable.metaPackage).ObjectMeta"))
        #expect(meta.properties["finalizers"]?.listType == .set)
        #expect(meta.properties["ownerReferences"]?.patchStrategy?.mergeKey == "uid")
    }

    @Test("unknown fields of built-in kinds are found at any depth")
    func unknownFields() throws {
        let pod = try yaml(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, label: {}}, spec: {containers: [{nam: x}]}}")
        #expect(
            try builtin("Pod").schema.unknownFields(in: pod) == [
                #"unknown field "metadata.label""#, #"unknown field "spec.containers[0].nam""#,
            ])
    }
}

@Suite("Versions of events")
struct EventVersionsTests {
    @Test("an event keeps everything on the way between its two groups")
    func roundTrip() throws {
        let core = try yaml(
            "{apiVersion: v1, kind: Event, metadata: {name: e}, involvedObject: {kind: Pod, name: p}, message: m, count: 2}"
        )
        let events = EventVersions.events(fromCore: core)
        #expect(events["regarding", "name"] == "p")
        #expect(events["note"] == "m")
        #expect(try builtin("Event").schema.unknownFields(in: core) == [])
        let served = try #require(BuiltinKinds.all.first { $0.type.group == "events.k8s.io" })
        #expect(served.schema.unknownFields(in: events) == [])
        #expect(EventVersions.core(fromEvents: events) == core)
    }
}
