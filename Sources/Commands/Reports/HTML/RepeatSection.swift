import KubernetesAPI

/// What it takes to have the same run again.
struct RepeatSection {
    var report: RunReport

    var markup: Markup {
        """
        <section class="card" aria-labelledby="repeat">
        <h2 id="repeat">Repeat this run</h2>
        \(commands)<dl class="facts">
        \(facts)</dl>
        </section>
        """
    }

    private var commands: Markup {
        let seeds = report.seeds
        if seeds.count <= 1 {
            let sentence: Markup =
                seeds.isEmpty
                ? "No seed was recorded, so the choice of targets may differ." : "The same seed makes the same choices."
            return "<pre><code>\(report.command(seed: seeds.first))</code></pre>\n<p class=\"muted\">\(sentence)</p>\n"
        }
        let table = PageTable(
            className: "stacked",
            columns: [
                PageTable.Column(title: "Experiment"), PageTable.Column(title: "Engine"),
                PageTable.Column(title: "Seed", className: "number"),
            ],
            rows: report.engines.flatMap { engine in
                engine.experiments.compactMap { experiment in
                    experiment.seed.map { seed -> [Markup] in
                        ["\(experiment.title)", "\(engine.title)", "<code>\(String(seed))</code>"]
                    }
                }
            })
        return """
            <pre><code>\(report.command(seed: nil))</code></pre>
            <p class="muted">Each experiment chose with a seed of its own. <code>--seed N</code> gives all of them the seed N, \
            which repeats the one that N belongs to; to repeat all, set LITMUS_SEED in each experiment's env.</p>
            \(table.markup)
            """
    }

    private var facts: Markup {
        let facts = [
            ("Files", report.files.joined(separator: ", ")), ("Litmus", report.litmusVersion),
            ("Kubernetes", report.kubernetesVersion), ("Started", report.started.milliTime),
            ("Ended", report.ended.milliTime),
        ]
        return Markup(
            joining: facts.filter { !$0.1.isEmpty }.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" })
    }
}
