import Faults
import Testing

@Suite struct HelperSettingsTests {
    @Test("without tunables helpers are as Litmus makes them")
    func defaults() throws {
        let settings = try HelperSettings(TunableReader([:]))
        #expect(settings.image == "litmuschaos/go-runner:latest" && settings.imagePullPolicy == .always)
        #expect(settings.terminationGracePeriodSeconds == 0 && settings.serviceAccount.isEmpty)
        #expect(settings.copiesExperimentPod)
    }

    @Test("every setting is read")
    func tunables() throws {
        let settings = try HelperSettings(
            TunableReader([
                "LIB_IMAGE": "own:1", "LIB_IMAGE_PULL_POLICY": "ifnotpresent", "TERMINATION_GRACE_PERIOD_SECONDS": "30",
                "CHAOS_SERVICE_ACCOUNT": "sa", "SET_HELPER_DATA": "false", "CONTAINER_RUNTIME": "CRIO",
            ]))
        #expect(settings.image == "own:1" && settings.imagePullPolicy == .ifNotPresent)
        #expect(settings.terminationGracePeriodSeconds == 30 && settings.serviceAccount == "sa")
        #expect(!settings.copiesExperimentPod)
    }
}
