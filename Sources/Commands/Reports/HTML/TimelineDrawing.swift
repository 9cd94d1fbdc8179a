import KubernetesAPI

/// The timeline as an inline SVG; its colours are the page's.
struct TimelineDrawing {
    var layout: TimelineLayout
    /// The experiment's.
    var name: String
    /// Unique on the page.
    var anchor: String

    private static let laneHeight = 26.0
    private static let barHeight = 16.0
    private static let top = 28.0
    private static let headingHeight = 22.0

    var markup: Markup {
        let rows = rows
        let height = (rows.last.map { $0.y + Self.laneHeight } ?? Self.top) + 6
        let end = Figure.span(layout.duration)
        let omitted: Markup =
            layout.omitted > 0
            ? " \(layout.omitted) more targets are in the table of effects only." : .empty
        return """
            <h4>Timeline</h4>
            <figure>
            <div class="drawing" tabindex="0" role="group" aria-label="Timeline, scrolls sideways on narrow screens">
            <svg viewBox="0 0 \(number(TimelineLayout.width)) \(number(height))" role="img" \
            aria-labelledby="\(anchor)-title \(anchor)-text">
            <title id="\(anchor)-title">Timeline of \(name)</title>
            <desc id="\(anchor)-text">\(description)</desc>
            \(background(to: height))\(axis(to: height))\(rows.map(\.markup))</svg>
            </div>
            <figcaption>0 s is \(TimeText.clock(layout.origin)), the last mark \(end) later.\(omitted)\(legend)</figcaption>
            </figure>

            """
    }

    // MARK: - Rows

    private struct Row {
        var y: Double
        var markup: Markup
    }

    private var rows: [Row] {
        var rows: [Row] = []
        var y = Self.top
        var last: TimelineLayout.Lane.Kind?
        for lane in layout.lanes {
            if lane.kind != last, let heading = heading(lane.kind) {
                rows.append(
                    Row(
                        y: y,
                        markup: "<text class=\"group\" x=\"0\" y=\"\(number(y + 16))\">\(heading)</text>\n"))
                y += Self.headingHeight
            }
            last = lane.kind
            rows.append(Row(y: y, markup: draw(lane, at: y)))
            y += Self.laneHeight
        }
        return rows
    }

    private func heading(_ kind: TimelineLayout.Lane.Kind) -> String? {
        let count = layout.lanes.filter { $0.kind == kind }.count
        return switch kind {
        case .phases: nil
        case .target: "Targets (\(count + layout.omitted))"
        case .probe: "Probes (\(count))"
        }
    }

    private func draw(_ lane: TimelineLayout.Lane, at y: Double) -> Markup {
        let middle = y + Self.laneHeight / 2
        let bars = lane.bars.map { lane.kind == .probe ? span($0, middle) : draw($0, middle) }
        let marks = lane.marks.map { draw($0, middle) }
        let note: Markup =
            lane.note.isEmpty
            ? .empty
            : "<text class=\"note\" x=\"\(number(TimelineLayout.left + 6))\" y=\"\(number(middle + 4))\">\(lane.note)</text>"
        return """
            <g><path class="rail" d="M\(number(TimelineLayout.left)) \(number(middle))H\(number(TimelineLayout.right))"/>\
            <text class="lane" x="0" y="\(number(middle + 4))"><title>\(lane.title)</title>\
            \(Self.shortened(lane.label, to: 34))</text>\(bars)\(marks)\(note)</g>

            """
    }

    private func draw(_ bar: TimelineLayout.Bar, _ middle: Double) -> Markup {
        // What lasted an instant must be seen as well.
        let width = max(bar.width, 3)
        let x = min(bar.x, TimelineLayout.right - width)
        let label: Markup =
            Double(bar.label.count) * 6.4 + 10 < width
            ? "<text class=\"inside\" x=\"\(number(x + 6))\" y=\"\(number(middle + 4))\">\(bar.label)</text>" : .empty
        return """
            <g class="bar \(bar.look.rawValue)\(bar.isOpen ? " open" : "")"><title>\(bar.title)</title>\
            <rect x="\(number(x))" y="\(number(middle - Self.barHeight / 2))" width="\(number(width))" \
            height="\(number(Self.barHeight))" rx="3"/>\(label)</g>
            """
    }

