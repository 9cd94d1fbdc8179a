import InstallManifests
import KubernetesAPI
import Testing

@Suite struct OperatorRoleTests {
    @Test("the operator may read the order of a halt in its own namespace, and no other ConfigMap")
    func halt() throws {
        let role = BuiltinRBAC.operatorRole(namespace: "chaos")
        #expect(role["kind"] == "Role" && role["metadata", "namespace"] == "chaos")
        let rule = try #require(role["rules"].array?.first)
        #expect(rule["resources"].strings == ["configmaps"] && rule["resourceNames"].strings == ["litmus-halt"])
        #expect(rule["verbs"].strings == ["get", "list", "watch"])
        let everywhere = BuiltinRBAC.operatorClusterRole()["rules"].array ?? []
        #expect(!everywhere.contains { $0["resources"].strings.contains("configmaps") })
    }
}
