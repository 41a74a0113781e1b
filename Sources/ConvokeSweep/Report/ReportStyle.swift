/// The style sheet of a report.
enum ReportStyle {
  /// The style sheet: light, and dark where the reader's system is.
  static let sheet = """
    :root{color-scheme:light dark;--back:#fff;--ink:#222;--soft:#5f6368;--line:#ddd;--faint:#f5f5f5;
    --bar:#e8e8e8;--good:#00795a;--bad:#b84a00;--busy:#0068a3}
    @media(prefers-color-scheme:dark){:root{--back:#16181b;--ink:#e3e3e3;--soft:#a0a4a8;--line:#3a3d42;
    --faint:#22252a;--bar:#33373d;--good:#35c99b;--bad:#ff8f4d;--busy:#6cc0f5}
    figure svg>rect:first-child{fill:#1b1e22}figure svg text[fill="#222"]{fill:#e3e3e3}
    figure svg line[stroke="#e4e4e4"]{stroke:#3a3d42}figure svg line[stroke="#222"]{stroke:#e3e3e3}
    figure svg path[stroke="#444"]{stroke:#a0a4a8}}
    body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1560px;padding:0 1rem;
    color:var(--ink);background:var(--back)}
    header{display:flex;flex-wrap:wrap;gap:0 1rem;align-items:baseline;justify-content:space-between}
    h1{font-size:1.7rem;margin:.3rem 0;overflow-wrap:anywhere}
    h2{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid var(--line)}h4{margin:.5rem 0 .2rem}
    .live{margin:0;color:var(--soft)}.live::before{content:"● ";color:var(--soft)}
    .live.on::before{color:var(--good)}.live.off{color:var(--bad)}.live.off::before{color:var(--bad)}
    .bar{display:flex;height:14px;border-radius:7px;overflow:hidden;background:var(--bar)}
    span.done{background:#009e73}span.failed{background:#d55e00}span.leased{background:#56b4e9}
    span.skipped,span.cancelled{background:#999}
    b.failed,.state.failed,.reason{color:var(--bad)}b.done,.state.done{color:var(--good)}
    b.leased,.state.leased{color:var(--busy)}
    .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,560px),1fr));gap:1rem}
    figure{margin:0;border:1px solid var(--line)}figure svg{display:block;width:100%;height:auto}
    .scroll{overflow:auto;max-height:80vh;border:1px solid var(--line)}
    table{border-collapse:collapse;font-size:13px}th,td{padding:3px 9px;text-align:left;
    border-bottom:1px solid var(--line);white-space:nowrap;max-width:40em;overflow:hidden;
    text-overflow:ellipsis}
    .facts td{white-space:pre-wrap;overflow-wrap:anywhere;max-width:60em}.facts th{vertical-align:top}
    td.number{text-align:right;font-variant-numeric:tabular-nums}
    thead th{position:sticky;top:0;background:var(--faint)}.sortable thead th{cursor:pointer}
    th.parameter{color:var(--busy)}th.result{color:var(--good)}
    th[aria-sort=ascending]::after{content:" ▲"}th[aria-sort=descending]::after{content:" ▼"}
    tr[hidden]{display:none}.note,.shown{color:var(--soft)}
    input.filter{padding:5px 9px;width:24em;max-width:100%;box-sizing:border-box;font:inherit}
    summary{cursor:pointer;overflow-wrap:anywhere}
    pre{background:var(--faint);padding:8px;overflow:auto;margin:.2rem 0}details{margin:.4rem 0}
    @media print{.scroll{max-height:none}}
    """
}
