import Foundation
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Manifests of experiments: what is read from them, what saving and running does to them.
struct ExperimentManifestTests {
    // MARK: Reading

    @Test func `JSON and YAML are the same object`() throws {
        let yaml = try ExperimentManifest(parsing: Sample.workflow())
        let json = try ExperimentManifest(parsing: yaml.text)
        #expect(json == yaml)
        #expect(yaml.kind == .workflow && yaml.kind.experimentType == "experiment" && yaml.name == "checkout")
    }

    @Test(arguments: [
        ("apiVersion: v1\nkind: Pod\n", "not a valid object, only workflows/cron workflows/chaos engines supported"),
        (
            "apiVersion: argoproj.io/v1\nkind: Workflow\n",
            "not a valid object, only workflows/cron workflows/chaos engines supported"
        ),
        ("[]", "not a valid object, only workflows/cron workflows/chaos engines supported"),
        ("a: 1\n---\nb: 2\n", "the manifest holds 2 objects; an experiment is one"),
        ("", "the manifest holds 0 objects; an experiment is one"),
        (#"{"kind": "Workflow","#, "the manifest is no JSON: line 1, column 21: expected a key in double quotes"),
        ("a: [1", "the manifest is neither JSON nor YAML: "),
        (String(repeating: "[", count: 5000), "the manifest is neither JSON nor YAML: "),
        (String(repeating: "a", count: 5 << 20), "the manifest is larger than 4 MB"),
    ])
    func `what is no experiment is refused with the reason`(_ text: String, _ reason: String) {
        #expect { try ExperimentManifest(parsing: text) } throws: { "\($0)".hasPrefix(reason) }
    }

    @Test func `aliases that stand for more than the size allows are refused`() {
        let long = String(repeating: "x", count: 100_000)
        let text = "a: &a \(long)\nb: [\(Array(repeating: "*a", count: 60).joined(separator: ","))]\n"
        #expect { try ExperimentManifest(parsing: text) } throws: {
            "\($0)".contains("the aliases stand for too much text")
        }
    }

    @Test func `faults are the templates with an engine, by generateName, else by name`() throws {
        let named = try ExperimentManifest(parsing: Sample.workflow()).faults()
        #expect(named.map(\.name) == ["pod-delete-x1y"] && named.map(\.key) == ["pod-delete-x1y"])
        let plain = try ExperimentManifest(parsing: Sample.workflow(engineName: "name: fixed")).faults()
        #expect(plain.map(\.key) == ["fixed"])
    }

    // MARK: Tags

    @Test func `tags of all kinds of scalars survive being read and written`() throws {
        let text = """
            name: {{workflow.parameters.name}}
            port: {{ workflow.parameters.port }}  # a number
            quoted: "{{workflow.parameters.name}}"
            mixed: http://{{workflow.parameters.host}}:80/{{workflow.uid}}
            list:
              - {{pod.name}}
              - '{{pod.name}}'
            flow: {inner: "{{pod.name}}"}
            "{{workflow.name}}": key
            block: |
              line {{workflow.uid}}
              name: {{pod.name}}
            expression: '{{=sprig.upper("a}")}}'
            json: '{"a":{"b":{"c":1}}}'
            count: 3
            text: "3"

            """
        let yaml = try TemplatedYAML(text, source: "test")
        let value = try #require(yaml.documents.first).withoutTagMarks
        #expect(value["port"] == "{{ workflow.parameters.port }}" && value["mixed"].string?.hasSuffix("uid}}") == true)
        #expect(value["expression"] == #"{{=sprig.upper("a}")}}"# && value["{{workflow.name}}"] == "key")
        #expect(value["json"] == #"{"a":{"b":{"c":1}}}"# && value["flow", "inner"] == "{{pod.name}}")
        let written = try yaml.text()
        // Without quotes as before: what Argo fills in keeps its type.
        #expect(written.contains("\nport: {{ workflow.parameters.port }}\n") && written.contains("\n- {{pod.name}}\n"))
        #expect(written.contains("\nquoted: \"{{workflow.parameters.name}}\"\n"))
        #expect(written.contains("\n- \"{{pod.name}}\"\n"))
        let again = try TemplatedYAML(written, source: "test")
        #expect(again.documents == yaml.documents)
        #expect(try again.text() == written)
    }

