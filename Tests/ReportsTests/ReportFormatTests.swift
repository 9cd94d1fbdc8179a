import KubernetesAPI
import Testing

@testable import Reports

@Suite struct ReportFormatTests {
    static let names: [(String, ReportFormat)] = [
        ("report.xml", .junit), ("out/report.html", .html), ("./a.b/REPORT.HTML", .html), ("r.tar.XML", .junit),
    ]

    @Test("the suffix chooses the form", arguments: names)
    func suffixes(path: String, format: ReportFormat) throws {
        #expect(try ReportFormat(path: path) == format)
    }

    @Test(
        "any other name is refused, and both forms are named",
        arguments: ["", "report", "report.txt", "report.html/", "html", "a.xml/report", "report.htm"])
    func refusal(path: String) {
        let error = #expect(throws: ReportFormatError.self) { try ReportFormat(path: path) }
        let text = error?.description ?? ""
        #expect(text.contains("'\(path)'") && text.contains(".xml") && text.contains(".html"))
    }

    @Test("each form is rendered as what it says")
    func rendering() {
        let report = Fixture.report([.passed])
        #expect(ReportFormat.junit.render(report).hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
        #expect(ReportFormat.html.render(report).hasPrefix("<!DOCTYPE html>\n"))
    }
}

@Suite struct FigureTests {
    static let figures: [(Double, String, String)] = [
        (30, "%", "30 %"), (29.4, "%", "29.4 %"), (0.005, "cores", "0.01 cores"), (1, "cores", "1 core"),
        (0, "pods", "0 pods"), (-2.5, "", "-2.5"), (.nan, "%", "not a number %"), (1e300, "", "1e+300"),
    ]

    @Test("figures have two decimals at most and their unit", arguments: figures)
    func figure(value: Double, unit: String, text: String) {
        #expect(Figure.text(value, unit: unit) == text)
    }

    static let spans: [(Duration, String, String)] = [
        (.milliseconds(350), "0.35 s", "0.350"), (.milliseconds(12_400), "12.4 s", "12.400"),
        (.seconds(60), "1 min", "60.000"), (.seconds(125), "2 min 5 s", "125.000"),
        (.seconds(3720), "1 h 2 min", "3720.000"), (.zero, "0 s", "0.000"), (.milliseconds(-5), "-0.01 s", "-0.005"),
    ]

    @Test("durations are in words for people and in seconds for programs", arguments: spans)
    func duration(value: Duration, words: String, seconds: String) {
        #expect(Figure.span(value) == words)
        #expect(Figure.seconds(value) == seconds)
    }
}
