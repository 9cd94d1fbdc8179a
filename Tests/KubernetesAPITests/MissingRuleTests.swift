import KubernetesAPI
import Testing

@Suite struct MissingRuleTests {
    private func forbidden(_ message: String) -> Status { Status(code: 403, reason: "Forbidden", message: message) }

    @Test("a refusal is explained by the rule that would grant what was asked")
    func rule() {
        let here = forbidden(
            "pods \"p\" is forbidden: User \"system:serviceaccount:a:b\" cannot create resource \"pods/exec\" in API "
                + "group \"\" in the namespace \"a\"")
        #expect(here.missingRule == MissingRule(verb: "create", resource: "pods/exec", group: "", namespace: "a"))
        #expect(
            here.explained.hasSuffix(
                ": it takes the rule {apiGroups: [\"\"], resources: [\"pods/exec\"], verbs: [\"create\"]} in a Role of "
                    + "the namespace a"))
        let everywhere = forbidden(
            "deployments.apps is forbidden: User \"x\" cannot list resource \"deployments\" in API group \"apps\" at the "
                + "cluster scope: no matching role")
        #expect(
            everywhere.missingRule == MissingRule(verb: "list", resource: "deployments", group: "apps", namespace: nil))
        #expect(everywhere.explained.hasSuffix("in a ClusterRole"))
    }

    @Test("what is no refusal of RBAC stays as it is")
    func others() {
        #expect(forbidden("the namespace is being deleted").explained == "the namespace is being deleted")
        #expect(Status.badRequest("x cannot list resource").missingRule == nil)
    }
}
