/// The scripts of a report.
enum ReportScript {
  /// A click on a head sorts, words in the field filter.
  static let table = """

    const chosen = {name: null, up: true};
    const arrange = () => {
      const table = document.querySelector("table.sortable");
      if (!table) return;
      const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], rows = [...body.rows];
      const index = heads.findIndex((head) => head.textContent === chosen.name);
      heads.forEach((head, place) => {
        head.tabIndex = 0;
        if (place !== index) return head.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", chosen.up ? "ascending" : "descending");
      });
      if (index >= 0) {
        const text = (row) => row.cells[index].dataset.value ?? row.cells[index].textContent;
        const compare = (a, b) => {
          const one = text(a), two = text(b);
          if (one === "" || two === "") return (one === "") - (two === "");
          const left = Number(one), right = Number(two);
          const order = isNaN(left) || isNaN(right) ? one.localeCompare(two) : left - right;
          return chosen.up ? order : -order;
        };
        body.append(...rows.sort(compare));
      }
      const field = document.querySelector("input.filter");
      const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        const text = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) count += 1;
      }
      document.querySelector(".shown").textContent = count + " of " + rows.length;
    };
    const sort = (event) => {
      const head = event.target.closest?.("table.sortable thead th");
      if (!head) return;
      chosen.up = chosen.name === head.textContent ? !chosen.up : true;
      chosen.name = head.textContent;
      arrange();
    };
    document.addEventListener("click", sort);
    document.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(event); });
    document.addEventListener("input", (event) => {
      if (event.target.matches("input.filter")) arrange();
    });

    """

  /// News make the page load itself again; what the reader has chosen, opened and typed stays.
  static let live = """
    const sign = document.querySelector(".live");
    const parts = new Map();
    for (const part of document.querySelectorAll("[data-part]")) {
      parts.set(part.dataset.part, part.innerHTML);
    }
    const show = (text, kind) => { sign.textContent = text; sign.className = "live " + kind; };
    const exchange = (old, part) => {
      const field = old.querySelector("input.filter");
      const hasFocus = field && document.activeElement === field;
      const range = hasFocus ? [field.selectionStart, field.selectionEnd] : null;
      const isOpen = new Map();
      for (const box of old.querySelectorAll("details")) {
        isOpen.set(box.querySelector("summary").textContent, box.open);
      }
      const places = [...old.querySelectorAll(".scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
      old.replaceChildren(...part.childNodes);
      for (const box of old.querySelectorAll("details")) {
        box.open = isOpen.get(box.querySelector("summary").textContent) ?? box.open;
      }
      if (field) {
        const fresh = old.querySelector("input.filter");
        fresh.value = field.value;
        if (hasFocus) { fresh.focus(); fresh.setSelectionRange(...range); }
      }
      arrange();
      [...old.querySelectorAll(".scroll")].forEach((box, index) => {
        if (places[index]) [box.scrollLeft, box.scrollTop] = places[index];
      });
    };
    let isLoading = false, isStale = false;
    const load = async () => {
      if (isLoading) { isStale = true; return; }
      isLoading = true;
      try {
        do {
          isStale = false;
          const answer = await fetch("/", {cache: "no-store"});
          if (!answer.ok) throw new Error(answer.statusText);
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          for (const part of page.querySelectorAll("[data-part]")) {
            const name = part.dataset.part, html = part.innerHTML;
            if (parts.get(name) === html) continue;
            parts.set(name, html);
            exchange(document.querySelector(`[data-part="${name}"]`), part);
          }
          show("live", "on");
        } while (isStale);
      } catch (error) {
        show("not up to date: " + error.message, "off");
      } finally { isLoading = false; }
    };
    const events = new EventSource("/events");
    events.addEventListener("changed", load);
    events.onerror = () => show("the server does not answer; this is how it was", "off");

    """
}
