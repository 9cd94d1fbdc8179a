import ChaosAPI
import KubernetesAPI
import Testing

@testable import Reports

@Suite struct HTMLReportTests {
    private func page(_ fixtures: Fixture...) -> String { HTMLReport.render(Fixture.report(fixtures)) }

    /// The body as a parser of XML reads it: everything closed, everything escaped.
    private func body(_ page: String) throws -> ParsedXML {
        let start = try #require(page.firstRange(of: "<body>")).lowerBound
        let end = try #require(page.firstRange(of: "</body>")).upperBound
        return try ParsedXML(String(page[start..<end]))
    }

    static let runs: [(Fixture, String, String)] = [
        (.passed, "Pass", "pod-network-loss ran and every probe held."),
        (.failed, "Fail", "pod-network-loss: probe answers-under-loss failed."),
        (.notInjected, "Error", "pod-network-loss gave no verdict on the application: asked to lose 30 %"),
        (.deleted, "Pass", "pod-delete ran to its end; no probe judged the application."),
        (.refused, "Error", "there is no ServiceAccount litmus-admin"),
    ]

    @Test("the top says the verdict in a word and what it means", arguments: runs)
    func heading(run: Fixture, word: String, lead: String) throws {
        let text = page(run)
        let body = try body(text)
        #expect(body.all("h1").first?.text == word)
        #expect(body.elements.first { $0.attributes["class"] == "lead" }?.text.contains(lead) == true)
        #expect(text.contains("<title>\(word): chaos run of 2026-11-24T02:30:00Z</title>"))
    }

    @Test("the table of effects sets asked beside measured and says whether the effect is confirmed")
    func effects() throws {
        let body = try body(page(.failed))
        let rows = body.all("tr").filter { $0.text.contains("web-7d4b9c") && $0.text.contains(" – 02:30:22") }
        #expect(rows.count == 2)
        #expect(rows[0].text.contains("29.4 %588 of 2000 packets") && rows[0].text.contains("confirmed"))
        #expect(rows[0].text.contains("02:30:02.310 – 02:30:22.360"))
        #expect(rows[1].text.contains("inconclusive") && rows[1].text.contains("nothing3 packets"))
        let missed = try self.body(page(.notInjected))
        #expect(missed.all("tr").contains { $0.text.contains("not injected") && $0.text.contains("0 of 1310 packets") })
    }

    @Test("what differs between targets stands in each row")
    func mixedActions() throws {
        var run = Fixture.passed
        run.result.injections[1].action = "lose 60 % of ingress on eth1"
        let body = try body(page(run))
        #expect(body.all("tr").contains { $0.text.contains("q8fzt") && $0.text.contains("lose 60 % of ingress") })
    }

    @Test("a failed probe is told at once with what it saw, and in the table with the others")
    func probes() throws {
        let body = try body(page(.failed))
        let callout = body.elements.first { $0.attributes["class"] == "callout fail" }
        #expect(callout?.text.contains("Probe answers-under-loss (httpProbe, OnChaos) failed") == true)
        #expect(callout?.text.contains("Actual value: 503") == true)
        let verdicts = body.all("tr").filter { $0.attributes["role"] == "row" }.map(\.text)
        #expect(verdicts.contains { $0.hasPrefix("serves-at-starthttpProbeSOTPassed") })
        #expect(verdicts.contains { $0.hasPrefix("latencypromProbeEOTN/A") })
    }

    @Test("an error is told with code, reason, target and what to do")
    func error() throws {
        let callout = try body(page(.notInjected)).elements.first { $0.attributes["class"] == "callout error" }
        let text = try #require(callout?.text)
        #expect(text.contains("CHAOS_INJECT_ERROR in phase ChaosInject"))
        #expect(text.contains("measured 0 % of 1310 packets"))
        #expect(text.contains("Target: {podName: web-7d4b9c-x2x9k, namespace: shop}"))
        #expect(text.contains("What to do: The target was not under the chaos that was asked for"))
    }

