import KubernetesAPI
import Testing

@testable import APIServerHTTP

@Suite struct AcceptTests {
    static let kubectl =
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"

    @Test("The first form that is offered is taken")
    func negotiation() throws {
        #expect(try Accept(nil) == .plain)
        #expect(try Accept("*/*") == .plain)
        #expect(try Accept(Self.kubectl).shape == .table(version: "v1"))
        #expect(try Accept("application/vnd.kubernetes.protobuf,application/json") == .plain)
        #expect(try Accept("application/yaml").encoding == .yaml)
        #expect(try Accept("application/yaml;q=0.5,application/json") == .plain)
        #expect(
            try Accept("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1").shape
                == .partialMetadata(version: "v1"))
        #expect(try Accept("application/json;as=Table;v=v9;g=meta.k8s.io, application/json") == .plain)
    }

    @Test("Another kind's subresource is no Table")
    func subresource() throws {
        #expect(try Accept(Self.kubectl, offersShapes: false) == .plain)
    }

    @Test("A client that takes protobuf alone is refused")
    func protobufOnly() {
        let error = #expect(throws: Status.self) { try Accept("application/vnd.kubernetes.protobuf") }
        #expect(error?.code == 406)
    }
}
