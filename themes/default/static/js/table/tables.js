/* The tables that are in the page already, and the settings label.
 *
 * Rows are hidden and moved, never made, so what a script shows is what the page says. Tables of one
 * `data-table` name are one: the takeover view has one for each area, the control map a body for
 * each kind. Every other table with two rows can be sorted; one with ten has tools as well. */
(function () {
  "use strict";
  const { cells, address, Model, table } = window.clearjar;
  const worthTools = 10;
  const shown = new Map();

  document.addEventListener("DOMContentLoaded", () => {
    const named = new Map();
    document.querySelectorAll("table.data:not([data-list])").forEach((each) => {
      const name = each.dataset.table || titleId(each);
      if (name !== "no") named.set(name, (named.get(name) || []).concat(each));
    });
    const label = document.querySelector(".label > [data-columns]");
    const alone = named.size + (label ? 1 : 0) === 1;
    named.forEach((tables, name) => setUp(tables, alone ? "" : name + "."));
    if (label) setUpLabel(label, alone ? "" : "settings.");
    document.querySelectorAll(".table-wrap").forEach(fit);
    document.addEventListener("click", follow);
  });

  const wrapOf = (each) => each.closest(".table-wrap");
  const titleId = (each) => wrapOf(each).getAttribute("aria-labelledby") || "table";
  const textOf = (element) => (element ? element.textContent.replace(/\s*#?\s*$/, "").trim() : "");

  // What a part of a table is called: its group's heading, or the one above it.
  function groupOf(row, tables) {
    const group = row.parentNode.querySelector(".group");
    if (group || tables.length === 1) return group ? textOf(group) : "";
    return textOf(document.getElementById(titleId(row.closest("table"))));
  }

  function setUp(tables, prefix) {
    const columns = [];
    const heads = [];
    const places = tables.map((each) => Array.from(each.tHead.rows[0].cells, (head) => {
      const text = textOf(head);
      let at = columns.findIndex((column) => column.text === text);
      if (at < 0) {
        at = columns.push({ text, key: address.keyOf(text), type: head.dataset.sort, facet: head.dataset.facet }) - 1;
        heads.push([]);
      }
      heads[at].push(head);
      return at;
    }));
    // What its part is called is searched with a row, and stands before it in a CSV.
    const group = columns.length;
    const model = new Model(columns.concat({ key: "", facet: "no" }));
    const rows = [];
    tables.forEach((each, i) => Array.from(each.tBodies).forEach((body) => Array.from(body.rows).forEach((row) => {
      if (row.matches(".group, .rest")) return;
      const said = Array.from(row.cells, cells.read);
      const line = columns.map((column, at) => model.place(at, said[places[i].indexOf(at)] || cells.value("")));
      model.rows.push(line.concat(model.place(group, cells.value(groupOf(row, tables)))));
      rows.push(row);
    })));
    if (rows.length < 2) return;
    const wrap = wrapOf(tables[0]);
    const name = tables[0].dataset.table;
    let tools = name && document.querySelector('[data-tools-for="' + name + '"]');
    if (!tools && rows.length >= worthTools && document.getElementById("ui-table")) {
      tools = document.createElement("div");
      tools.className = "table-tools";
      wrap.before(tools);
    }
    const facetLists = name ? lists(name, columns) : [];
    const file = [textOf(document.querySelector("h1"))];
    if (prefix) file.push(textOf(document.getElementById(titleId(tables[0]))));
    let hidden = "";
    const made = table({
      model, columns: model.columns.slice(0, group), group, prefix, tools, heads, facetLists, file,
      show(ordered, state) {
        const keep = new Set(ordered);
        rows.forEach((row, at) => { row.hidden = !keep.has(at); });
        ordered.forEach((at) => rows[at].parentNode.append(rows[at]));
        const now = Array.from(state.hidden).join();
        if (now !== hidden) {
          hidden = now;
          tables.forEach((each, i) => Array.from(each.rows).forEach((row) => Array.from(row.cells).forEach((cell, at) => {
            if (cell.colSpan === 1) cell.hidden = state.hidden.has(places[i][at]);
          })));
        }
        tables.forEach(tidy);
        if (isFiltered(state)) document.querySelectorAll("[data-table-part]").forEach(unfold);
      },
    });
    rows.forEach((row) => shown.set(row, made));
  }

  // The counts that the page lists by the words of a column become its facet.
  function lists(name, columns) {
    return Array.from(document.querySelectorAll('.facets[data-for="' + name + '"]'), (list) => ({
      list, column: columns.findIndex((column) => column.text === list.dataset.label),
    })).filter((facet) => facet.column >= 0);
  }

  // A heading over nothing, or a whole table of nothing, is noise while a filter is on.
  function tidy(each) {
    let any = false;
    Array.from(each.tBodies).forEach((body) => {
      const kept = Array.from(body.rows).some((row) => !row.hidden && !row.matches(".group, .rest"));
      const group = body.querySelector(".group");
      if (group) group.hidden = !kept;
      any = any || kept;
    });
    (each.closest("[data-table-part]") || wrapOf(each)).hidden = !any;
  }

  // The label of settings is a list in groups; its table has a column for the group.
  function setUpLabel(tools, prefix) {
    const label = tools.parentNode;
    const columns = tools.dataset.columns.split("|").map((text, at, all) => ({
      text, key: address.keyOf(text), facet: at < all.length - 1 ? "no" : "",
    }));
    const model = new Model(columns);
    const rows = Array.from(label.querySelectorAll(".row"));
    // The heading of a group stands before its list; where groups are folded, in the fold's summary.
    const heading = (list) => list.previousElementSibling;
    rows.forEach((row) => {
      const at = (selector) => {
        const cell = row.querySelector(selector);
        return cell ? cells.read(cell) : cells.value("");
      };
      const title = heading(row.parentNode);
      const line = [
        cells.value(textOf(title.querySelector("h3") || title)), at("dt"), at(".val"),
        row.querySelector(".def > i") ? cells.value("") : at(".def"), at(".why"),
        cells.value(row.matches(".changed") ? tools.dataset.changed : tools.dataset.same),
      ];
      model.rows.push(line.map((value, column) => model.place(column, value)));
    });
    const made = table({
      model, columns: model.columns, prefix, tools, heads: [], facetLists: [],
      file: [textOf(document.querySelector("h1")), textOf(document.getElementById("settings"))],
      show(ordered, state) {
        const keep = new Set(ordered);
        rows.forEach((row, at) => { row.hidden = !keep.has(at); });
        label.querySelectorAll(".label-rows").forEach((list) => {
          const none = !list.querySelector(".row:not([hidden])");
          list.hidden = heading(list).hidden = none;
        });
        if (isFiltered(state)) unfold(label);
      },
    });
    rows.forEach((row) => shown.set(row, made));
  }

  const isFiltered = (state) => state.text || Array.from(state.picked.values()).some((words) => words.size);

  // What is found is not left folded away.
  function unfold(part) {
    part.querySelectorAll("details:not(.menu)").forEach((fold) => { fold.open = true; });
  }

  // A link to a row that a filter hides takes the filter away.
  window.clearjar.showRow = (element) => {
    const row = element.closest("tr, .row");
    if (row && row.hidden && shown.has(row)) shown.get(row).reset();
  };

  // A click anywhere in a row of a list opens its record; choosing text in it does not.
  function follow(event) {
    const row = event.target.closest && event.target.closest("[data-table=list] tbody tr");
    if (!row || event.defaultPrevented || event.target.closest("a,button,input,label,summary") || String(getSelection())) return;
    const link = row.querySelector("th a");
    if (link) link.dispatchEvent(new MouseEvent("click", event));
  }

  // A table that fits keeps its headings in sight as the page moves; one that is wider than its place
  // moves inside it, and where it is long as well, has its own height.
  function fit(wrap) {
    const watch = new ResizeObserver(() => {
      const fits = wrap.firstElementChild.offsetWidth <= wrap.clientWidth + 1;
      const own = wrap.classList.contains("windowed");
      wrap.classList.toggle("fits", fits && !own);
      wrap.classList.toggle("slides", !fits && !own && wrap.querySelectorAll("tr").length > 15);
    });
    watch.observe(wrap);
  }
})();
