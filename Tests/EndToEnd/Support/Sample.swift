/// Manifests and runs that several suites use.
enum Sample {
    static let application = Place.examples + "/app.yaml"
    static let modes = ["SOT", "EOT", "Edge", "Continuous", "OnChaos"]

    /// An engine for the sample application.
    static func engine(
        name: String = "chaos", fault: String = "pod-delete", duration: String = "2", interval: String = "1",
        account: String = "chaos-sa", label: String = "app=sample-app", variables: String = "", probe: String = ""
    ) -> String {
        """
        apiVersion: litmuschaos.io/v1alpha1
        kind: ChaosEngine
        metadata: {name: \(name), namespace: default}
        spec:
          appinfo: {appns: default, applabel: '\(label)', appkind: deployment}
          chaosServiceAccount: \(account)
          experiments:
            - name: \(fault)
              spec:
                components:
                  env:
                    - {name: TOTAL_CHAOS_DURATION, value: '\(duration)'}
                    - {name: CHAOS_INTERVAL, value: '\(interval)'}
        \(variables)
        \(probe)
        """
    }

    /// An httpProbe on the application's Service.
    static func probe(
        url: String = "http://sample-app.default.svc.cluster.local", mode: String = "Continuous"
    ) -> String {
        """
                probe:
                  - name: service-answers
                    type: httpProbe
                    mode: \(mode)
                    httpProbe/inputs:
                      url: \(url)
                      method: {get: {criteria: ==, responseCode: '200'}}
                    runProperties: {probeTimeout: 2s, interval: 100ms, attempt: 3, probePollingInterval: 200ms}
        """
    }

    /// An element of `probe`: a command that must print `ready`.
    static func command(_ mode: String, _ command: String) -> String {
        """
                  - name: says-\(mode.lowercased())
                    type: cmdProbe
                    mode: \(mode)
                    cmdProbe/inputs:
                      command: \(command)
                      comparator: {type: string, criteria: equal, value: ready}
                    runProperties: {probeTimeout: 5s, interval: 100ms, attempt: 1, probePollingInterval: 200ms}
        """
    }

    /// Runs `litmus run` on texts, which become `file0.yaml` and so on, and files.
    static func run(
        _ texts: [String], files: [String] = [application], arguments: [String] = []
    ) async throws -> (code: Int32, output: String) {
        let directory = try ScratchDirectory()
        let paths = try texts.enumerated().map { try directory.write($0.element, to: "file\($0.offset).yaml") }
        let program = try Program(Place.litmus, ["run"] + paths + files + arguments)
        let code = try await program.wait(within: .seconds(180))
        return withExtendedLifetime(directory) { (code, program.output) }
    }
}