    @Test func `a tag without quotes stays so when what is around it goes`() async throws {
        var yaml = try TemplatedYAML("list:\n- {{a}}\n- b\n- '{{c}}'\n- {{d}}\n", source: "test")
        yaml.documents[0]["list"] = .array(Array(yaml.documents[0]["list"].array?.dropFirst() ?? []))
        #expect(try yaml.text() == "list:\n- b\n- \"{{c}}\"\n- {{d}}\n")

        let pad = "\n" + String(repeating: " ", count: 18)
        let probes = ["- {name: a, mode: SOT}", "- name: b", "  mode: EOT", "  attempt: {{workflow.parameters.n}}"]
        let text = Sample.workflow(
            probeRef: "''",
            experiments: pad + "- name: pod-delete" + pad + "  spec:" + pad + "    probe:"
                + probes.map { pad + "    " + $0 }.joined())
        let admitted = try await Sample.admit(text) { probe in
            #expect(probe["attempt"].string ?? "{{workflow.parameters.n}}" == "{{workflow.parameters.n}}")
            return probe["name"] == "a" ? "a" : nil
        }
        #expect(admitted.manifest.text.contains(#"attempt: {{workflow.parameters.n}}\n"#))
    }

    @Test func `lines may end as in Windows`() throws {
        let yaml = try TemplatedYAML("port: {{p}}\r\nlist:\r\n- {{a}}\r\n- \"{{b}}\"\r\n", source: "test")
        #expect(try yaml.text() == "list:\n- {{a}}\n- \"{{b}}\"\nport: {{p}}\n")
    }

    @Test func `what is no tag stays what it is`() throws {
        for text in ["a: \"{{\"\n", "a: \"}}{{\"\n", "a: 't{{x'\nb: '}}'\n", "a: \"tag=q41=\"\n", "a: b {{c\n"] {
            let yaml = try TemplatedYAML(text, source: "test")
            #expect(try yaml.documents == JSON.documents(yaml: text, source: "test"))
            #expect(try TemplatedYAML(yaml.text(), source: "test").documents == yaml.documents)
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["{{", "{{=", "{", "{{a", "{{ ", "}}{{", "tag=", "{{a}} "])
    func `no text takes long to be searched for tags`(_ part: String) throws {
        let text = "a: '" + String(repeating: part, count: 500_000 / part.utf8.count) + "'\n"
        let yaml = try TemplatedYAML(text, source: "test")
        #expect(yaml.documents.first?["a"].string?.utf8.count == text.utf8.count - 6)
    }

    // MARK: Saving

    @Test func `saving writes the labels and weights that agents and scores go by`() async throws {
        let admitted = try await Sample.admit(Sample.workflow(), weights: ["pod-delete-x1y": 7])
        let labels = admitted.manifest.object["metadata", "labels"]
        #expect(
            labels == [
                "workflow_id": "exp-1", "infra_id": "infra-1", "revision_id": "rev-1",
                "workflows.argoproj.io/controller-instanceid": "infra-1",
            ])
        #expect(admitted.weightages == [FaultWeightage(faultName: "pod-delete-x1y", weightage: 7)])
        let template = admitted.manifest.object["spec", "templates"].array?[1] ?? .null
        #expect(template["metadata", "labels", "weight"] == "7")
        #expect(try await Sample.admit(Sample.workflow()).weightages.map(\.weightage) == [4])
        let unlabelled = Sample.workflow().replacing("weight: \"4\"", with: "other: x")
        #expect(try await Sample.admit(unlabelled).weightages.map(\.weightage) == [10])
    }

    @Test func `a schedule has the labels also for what it makes`() async throws {
        let admitted = try await Sample.admit(Sample.cron())
        let object = admitted.manifest.object
        #expect(admitted.manifest.schedule == "0 * * * *" && admitted.manifest.kind.experimentType == "cronexperiment")
        #expect(object["metadata", "labels"] == object["spec", "workflowMetadata", "labels"])
        #expect(object["metadata", "labels", "workflow_id"] == "exp-1")
        #expect(admitted.weightages.map(\.faultName) == ["pod-delete-x1y"])
    }

