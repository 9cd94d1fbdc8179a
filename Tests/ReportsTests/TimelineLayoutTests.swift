import ChaosAPI
import KubernetesAPI
import Testing

@testable import Reports

@Suite struct TimelineLayoutTests {
    private func layout(_ fixture: Fixture) throws -> TimelineLayout {
        let experiment = try #require(Fixture.report([fixture]).engines.first?.experiments.first)
        return try #require(TimelineLayout(experiment))
    }

    private func place(_ seconds: Double, of length: Double) -> Double {
        TimelineLayout.left + seconds / length * (TimelineLayout.right - TimelineLayout.left)
    }

    private func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 0.01 }

    @Test("each target has a lane whose bar lies where the injection lay in time")
    func targets() throws {
        let layout = try layout(.passed)
        let lanes = layout.lanes.filter { $0.kind == .target }
        #expect(lanes.map(\.label) == ["web-7d4b9c-x2x9k (web)", "web-7d4b9c-q8fzt (web)"])
        let bar = try #require(lanes.first?.bars.first)
        #expect(isNear(bar.x, place(4.31, of: 29)) && isNear(bar.x + bar.width, place(24.36, of: 29)))
        #expect(bar.look == .confirmed && bar.label == "measured 29.4 %" && !bar.isOpen)
    }

    @Test("several injections on one target share its lane")
    func repeated() throws {
        var run = Fixture.passed
        run.result.injections += [
            Fixture.loss("web-7d4b9c-x2x9k", measured: 30, sample: "", from: 26, to: 27)
        ]
        let lanes = try layout(run).lanes.filter { $0.kind == .target }
        #expect(lanes.map(\.bars.count) == [2, 1])
    }

    @Test("an injection without revert lasts to the end and says so, one without time has a note")
    func openEnds() throws {
        var run = Fixture.passed
        run.result.injections[0].revertedAt = nil
        run.result.injections[1].injectedAt = nil
        let lanes = try layout(run).lanes.filter { $0.kind == .target }
        let bar = try #require(lanes[0].bars.first)
        #expect(bar.isOpen && isNear(bar.x + bar.width, TimelineLayout.right))
        #expect(lanes[1].bars.isEmpty && lanes[1].note == "no time recorded")
    }

    @Test("probes have marks of pass and fail at the end of their phase; one not evaluated has a note")
    func probes() throws {
        let lanes = try layout(.failed).lanes.filter { $0.kind == .probe }
        #expect(lanes.map { $0.marks.map(\.hasPassed) } == [[true], [false], [true], []])
        #expect(isNear(lanes[1].marks[0].x, place(21.37, of: 22)))
        #expect(lanes[3].note == "not evaluated")
    }

    @Test("ticks are round seconds, ten at most, within the drawing", arguments: [0.0, 0.4, 3, 59, 4000, 900_000])
    func ticks(length: Double) throws {
        var run = Fixture.deleted
        run.events = []
        run.onEngine(.preChaosCheck, at: 0, "")
        run.onEngine(.summary, at: length, "")
        let ticks = try layout(run).ticks
        #expect((1...11).contains(ticks.count) && ticks.first?.label == "0 s")
        #expect(ticks.allSatisfy { (TimelineLayout.left...TimelineLayout.right + 0.01).contains($0.x) })
    }

    @Test("of very many targets those that did not work out keep their lanes, and the rest is counted")
    func overflow() throws {
        var run = Fixture.crowd
        run.result.injections = (0..<200).map {
            Fixture.loss(
                "pod-\($0)", measured: 30, effect: $0 == 150 ? .notInjected : .confirmed, sample: "", from: 2, to: 9)
        }
        let layout = try layout(run)
        let lanes = layout.lanes.filter { $0.kind == .target }
        #expect(lanes.count == TimelineLayout.targetLimit && layout.omitted == 140)
        #expect(lanes.first?.label == "pod-150 (web)")
        #expect(HTMLReport.render(Fixture.report([run])).contains("140 more targets"))
    }

    @Test("labels are shortened in the middle, since names differ at their ends")
    func shortening() {
        #expect(TimelineDrawing.shortened("short", to: 10) == "short")
        #expect(TimelineDrawing.shortened("web-7d4b9c-x2x9k", to: 9) == "web-…2x9k")
    }
}