    @Test("an effect that could not be measured, or that missed its target, is pointed out beside a good verdict")
    func doubts() throws {
        #expect(page(.crowd).contains("1 of 30 effects could not be measured"))
        var run = Fixture.passed
        run.result.injections[0].effect = .notInjected
        #expect(page(run).contains("1 of 2 effects did not reach the target"))
    }

    @Test("the command that repeats the run is there with its seed")
    func repetition() throws {
        let body = try body(page(.passed))
        #expect(body.all("pre").map(\.text) == ["litmus run app.yaml 'web engine.yaml' --seed 7"])
        let several = try self.body(page(.passed, .deleted))
        #expect(several.all("pre").map(\.text) == ["litmus run app.yaml 'web engine.yaml'"])
        #expect(several.all("tr").contains { $0.text == "pod-deleteshop/api-chaos18446744073709551615" })
    }

    @Test("several experiments have a summary whose links lead to their sections")
    func summary() throws {
        let body = try body(page(.passed, .deleted, .refused))
        #expect(
            body.elements.first { $0.attributes["class"] == "lead" }?.text
                == "2 of 3 experiments passed, 1 without a verdict.")
        let links = body.all("a").compactMap { $0.attributes["href"] }
        let anchors = body.elements.compactMap { $0.attributes["id"] }
        #expect(links.count == 3)
        #expect(links.allSatisfy { anchors.contains(String($0.dropFirst())) })
        #expect(Set(anchors).count == anchors.count)
        #expect(try self.body(page(.passed)).all("a").isEmpty)
    }

    @Test("nothing is loaded and no script runs", arguments: [[Fixture.passed, .failed], [.crowd], []])
    func selfContained(fixtures: [Fixture]) {
        let text = HTMLReport.render(Fixture.report(fixtures))
        for trace in ["<script", "src=", "url(", "@import", "onload", "<iframe", "href=\"http"] {
            #expect(!text.contains(trace), "\(trace)")
        }
        #expect(text.contains("default-src 'none'"))
    }

    @Test("light, dark and paper have colours of their own, and tables and drawings have names for who cannot see them")
    func access() throws {
        let text = page(.passed)
        #expect(text.contains("prefers-color-scheme: dark") && text.contains("@media print"))
        let body = try body(text)
        let drawing = try #require(body.all("svg").first { $0.attributes["role"] == "img" })
        let labels = (drawing.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
        let named = labels.compactMap { id in body.elements.first { $0.attributes["id"] == id }?.text }
        #expect(named.first == "Timeline of pod-network-loss")
        #expect(named.last?.contains("chaos: 20.06 s") == true && named.last?.contains("3 probes, 0 failed") == true)
        #expect(body.all("svg").allSatisfy { $0.attributes["role"] == "img" || $0.attributes["aria-hidden"] == "true" })
        #expect(body.all("th").allSatisfy { $0.attributes["scope"] != nil })
    }

    @Test("hostile text arrives as text", arguments: [Verdict.error, .fail, .pass, .stopped])
    func hostile(verdict: Verdict) throws {
        let text = HTMLReport.render(Hostile.report(verdict))
        #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("\u{202E}"))
        #expect(text.ranges(of: "</title>").count == text.ranges(of: "<title").count)
        #expect(text.ranges(of: "</style>").count == 1)
        let body = try body(text)
        #expect(body.all("h3").first?.text == Hostile.shown)
        #expect(body.all("td").contains { $0.text == Hostile.shown })
        #expect(body.all("dd").contains { $0.text == Hostile.shown })
    }

    @Test("a run without engines, without times, or cut short still makes a page")
    func sparse() throws {
        let empty = try body(HTMLReport.render(Fixture.report([], failure: "took longer than --timeout 5m")))
        #expect(empty.all("h1").first?.text == "Error")
        #expect(empty.all("section").first?.text.contains("took longer than --timeout 5m") == true)
        var run = Fixture.passed
        run.events = []
        run.result.injections = []
        let timeless = page(run)
        #expect(timeless.contains("No times were recorded, so there is no timeline."))
        _ = try body(timeless)
        var bare = Fixture.refused
        bare.engine.spec["experiments"] = .array([])
        #expect(page(bare).contains("This engine ran no experiment."))
    }
}