    @Test func `an engine and a schedule of engines can be experiments`() async throws {
        let engine = try await Sample.admit(Sample.engine)
        #expect(engine.manifest.object["metadata", "labels", "type"] == "standalone_workflow")
        #expect(engine.weightages == [FaultWeightage(faultName: "checkout", weightage: 10)])
        let schedule = try await Sample.admit(
            """
            apiVersion: litmuschaos.io/v1alpha1
            kind: ChaosSchedule
            metadata: {name: checkout}
            spec: {schedule: {now: true}, engineTemplateSpec: {experiments: [{name: pod-delete}]}}
            """)
        let labels = schedule.manifest.object["spec", "engineTemplateSpec", "metadata", "labels"]
        #expect(labels["type"] == "standalone_workflow" && labels["workflow_id"] == "exp-1")
        var referring = schedule.manifest.object
        let path = ["spec", "engineTemplateSpec", "metadata", "annotations", "probeRef"]
        referring[path: path] = #"[{"name":"up","mode":"eot"}]"#
        let fault = try #require(try ExperimentManifest(parsing: referring.description).faults().first)
        #expect(try fault.probeReferences() == [ProbeReference(name: "up", mode: "EOT")])
    }

    @Test(arguments: [
        (Sample.workflow(name: "other"), "Workflow name doesn't match"),
        (Sample.cron(name: "other"), "CronWorkflow name doesn't match"),
        (Sample.workflow(experiments: "[]"), "no experiments specified in chaosengine - pod-delete-x1y"),
        (Sample.workflow(engineName: "labels: {}"), "empty chaos experiment name: the ChaosEngine of 'pod-delete'"),
        (Sample.workflow(probeRef: "'[{]'"), "fault 'pod-delete-x1y': the annotation probeRef has to be"),
        (Sample.workflow(probeRef: "'{}'"), "fault 'pod-delete-x1y': the annotation probeRef has to be"),
        (Sample.workflow(probeRef: #"'[{"name":"a","mode":"Never"}]'"#), "fault 'pod-delete-x1y': the annotation"),
        (
            Sample.workflow().replacing("weight: \"4\"", with: "weight: heavy"),
            "template 'pod-delete': the label weight"
        ),
        (Sample.workflow().replacing("weight: \"4\"", with: "weight: -1"), "the weightage of fault 'pod-delete-x1y'"),
        (Sample.workflow(engineName: "name: [a"), "the ChaosEngine in template 'pod-delete':"),
    ])
    func `a manifest that cannot be run is refused when it is saved`(_ text: String, _ reason: String) async {
        await #expect { try await Sample.admit(text) } throws: { "\($0)".hasPrefix(reason) }
    }

    @Test func `a fault has a hundred probes at most`() async throws {
        func references(_ count: Int) -> String {
            "'[" + (0..<count).map { "{\"name\":\"p\($0)\",\"mode\":\"SOT\"}" }.joined(separator: ",") + "]'"
        }
        func inline(_ count: Int) -> String {
            let probes = (0..<count).map { "{name: q\($0), mode: SOT}" }.joined(separator: ",")
            return "[{name: pod-delete, spec: {probe: [\(probes)]}}]"
        }
        let most = try await Sample.admit(Sample.workflow(probeRef: references(60), experiments: inline(40))) {
            $0["name"].string
        }
        #expect(most.probes.first?.probeNames.count == 100)
        for text in [
            Sample.workflow(probeRef: references(101)),
            Sample.workflow(probeRef: references(61), experiments: inline(40)),
        ] {
            await #expect(throws: CenterError.invalid("fault 'pod-delete-x1y' has 101 probes, more than 100")) {
                try await Sample.admit(text) { _ in
                    Issue.record("no probe is made of a manifest that is refused")
                    return nil
                }
            }
        }
    }

    @Test(arguments: ["''", "\"  \"", "'[]'", "null"])
    func `a fault needs no probe`(_ probeRef: String) async throws {
        let admitted = try await Sample.admit(Sample.workflow(probeRef: probeRef))
        #expect(admitted.probes.isEmpty)
    }

    @Test func `probes of an engine become probes of the project, once`() async throws {
        let text = Sample.workflow(
            probeRef: "''",
            experiments:
                "[{name: pod-delete, spec: {probe: [{name: a, mode: SOT}, {name: odd, mode: Sometimes}, {name: x, mode: EOT}]}}]"
        )
        var asked: [String] = []
        let admitted = try await Sample.admit(text) { probe in
            asked.append(probe["name"].string ?? "")
            return probe["name"] == "x" ? nil : "project-" + (probe["name"].string ?? "")
        }
        #expect(asked == ["a", "x"])
        let fault = try #require(try admitted.manifest.faults().first)
        #expect(try fault.probeReferences() == [ProbeReference(name: "project-a", mode: "SOT")])
        // What no object can express stays where it is.
        #expect(fault.inlineProbes.map { $0["name"].string } == ["odd", "x"])
        #expect(admitted.probes == [FaultProbes(faultName: "pod-delete-x1y", probeNames: ["project-a"])])
        #expect(fault.engine["metadata", "annotations", "team"] == "[not json")
        #expect(fault.engine["metadata", "namespace"].withoutTagMarks == "{{workflow.parameters.adminModeNamespace}}")
    }

    @Test func `saving what was saved changes nothing`() async throws {
        let once = try await Sample.admit(Sample.workflow())
        let twice = try await Sample.admit(once.manifest.text)
        #expect(twice.manifest == once.manifest && twice.probes == once.probes)
    }
}

/// A small experiment in all its forms.
enum Sample {
    static func workflow(
        name: String = "checkout", engineName: String = "generateName: pod-delete-x1y",
        probeRef: String = #"'[{"name":"up","mode":"SOT"}]'"#,
        experiments: String = "[{name: pod-delete, spec: {components: {env: []}}}]"
    ) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata:
          name: \(name)
          namespace: litmus
        spec:
        \(spec(engineName, probeRef, experiments, indent: "  "))
        """
    }

    static func cron(name: String = "checkout") -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: CronWorkflow
        metadata:
          name: \(name)
          namespace: litmus
        spec:
          schedule: "0 * * * *"
          workflowSpec:
        \(spec("generateName: pod-delete-x1y", #"'[{"name":"up","mode":"SOT"}]'"#,
               "[{name: pod-delete, spec: {components: {env: []}}}]", indent: "    "))
        """
    }

