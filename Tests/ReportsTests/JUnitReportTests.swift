import ChaosAPI
import KubernetesAPI
import Testing

@testable import Reports

@Suite struct JUnitReportTests {
    private func parsed(_ fixtures: Fixture...) throws -> ParsedXML {
        try ParsedXML(JUnitReport.render(Fixture.report(fixtures)))
    }

    @Test("an engine is a suite, its experiment and each probe are test cases, grouped by names")
    func cases() throws {
        let xml = try parsed(.passed)
        #expect(xml.all("testsuite").map { $0.attributes["name"] } == ["shop/web-chaos"])
        let cases = xml.all("testcase")
        #expect(
            cases.map { $0.attributes["name"] } == [
                "pod-network-loss", "shop-answers (httpProbe, Continuous)", "replicas-available (k8sProbe, Edge)",
                "orders-kept (cmdProbe, EOT)",
            ])
        #expect(cases[0].attributes["classname"] == "shop.web-chaos")
        #expect(cases[1].attributes["classname"] == "shop.web-chaos.pod-network-loss")
    }

    @Test("counts and times are those of the run, in seconds")
    func counts() throws {
        let xml = try parsed(.passed, .failed, .notInjected)
        let suites = xml.all("testsuite").map { suite in
            ["tests", "failures", "errors", "skipped", "time"].map { suite.attributes[$0] }
        }
        #expect(
            suites == [
                ["4", "0", "0", "0", "29.000"], ["5", "2", "0", "1", "22.000"], ["2", "0", "1", "1", "8.000"],
            ])
        let whole = try #require(xml.all("testsuites").first)
        #expect(["tests", "failures", "errors", "time"].map { whole.attributes[$0] } == ["11", "2", "1", "40.000"])
        #expect(xml.all("testsuite")[0].attributes["timestamp"] == "2026-11-24T02:30:01")
        #expect(xml.all("testcase")[0].attributes["time"] == "29.000")
    }

    @Test("a verdict Fail is a failure with the failing probe's text, on the experiment and on the probe")
    func failure() throws {
        let xml = try parsed(.failed)
        let failures = xml.all("failure")
        #expect(failures.count == 2)
        for failure in failures {
            #expect(failure.attributes["message"]?.contains("Actual value: 503. Expected value: == 200") == true)
            #expect(failure.text.contains("answers-under-loss (httpProbe, OnChaos)"))
        }
        #expect(xml.all("error").isEmpty)
        #expect(xml.all("skipped").map { $0.attributes["message"]?.contains("not executed") } == [true])
    }

    @Test("a verdict Error is an error with code, reason and what to do")
    func error() throws {
        let xml = try parsed(.notInjected)
        let error = try #require(xml.all("error").first)
        #expect(error.attributes["type"] == "CHAOS_INJECT_ERROR")
        #expect(error.attributes["message"]?.contains("measured 0 % of 1310 packets") == true)
        #expect(error.text.contains("says nothing about the application"))
        #expect(xml.all("failure").isEmpty)
    }

    @Test("a run that a probe stopped is a failure, one that came to no verdict an error")
    func stoppedAndAwaited() throws {
        var stopped = Fixture.failed
        stopped.result.verdict = .stopped
        #expect(try parsed(stopped).all("failure").first?.attributes["type"] == "Stopped")
        var awaited = Fixture.passed
        awaited.result.verdict = .awaited
        let error = try #require(try parsed(awaited).all("error").first)
        #expect(error.attributes["message"] == "the experiment came to no verdict")
    }

    @Test("properties name seed, versions, tunables, and effects as asked and measured")
    func properties() throws {
        let properties = try parsed(.passed).properties
        #expect(properties["litmus.version"] == "0.1.0")
        #expect(properties["kubernetes.version"] == "v1.36.0+litmus")
        #expect(properties["engine.application"] == "deployment with app=web in shop")
        #expect(properties["pod-network-loss.seed"] == "7")
        #expect(properties["pod-network-loss.repeat"] == "litmus run app.yaml 'web engine.yaml' --seed 7")
        #expect(properties["pod-network-loss.tunable.NETWORK_PACKET_LOSS_PERCENTAGE"] == "30")
        #expect(properties["pod-network-loss.effect.1.asked"] == "30")
        #expect(properties["pod-network-loss.effect.1.measured"] == "29.4")
        #expect(properties["pod-network-loss.effect.1.outcome"] == "confirmed")
        #expect(properties["pod-network-loss.effect.2.sample"] == "621 of 2000 packets")
        #expect(properties["pod-network-loss.effect.1.injectedAt"] == "2026-11-24T02:30:05.310Z")
    }

    @Test("the timeline is the output of the experiment's test case, a line an entry, in order of time")
    func timeline() throws {
        let xml = try parsed(.passed)
        let output = try #require(xml.all("system-out").first { $0.path.last == "testcase" })
        let lines = output.text.split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines[1] == "2026-11-24T02:30:02.000Z  +1.000 s  pre-chaos check: AUT: Running, Probes: Successful")
        #expect(lines[3].hasSuffix("lose 30 % of egress on eth0: confirmed, 29.4 % of 30 % (until +24.360 s)"))
        #expect(lines.map { $0.prefix(24) } == lines.map { $0.prefix(24) }.sorted())
    }

    @Test("a run that was cut short, and an engine without experiments, are errors and not silence")
    func emptyRuns() throws {
        let cut = try ParsedXML(JUnitReport.render(Fixture.report([], failure: "took longer than --timeout 5m")))
        #expect(cut.all("error").map { $0.attributes["message"] } == ["took longer than --timeout 5m"])
        #expect(cut.all("testsuites").first?.attributes["errors"] == "1")
        var bare = Fixture.refused
        bare.engine.spec["experiments"] = .array([])
        let error = try #require(try parsed(bare).all("error").first)
        #expect(error.attributes["type"] == "ChaosEngineInvalid")
        #expect(error.attributes["message"]?.contains("there is no ServiceAccount") == true)
        let nothing = try ParsedXML(JUnitReport.render(Fixture.report([])))
        #expect(nothing.all("testsuites").first?.attributes["tests"] == "0")
    }

    @Test("an engine that was refused is told with its reason")
    func refused() throws {
        let error = try #require(try parsed(.refused).all("error").first)
        #expect(error.attributes["message"]?.contains("there is no ServiceAccount litmus-admin") == true)
        #expect(error.text.contains("kubectl describe chaosengine -n shop late-chaos"))
    }

    @Test("hostile text arrives as text, without what XML forbids", arguments: [Verdict.error, .fail, .pass, .stopped])
    func hostile(verdict: Verdict) throws {
        let xml = try ParsedXML(JUnitReport.render(Hostile.report(verdict)))
        #expect(xml.all("script").isEmpty && xml.all("img").isEmpty)
        #expect(xml.properties["litmus.version"] == Hostile.shown)
        #expect(xml.all("testcase").contains { $0.attributes["name"] == Hostile.shown })
        #expect(xml.all("system-out").first?.text.contains(Hostile.shown) == true)
        #expect(xml.all("error").contains { $0.attributes["message"] == Hostile.shown })
    }
}
