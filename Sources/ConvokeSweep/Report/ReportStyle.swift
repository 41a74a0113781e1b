/// The style sheet and the script of a report.
enum ReportStyle {
  /// The style sheet.
  static let sheet = """
    body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1560px;padding:0 1rem;color:#222}
    h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid #ddd}
    .bar{display:flex;height:14px;border-radius:7px;overflow:hidden;background:#eee}
    span.done{background:#009e73}span.failed{background:#d55e00}span.leased{background:#56b4e9}
    span.skipped,span.cancelled{background:#bbb}span.todo{background:#eee}
    b.failed{color:#d55e00}b.done{color:#00795a}
    .pictures{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;border:1px solid #ddd}
    figure svg{display:block;max-width:100%;height:auto}
    .scroll{overflow:auto;max-height:80vh;border:1px solid #ddd}
    table{border-collapse:collapse;font-size:13px}th,td{padding:3px 9px;text-align:left;
    border-bottom:1px solid #eee;white-space:nowrap;max-width:40em;overflow:hidden;text-overflow:ellipsis}
    td.number{text-align:right;font-variant-numeric:tabular-nums}
    .sortable thead th{position:sticky;top:0;background:#f5f5f5;cursor:pointer}
    th.parameter{color:#0072b2}th.result{color:#00795a}th[aria-sort=ascending]::after{content:" ▲"}
    th[aria-sort=descending]::after{content:" ▼"}
    input.filter{padding:5px 9px;width:24em;font:inherit}summary{cursor:pointer}
    pre{background:#f5f5f5;padding:8px;overflow:auto}details{margin:.3rem 0}h4{margin:.4rem 0}
    """

  /// The script: a click on a head sorts, words in the field filter.
  static let script = """
    for (const table of document.querySelectorAll("table.sortable")) {
      const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
      const rows = () => [...body.rows];
      heads.forEach((head, index) => {
        head.tabIndex = 0;
        const sort = () => {
          const up = head.getAttribute("aria-sort") !== "ascending";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", up ? "ascending" : "descending");
          const text = (row) => row.cells[index].textContent;
          const compare = (a, b) => {
            const one = text(a), two = text(b);
            if (one === "" || two === "") return (one === "") - (two === "");
            const left = Number(one), right = Number(two);
            const order = isNaN(left) || isNaN(right) ? one.localeCompare(two) : left - right;
            return up ? order : -order;
          };
          body.append(...rows().sort(compare));
        };
        head.onclick = sort;
        head.onkeydown = (event) => { if (event.key === "Enter") sort(); };
      });
      const field = document.querySelector("input.filter");
      const shown = document.querySelector(".shown");
      const filter = () => {
        const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
        let count = 0;
        for (const row of rows()) {
          const text = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
          row.hidden = !words.every((word) => text.includes(word));
          if (!row.hidden) count += 1;
        }
        shown.textContent = count + " of " + body.rows.length;
      };
      field.oninput = filter;
      filter();
    }
    """
}
