import Testing

@testable import Probes

@Suite struct ProbeTemplateTests {
    let template = ProbeTemplate(
        registers: ["count": "3", "my-name": "a<b"], probeNames: ["count", "my-name", "later"])

    @Test(
        "renders what probes have registered",
        arguments: [
            ("plain < text & more", "plain < text & more"),
            ("{{ .count.ProbeArtifacts.Register }}", "3"),
            (#"{{ (index . "my-name").ProbeArtifacts.Register }}"#, "a<b"),
            (#"{{ index . "my-name" "ProbeArtifacts" "Register" }}"#, "a<b"),
            ("[{{ .later.ProbeArtifacts.Register }}]", "[]"),
            (#"{{ if eq .count.ProbeArtifacts.Register "3" }}yes{{ else }}no{{ end }}"#, "yes"),
            (#"{{ if .later.ProbeArtifacts.Register }}a{{ else if true }}b{{ end }}"#, "b"),
            (#"{{ printf "%s-%v" .count.ProbeArtifacts.Register 4 }}"#, "3-4"),
            (#"{{ .count.ProbeArtifacts.Register | printf "%q" }}"#, #""3""#),
            ("a {{- /* comment */ -}} b", "ab"), ("{{ $x := .count }}{{ $x.ProbeArtifacts.Register }}", "3"),
            (#"{{ html (index . "my-name").ProbeArtifacts.Register }}"#, "a&lt;b"),
            ("{{ len .count.ProbeArtifacts.Register }}{{ with .count }}{{ .ProbeArtifacts.Register }}{{ end }}", "13"),
            ("{{ and true .count.ProbeArtifacts.Register }} {{ not true }} {{ gt 2 1 }}", "3 false true"),
        ])
    func renders(_ text: String, _ expected: String) throws {
        #expect(try template.render(text) == expected)
    }

    @Test("an action meant for another program stays as it was written")
    func foreign() throws {
        #expect(try template.render("docker ps --format '{{.Names}}'") == "docker ps --format '{{.Names}}'")
    }

    @Test(
        "a broken template is an error that says what is wrong",
        arguments: [
            ("{{ .my-name.ProbeArtifacts.Register }}", "index"), ("{{ foo }}", "\"foo\" not defined"),
            ("{{ .count", "without its '}}'"), ("{{ if true }}x", "without its 'end'"),
            ("{{ (len . }}", "without its ')'"),
        ])
    func broken(_ text: String, _ hint: String) {
        let error = #expect(throws: TemplateError.self) { try template.render(text) }
        #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
    }
}
