import ChaosAPI
import KubernetesAPI

/// What was asked for and what was measured, a row a target.
struct EffectTable {
    var effects: [EffectReport]

    var markup: Markup {
        guard let first = effects.first else { return .empty }
        // What is the same for all is said once.
        let isUniform = effects.allSatisfy { $0.action == first.action && $0.mechanism == first.mechanism }
        let scale = effects.compactMap { max($0.asked ?? 0, $0.measured ?? 0) }.max() ?? 0
        let deed: Markup =
            isUniform
            ? "<p>\(first.action)\(first.mechanism.isEmpty ? "" : ", by \(first.mechanism)")</p>\n" : .empty
        var columns = [
            PageTable.Column(title: "Target"), PageTable.Column(title: "Done"),
            PageTable.Column(title: "Asked", className: "number"),
            PageTable.Column(title: "Measured", className: "number"), PageTable.Column(title: "Effect"),
            PageTable.Column(title: "Injected – reverted", className: "number"),
        ]
        if isUniform { columns.remove(at: 1) }
        let table = PageTable(
            className: "effects stacked", columns: columns,
            rows: effects.map { effect in
                let deed = isUniform ? [] : ["\(effect.action)\(small(effect.mechanism))" as Markup]
                return [target(effect.target)] + deed + [
                    "\(effect.asked.map { Figure.text($0, unit: effect.unit) } ?? "–")",
                    measured(effect, scale: scale), "\(Badge.of(effect.effect))\(small(effect.remark))",
                    window(effect),
                ]
            })
        return "<h4>Effects: asked and measured</h4>\n\(deed)\(table.markup)"
    }

    private func small(_ text: String) -> Markup { text.isEmpty ? .empty : "<small>\(text)</small>" }

    private func target(_ target: TargetReport) -> Markup {
        let place = [
            target.kind + (target.namespace.isEmpty ? "" : " in \(target.namespace)"),
            target.container.isEmpty ? "" : "container \(target.container)",
            target.node.isEmpty ? "" : "on \(target.node)",
        ]
        return "\(target.name)\(small(place.filter { !$0.isEmpty }.joined(separator: ", ")))"
    }

    private func measured(_ effect: EffectReport, scale: Double) -> Markup {
        guard let measured = effect.measured else {
            return "<span class=\"muted\">nothing</span>\(small(effect.sample))"
        }
        return """
            \(Figure.text(measured, unit: effect.unit))\(gauge(effect, measured, scale: scale))\(small(effect.sample))
            """
    }

    /// A bar for the measured value and a line where it should end.
    private func gauge(_ effect: EffectReport, _ measured: Double, scale: Double) -> Markup {
        guard let asked = effect.asked else { return .empty }
        let full = effect.unit == "%" ? max(100, scale) : scale
        guard full > 0, full.isFinite, measured.isFinite else { return .empty }
        let width = 90.0
        let bar = Figure.text(max(0, measured) / full * width)
        let mark = Figure.text(min(max(0, asked) / full * width, width - 1))
        return """
            <svg class="gauge" viewBox="0 0 90 8" width="90" height="8" aria-hidden="true">\
            <rect class="ground" width="90" height="4" y="2" rx="2"/><rect class="value" width="\(bar)" height="4" y="2" rx="2"/>\
            <path class="wanted" d="M\(mark) 0v8"/></svg>
            """
    }

    private func window(_ effect: EffectReport) -> Markup {
        guard let injectedAt = effect.injectedAt else { return "<span class=\"muted\">not recorded</span>" }
        guard let revertedAt = effect.revertedAt else {
            return "\(TimeText.clock(injectedAt)) –<small>no revert recorded</small>"
        }
        let span = Figure.span(max(revertedAt - injectedAt, .zero))
        return "\(TimeText.clock(injectedAt)) – \(TimeText.clock(revertedAt))\(small(span))"
    }
}
