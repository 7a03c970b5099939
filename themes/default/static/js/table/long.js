/* A list too long for a page: one table of all its rows, of which only those in sight are made.
 *
 * The rows come from scripts beside the page, `list.DIGEST.js`, each of which calls `clearjar.rows`
 * with its name and its rows. Where one is missing the page stays as it is: a part of the list, and
 * links to the others. */
(function () {
  "use strict";
  const { cells, address, Model, table, scriptUrl } = window.clearjar;
  const spare = 10;
  const printed = 1000;
  const arrived = new Map();

  window.clearjar.rows = (name, text) => arrived.set(name, text);

  document.addEventListener("DOMContentLoaded", () => {
    const list = document.querySelector("table[data-list]");
    if (!list) return;
    const names = list.dataset.list.split(" ");
    Promise.all(names.map((name) => load(list.dataset.folder, name))).then((parts) => begin(list, parts)).catch(() => {
      document.querySelector("[data-long-broken]").hidden = false;
    });
  });

  const load = (folder, name) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = scriptUrl("../" + folder + "/list." + name + ".js");
    script.onload = () => (arrived.has(name) ? done(JSON.parse(arrived.get(name))) : failed(new Error(name)));
    script.onerror = () => failed(new Error(name));
    document.head.append(script);
  }).finally(() => arrived.delete(name));

  function begin(list, parts) {
    const heads = Array.from(list.tHead.rows[0].cells);
    const model = new Model(heads.map((head) => {
      const text = head.textContent.trim();
      return { text, key: address.keyOf(text) };
    }));
    const retired = new Set();
    parts.forEach((part) => {
      const places = part.words.map((words, column) => words.map((word) => model.place(column + 1, valueOf(word))));
      part.retired.forEach((row) => retired.add(model.rows.length + row));
      part.rows.forEach(([id, name, ...cellsOf]) => {
        const line = [model.place(0, cells.value(name, undefined, null, id + ".html"))];
        places.forEach((known, column) => line.push(known[cellsOf[column]]));
        model.rows.push(line);
      });
    });
    const wrap = list.closest(".table-wrap");
    document.querySelectorAll(".parts").forEach((nav) => { nav.hidden = true; });
    document.querySelectorAll("[data-long]").forEach((note) => { note.hidden = false; });
    const rows = windowed(list, wrap, model, retired);
    table({
      model, columns: model.columns, prefix: "", heads: heads.map((head) => [head]), show: rows.show,
      tools: document.querySelector("[data-tools-for=list]"),
      facetLists: Array.from(document.querySelectorAll(".facets[data-for=list]"), (facets) => ({
        list: facets, column: model.columns.findIndex((column) => column.text === facets.dataset.label),
      })).filter((facets) => facets.column > 0),
      file: [document.querySelector("h1").textContent],
    });
  }

  // Words alone, or with an address, what they are sorted by, and the words they are a list of.
  function valueOf(word) {
    if (!Array.isArray(word)) return cells.value(word);
    return cells.value(word[0], word[2] || undefined, word[3], word[1] || undefined);
  }

  // Rows are of one height, so that their places are known without making them.
  function windowed(list, wrap, model, retired) {
    const before = spacer();
    const body = document.createElement("tbody");
    const after = spacer();
    const word = list.dataset.retired;
    let ordered = [];
    let hidden = new Set();
    let made = new Map();
    let height = 0;
    list.querySelectorAll("tbody").forEach((old) => old.remove());
    list.append(before, body, after);
    wrap.classList.add("windowed");
    list.classList.remove("stack");
    widths(list, model, retired.size ? word.length : 0);
    let due = false;
    wrap.addEventListener("scroll", () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => {
        due = false;
        fill();
      });
    }, { passive: true });
    new ResizeObserver(() => fill()).observe(wrap);
    body.addEventListener("keydown", move);
    window.addEventListener("beforeprint", () => {
      wrap.classList.remove("windowed");
      fill(0, Math.min(ordered.length, printed));
    });
    window.addEventListener("afterprint", () => {
      wrap.classList.add("windowed");
      fill();
    });

    function spacer() {
      const part = document.createElement("tbody");
      part.append(document.createElement("tr"));
      part.setAttribute("aria-hidden", "true");
      part.className = "space";
      return part;
    }

    function show(rows, state) {
      ordered = rows;
      hidden = new Set(state.hidden);
      Array.from(list.querySelectorAll("thead th, col")).forEach((part) => {
        const at = Array.from(part.parentNode.children).indexOf(part);
        part.hidden = hidden.has(at);
        if (part.localName === "col") part.style.display = hidden.has(at) ? "none" : "";
      });
      list.setAttribute("aria-rowcount", rows.length + 1);
      wrap.hidden = !rows.length;
      body.replaceChildren();
      made.clear();
      wrap.scrollTop = 0;
      fill();
    }

    function fill(from, to) {
      if (!height) {
        body.append(row(0, ordered[0] || 0));
        height = body.firstElementChild.offsetHeight || 40;
        body.replaceChildren();
      }
      if (from === undefined) {
        from = Math.max(0, Math.floor(wrap.scrollTop / height) - spare);
        to = Math.min(ordered.length, Math.ceil((wrap.scrollTop + wrap.clientHeight) / height) + spare);
      }
      const focused = body.contains(document.activeElement);
      const now = new Map();
      for (let at = from; at < to; at += 1) now.set(at, made.get(at) || row(at, ordered[at]));
      made.forEach((old, at) => now.has(at) || old.remove());
      let last = null;
      now.forEach((each) => {
        if (each.parentNode !== body || each.previousSibling !== last) body.insertBefore(each, last ? last.nextSibling : body.firstChild);
        last = each;
      });
      made = now;
      before.firstElementChild.style.height = from * height + "px";
      after.firstElementChild.style.height = Math.max(0, ordered.length - to) * height + "px";
      // Whoever was in a row that has gone stays in the table.
      if (focused && !body.contains(document.activeElement)) wrap.focus({ preventScroll: true });
    }

    function row(at, place) {
      const made = document.createElement("tr");
      made.setAttribute("aria-rowindex", at + 2);
      made.classList.toggle("retired", retired.has(place));
      model.columns.forEach((column, i) => {
        const cell = document.createElement(i ? "td" : "th");
        const value = model.at(place, i);
        if (!i) cell.scope = "row";
        cell.hidden = hidden.has(i);
        if (value && value.text) {
          let into = cell;
          if (value.href) {
            into = document.createElement("a");
            into.href = value.href;
            cell.append(into);
          }
          into.textContent = value.text;
          if (value.text.length > 18) cell.title = value.text;
        }
        made.append(cell);
      });
      if (retired.has(place)) made.firstElementChild.append(Object.assign(document.createElement("small"), { textContent: word }));
      return made;
    }

    // Up and down go from a link to the one above or below it, beyond what is in sight as well.
    function move(event) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const cell = event.target.closest("th, td");
      if (!by || !cell) return;
      const next = Number(cell.parentNode.getAttribute("aria-rowindex")) - 2 + by;
      if (next < 0 || next >= ordered.length) return;
      event.preventDefault();
      const top = next * height;
      const room = wrap.clientHeight - 2 * height;
      if (top < wrap.scrollTop) wrap.scrollTop = top;
      else if (top > wrap.scrollTop + room) wrap.scrollTop = top - room;
      fill();
      const link = made.get(next).children[cell.cellIndex].querySelector("a") || made.get(next).querySelector("a");
      link.focus();
    }

    return { show };
  }

  // Widths from what the columns hold; else they would change with every row that comes into sight.
  function widths(list, model, extra) {
    const group = document.createElement("colgroup");
    model.columns.forEach((column, at) => {
      const lengths = column.values.map((value) => value.text.length).sort((a, b) => a - b);
      const usual = lengths[Math.floor(lengths.length * .95)] || 0;
      const col = document.createElement("col");
      const width = Math.min(34, Math.max(column.text.length + 5, usual + (at ? 2 : 4 + extra), 8));
      col.style.width = at ? width + "ch" : "min(" + width + "ch, 50vw)";
      group.append(col);
    });
    list.prepend(group);
  }
})();
