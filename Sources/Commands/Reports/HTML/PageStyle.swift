/// The page's style sheet.
enum PageStyle {
    static let css: Markup = """
        :root {
          color-scheme: light dark;
          --ground: #f4f5f8; --card: #ffffff; --text: #1b2330; --muted: #566173; --line: #dde1e8; --code: #eef0f4;
          --pass: #14713f; --pass-ground: #e2f4e9; --fail: #b3202f; --fail-ground: #fde8ea;
          --error: #8f4a00; --error-ground: #fff0d9; --stopped: #45566e; --stopped-ground: #e6eaf0;
          --chaos: #6a4fcf; --chaos-ground: #6a4fcf14; --phase: #3f4a5e; --check: #66748a; --ramp: #cfd6e0;
          --on-bar: #ffffff; --link: #1f5fbf;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0f1319; --card: #181e27; --text: #e5e9f0; --muted: #9da9ba; --line: #2c3542; --code: #222a35;
            --pass: #5fd08f; --pass-ground: #14321f; --fail: #ff8a94; --fail-ground: #3d1a20;
            --error: #f3b063; --error-ground: #3a2810; --stopped: #aebbd0; --stopped-ground: #263040;
            --chaos: #a795f5; --chaos-ground: #a795f51f; --phase: #c3ccd9; --check: #8593a8; --ramp: #3c4758;
            --on-bar: #10141b; --link: #82b1ff;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--ground); color: var(--text);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
        }
        a { color: var(--link); }
        h1, h2, h3, h4, p, dl, figure { margin: 0; }
        h2 { font-size: 1.2rem; }
        h3 { font-size: 1.1rem; }
        h4 { font-size: .95rem; margin: 1.5rem 0 .5rem; }
        code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .88em; }
        pre { background: var(--code); padding: .75rem 1rem; border-radius: 6px; overflow-x: auto; margin: .75rem 0 .5rem; }
        main, .inner, body > footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
        body > footer { padding-top: .5rem; padding-bottom: 2rem; color: var(--muted); font-size: .85rem; }
        .muted, small, figcaption { color: var(--muted); }
        .text, .lead { overflow-wrap: anywhere; white-space: pre-line; }
        td, th, dd, code, h1, h2, h3, h4, p { unicode-bidi: isolate; }
        dd, pre, h1, h2, h3, h4, p { overflow-wrap: anywhere; }
        td, th { overflow-wrap: break-word; }

        header.page { background: var(--card); border-top: 6px solid var(--tone); border-bottom: 1px solid var(--line); }
        header.page .inner { padding-top: 1.5rem; padding-bottom: 1.5rem; }
        header.page .kind { color: var(--muted); font-size: .85rem; letter-spacing: .04em; text-transform: uppercase; }
        h1 { display: flex; align-items: center; gap: .6rem; font-size: 2.2rem; line-height: 1.2; color: var(--tone); }
        h1 .icon {
          width: 2.2rem; height: 2.2rem; padding: .35rem; border-radius: 50%; background: var(--tone); color: var(--card);
          flex: none;
        }
        .lead { font-size: 1.1rem; margin-top: .35rem; }
        .facts { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin-top: 1.1rem; }
        dt { color: var(--muted); font-size: .8rem; }
        dd { margin: 0; }

        .pass { --tone: var(--pass); --tint: var(--pass-ground); }
        .fail { --tone: var(--fail); --tint: var(--fail-ground); }
        .error, .note { --tone: var(--error); --tint: var(--error-ground); }
        .stopped, .neutral { --tone: var(--stopped); --tint: var(--stopped-ground); }
        .icon { width: 1em; height: 1em; fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
        .badge {
          display: inline-flex; align-items: center; gap: .3em; padding: .1em .65em .1em .5em; border-radius: 1em;
          background: var(--tint); color: var(--tone); font-size: .85rem; font-weight: 600; white-space: nowrap;
        }
        .card {
          background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.25rem; margin-top: 1.25rem;
        }
        .engine > header { margin-top: 2rem; }
        .engine .message { margin-top: .25rem; }
        .experiment { border-left: 4px solid var(--tone); }
        .title { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; }
        .callout {
          background: var(--tint); border-left: 4px solid var(--tone); border-radius: 4px; padding: .75rem 1rem;
          margin-top: 1rem;
        }
        .callout h2, .callout h4 { color: var(--tone); margin: 0 0 .25rem; font-size: 1rem; }
        .callout h2 .icon, .callout h4 .icon { vertical-align: -.1em; }
        .callout p + p { margin-top: .4rem; }

        .table { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
        thead th { color: var(--muted); font-size: .8rem; font-weight: 500; white-space: nowrap; }
        tbody th { font-weight: 600; }
        tbody tr:last-child > * { border-bottom: 0; }
        .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
        td small, th small { display: block; font-size: .82rem; font-weight: 400; white-space: normal; }
        .effects .number small { white-space: nowrap; }
        .settings th:first-child, .settings td:first-child { width: 1%; padding-right: 1.5rem; }
        .timeline td.number, .timeline th.number { width: 1%; padding-right: 1.5rem; }
        .timeline tbody th, .settings tbody th { font-weight: 400; }
        details { margin-top: 1.25rem; }
        .card > details:first-child { margin-top: 0; }
        summary { cursor: pointer; font-weight: 600; font-size: .95rem; }
        .gauge { display: block; margin: .2rem 0; }
        .gauge .ground { fill: var(--line); }
        .gauge .value { fill: var(--chaos); }
        .gauge .wanted { stroke: var(--text); stroke-width: 2; }

        .drawing { overflow-x: auto; }
        .drawing svg { display: block; width: 100%; min-width: 760px; height: auto; font-size: 12px; }
        .drawing text { fill: var(--text); }
        .drawing .tick { fill: var(--muted); text-anchor: middle; }
        .drawing .note { fill: var(--muted); font-style: italic; }
        .drawing .group { fill: var(--muted); font-weight: 600; }
        .drawing .grid { stroke: var(--line); }
        .drawing .rail { stroke: var(--line); stroke-dasharray: 2 4; }
        .drawing .during { fill: var(--chaos-ground); }
        .drawing .span { stroke: var(--muted); stroke-width: 2; }
        .bar { --bar: var(--chaos); }
        .bar rect { fill: var(--bar); }
        .bar .inside { fill: var(--on-bar); font-size: 11px; }
        .bar.check, .swatch.check { --bar: var(--check); }
        .bar.ramp, .swatch.ramp { --bar: var(--ramp); }
        .bar.ramp .inside { fill: var(--text); }
        .bar.chaos, .swatch.chaos { --bar: var(--phase); }
        .bar.unmeasured rect { fill: var(--chaos-ground); stroke: var(--chaos); }
        .bar.unmeasured .inside { fill: var(--text); }
        .swatch.unmeasured { --bar: var(--chaos-ground); --edge: var(--chaos); }
        .bar.unclear rect, .bar.missed rect { stroke-width: 1.5; stroke-dasharray: 4 3; stroke: var(--edge); }
        .bar.unclear, .swatch.unclear { --bar: var(--error-ground); --edge: var(--error); }
        .bar.missed, .swatch.missed { --bar: var(--fail-ground); --edge: var(--fail); }
        .bar.unclear .inside { fill: var(--error); }
        .bar.missed .inside { fill: var(--fail); }
        .bar.open rect { fill-opacity: .55; stroke: var(--edge, var(--bar)); stroke-width: 1.5; stroke-dasharray: 2 3; }
        .mark circle, .mark rect { fill: var(--tone); stroke: var(--card); stroke-width: 1.5; }
        .mark path { fill: none; stroke: var(--card); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
        figcaption { font-size: .85rem; margin-top: .25rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .25rem 0 0; padding: 0; }
        .swatch {
          display: inline-block; width: 1.4em; height: .8em; border-radius: 3px; margin-right: .45em;
          background: var(--bar, var(--chaos)); border: 1px solid var(--edge, transparent);
        }
        .swatch.unclear, .swatch.missed { border-style: dashed; }
        .swatch.open { opacity: .6; border: 1px dashed var(--text); }

        @media (max-width: 640px) {
          h1 { font-size: 1.7rem; }
          .card { padding: 1rem; }
          .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stacked, .stacked tbody, .stacked tr, .stacked tbody th { display: block; }
          .stacked tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
          .stacked tr:last-child { border-bottom: 0; }
          .stacked tbody th, .stacked td { border: 0; padding: .15rem 0; }
          .stacked td { display: grid; grid-template-columns: 7.5rem 1fr; gap: .5rem; white-space: normal; }
          .stacked td::before { content: attr(data-label); color: var(--muted); font-size: .8rem; }
          .stacked td > div { min-width: 0; overflow-wrap: anywhere; }
        }
        @media print {
          :root {
            --ground: #fff; --card: #fff; --text: #000; --muted: #444; --line: #ccc; --code: #f2f2f2;
            --pass: #14713f; --pass-ground: #e2f4e9; --fail: #b3202f; --fail-ground: #fde8ea;
            --error: #8f4a00; --error-ground: #fff0d9; --stopped: #45566e; --stopped-ground: #e6eaf0;
            --chaos: #6a4fcf; --chaos-ground: #6a4fcf14; --phase: #3f4a5e; --check: #66748a; --ramp: #cfd6e0;
            --on-bar: #fff; --link: #000;
          }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          body { font-size: 10pt; }
          main, .inner, body > footer { max-width: none; padding: 0; }
          .card { break-inside: auto; }
          tr, .callout, figure, h2, h3, h4 { break-inside: avoid; }
          h2, h3, h4 { break-after: avoid; }
          pre { white-space: pre-wrap; }
          body > footer { display: none; }
          .drawing svg { min-width: 0; }
          details::details-content { content-visibility: visible; block-size: auto; }
        }
        """
}