    static let engine = """
        apiVersion: litmuschaos.io/v1alpha1
        kind: ChaosEngine
        metadata: {name: checkout, namespace: litmus}
        spec: {engineState: active, experiments: [{name: pod-delete}]}
        """

    private static func spec(
        _ engineName: String, _ probeRef: String, _ experiments: String, indent: String
    ) -> String {
        """
        entrypoint: main
        arguments:
          parameters:
            - {name: adminModeNamespace, value: litmus}
        templates:
          - name: install-chaos-faults
            inputs:
              artifacts:
                - name: script
                  path: /tmp/script
                  raw: {data: "#!/bin/sh\\n: 'unclosed"}
          - name: pod-delete
            metadata: {labels: {weight: "4"}}
            inputs:
              artifacts:
                - name: pod-delete-x1y
                  path: /tmp/engine.yaml
                  raw:
                    data: |
                      apiVersion: litmuschaos.io/v1alpha1
                      kind: ChaosEngine
                      metadata:
                        \(engineName)
                        namespace: {{workflow.parameters.adminModeNamespace}}
                        annotations:
                          team: "[not json"
                          probeRef: \(probeRef)
                      spec:
                        engineState: active
                        experiments: \(experiments)
        """.split(separator: "\n", omittingEmptySubsequences: false).map { indent + $0 }.joined(separator: "\n")
    }

    @discardableResult
    static func admit(
        _ text: String, weights: [String: Int] = [:], adopt: (JSON) async throws -> String? = { _ in nil }
    ) async throws -> ManifestAdmission.Admitted {
        let admission = ManifestAdmission(
            experimentID: "exp-1", infraID: "infra-1", revisionID: "rev-1", weights: weights)
        return try await admission.admit(ExperimentManifest(parsing: text), named: "checkout", adopt: adopt)
    }
}