    private func span(_ bar: TimelineLayout.Bar, _ middle: Double) -> Markup {
        "<path class=\"span\" d=\"M\(number(bar.x)) \(number(middle))h\(number(bar.width))\"/>"
    }

    private func draw(_ mark: TimelineLayout.Mark, _ middle: Double) -> Markup {
        let place = "translate(\(number(mark.x)) \(number(middle)))"
        let sign: Markup =
            mark.hasPassed ? "<path d=\"M-3.5 .3l2.5 2.7 4.5-5.5\"/>" : "<path d=\"M-3 -3l6 6M3 -3l-6 6\"/>"
        let ground: Markup =
            mark.hasPassed ? "<circle r=\"8\"/>" : "<rect x=\"-7.5\" y=\"-7.5\" width=\"15\" height=\"15\" rx=\"2\"/>"
        return """
            <g class="mark \(mark.hasPassed ? "pass" : "fail")" transform="\(place)"><title>\(mark.title)</title>\
            \(ground)\(sign)</g>
            """
    }

    // MARK: - Ground

    private func background(to height: Double) -> Markup {
        guard let chaos = layout.chaos else { return .empty }
        return """
            <rect class="during" x="\(number(chaos.x))" y="\(number(Self.top - 4))" width="\(number(max(chaos.width, 1)))" \
            height="\(number(height - Self.top))"/>

            """
    }

    private func axis(to height: Double) -> Markup {
        Markup(
            joining: layout.ticks.map { tick in
                """
                <path class="grid" d="M\(number(tick.x)) \(number(Self.top - 4))V\(number(height - 4))"/>\
                <text class="tick" x="\(number(tick.x))" y="14">\(tick.label)</text>

                """
            })
    }

    /// The drawing in a few words, for who does not see it; the rest is in the tables.
    private var description: String {
        let phases = layout.lanes.filter { $0.kind == .phases }.flatMap(\.bars).map(\.title).joined(separator: ", ")
        let targets = layout.lanes.filter { $0.kind == .target }.count + layout.omitted
        let probes = layout.lanes.filter { $0.kind == .probe }
        let failed = probes.flatMap(\.marks).filter { !$0.hasPassed }.count
        return
            "\(phases.isEmpty ? "" : "Phases: \(phases). ")\(targets) targets, \(probes.count) probes, \(failed) failed. "
            + "The tables below have the details."
    }

    private var legend: Markup {
        let bars = layout.lanes.flatMap(\.bars)
        var entries: [(String, String)] = []
        func add(_ look: TimelineLayout.Bar.Look, _ text: String) {
            if bars.contains(where: { $0.look == look }) { entries.append((look.rawValue, text)) }
        }
        add(.check, "checks before and after")
        add(.ramp, "ramp")
        add(.chaos, "chaos")
        add(.unmeasured, "target of chaos, effect not measured")
        add(.confirmed, "effect confirmed")
        add(.inconclusive, "effect inconclusive")
        add(.notInjected, "not injected")
        if bars.contains(where: \.isOpen) { entries.append(("confirmed open", "no revert recorded")) }
        let probes: Markup =
            layout.lanes.contains { !$0.marks.isEmpty }
            ? "<li>marks of probes: ✓ passed, ✕ failed, at the end of the phase that their mode evaluates</li>" : .empty
        let items = entries.map { entry -> Markup in "<li><i class=\"swatch \(entry.0)\"></i>\(entry.1)</li>" }
        return items.isEmpty && probes == .empty ? .empty : "<ul class=\"legend\">\(items)\(probes)</ul>"
    }

    private func number(_ value: Double) -> String { Figure.text(value) }

    /// Shortened in the middle, since names differ at their ends.
    static func shortened(_ text: String, to limit: Int) -> String {
        guard text.count > limit else { return text }
        let head = (limit - 1) / 2
        return "\(text.prefix(head))…\(text.suffix(limit - 1 - head))"
    }
}
