/* What stands above a table: filter, facets, choice of columns, CSV, and a way back from nothing.
 *
 * A `show` is given what to show whenever that changes; whether rows are hidden and moved in the page
 * or made from data is its own affair. All words come from <template id="ui-table">. */
(function () {
  "use strict";
  const { address, csv } = window.clearjar;
  const manyColumns = 6;
  const fewWords = 7;

  // `columns` are those of the model that are shown; `heads` the headings of each, as elements;
  // `group` the column that says in which part of the table a row stands.
  function table(it) {
    const { model, columns, prefix, show } = it;
    let state = address.read(prefix, columns);
    const facets = it.facetLists.map(({ column }) => column);
    model.facets().forEach((column) => facets.includes(column) || facets.push(column));
    const lists = new Map();
    let ordered = [];
    const part = it.tools ? fill(it.tools) : null;
    const every = (name, act) => part && it.tools.querySelectorAll("[data-" + name + "]").forEach(act);

    if (part) controls();
    it.heads.forEach(sortable);
    window.addEventListener("popstate", () => {
      state = address.read(prefix, columns);
      update();
    });
    update();
    return { reset };

    function changed(typing) {
      address.write(prefix, columns, state, typing);
      update();
    }

    function reset() {
      state.text = "";
      state.picked.clear();
      changed();
    }

    function update() {
      const { shown, counts } = model.filter(state.text, state.picked, facets);
      ordered = model.order(state.sort, state.down).filter((row) => shown[row]);
      it.heads.forEach((heads, column) => heads.forEach((head) => {
        if (column === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }));
      show(ordered, state);
      if (!part) return;
      const filtered = Boolean(state.text) || Array.from(state.picked.values()).some((set) => set.size);
      if (part.input.value !== state.text) part.input.value = state.text;
      part.found.textContent = part.found.dataset.found.replace("{n}", ordered.length).replace("{all}", model.rows.length);
      every("clear", (button) => { button.hidden = !filtered; });
      part.none.hidden = ordered.length > 0;
      facets.forEach((column, i) => lists.get(column)(counts[i]));
    }

    function controls() {
      part.input.addEventListener("input", () => {
        state.text = part.input.value;
        changed(true);
      });
      every("clear", (button) => button.addEventListener("click", () => {
        reset();
        part.input.focus();
      }));
      every("csv", (button) => button.addEventListener("click", save));
      facets.forEach(facet);
      if (it.heads.length < manyColumns) part.columns.remove();
      else chooser();
      it.tools.addEventListener("keydown", (event) => {
        const open = event.key === "Escape" && event.target.closest("details[open]");
        if (!open) return;
        open.open = false;
        open.querySelector("summary").focus();
      });
    }

    function facet(column) {
      const given = it.facetLists.find((list) => list.column === column);
      const host = given ? given.list : menu(columns[column].text);
      const words = new Map();
      const picked = () => state.picked.get(column) || new Set();
      Array.from(host.children).forEach((item) => {
        const count = item.querySelector("b");
        const word = item.textContent.slice(0, -count.textContent.length).trim();
        words.set(word, item);
      });
      const summary = host.closest("details") && host.closest("details").querySelector("summary");
      let more = null;

      lists.set(column, (counts) => {
        if (!words.size || !host.querySelector("button")) build(counts);
        const on = picked();
        words.forEach((item, word) => {
          const button = item.querySelector("button");
          const count = counts.get(word) || 0;
          button.setAttribute("aria-pressed", String(on.has(word)));
          button.classList.toggle("empty", !count);
          button.querySelector("b").textContent = count;
          if (on.has(word)) item.hidden = false;
        });
        if (summary) summary.querySelector("b").textContent = on.size || "";
      });

      function build(counts) {
        const all = Array.from(counts.keys()).sort((a, b) => counts.get(b) - counts.get(a));
        all.forEach((word) => {
          let item = words.get(word);
          const button = document.createElement("button");
          button.type = "button";
          if (item) button.append(...item.firstElementChild.childNodes);
          else {
            words.set(word, item = document.createElement("li"));
            button.append((word || part.none.dataset.blank) + " ", document.createElement("b"));
          }
          item.replaceChildren(button);
          host.append(item);
          button.addEventListener("click", () => {
            const set = picked();
            if (!set.delete(word)) set.add(word);
            state.picked.set(column, set);
            changed();
          });
        });
        words.forEach((item, word) => {
          if (counts.has(word)) return;
          item.remove();
          words.delete(word);
        });
        const rest = given ? Array.from(host.children).slice(fewWords) : [];
        if (rest.length < 2) return;
        more = document.createElement("li");
        more.append(part.more.content.cloneNode(true));
        const button = more.firstElementChild;
        button.textContent = button.textContent.replace("{n}", rest.length);
        rest.forEach((item) => { item.hidden = true; });
        button.addEventListener("click", () => {
          rest.forEach((item) => { item.hidden = false; });
          more.remove();
          rest[0].querySelector("button").focus();
        });
        host.append(more);
      }
    }

    // A facet that the page does not have as a list of its own opens from a button.
    function menu(text) {
      const made = part.menu.content.cloneNode(true);
      const list = made.querySelector("ul");
      made.querySelector("summary span").textContent = text;
      part.columns.before(made);
      return list;
    }

    function chooser() {
      const list = part.columns.querySelector("ul");
      const boxes = columns.map((column, at) => {
        if (!at) return null;
        const item = document.createElement("li");
        const label = document.createElement("label");
        const box = document.createElement("input");
        box.type = "checkbox";
        label.append(box, column.text);
        item.append(label);
        list.append(item);
        box.addEventListener("change", () => {
          if (box.checked) state.hidden.delete(at);
          else state.hidden.add(at);
          changed();
        });
        return box;
      });
      part.columns.addEventListener("toggle", () => boxes.forEach((box, at) => {
        if (box) box.checked = !state.hidden.has(at);
      }));
    }

    function sortable(heads, column) {
      heads.forEach((head) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          // Up, down, and as it was.
          const same = state.sort === column;
          state.sort = same && state.down ? -1 : column;
          state.down = same && !state.down;
          changed();
        });
      });
    }

    function save() {
      const kept = columns.map((column, at) => at).filter((at) => !state.hidden.has(at));
      const groupOf = (row) => (it.group === undefined ? "" : model.at(row, it.group).text);
      const group = ordered.some(groupOf);
      const head = kept.map((at) => columns[at].text);
      const rows = ordered.map((row) => {
        const line = kept.map((at) => {
          const value = model.at(row, at);
          return /^\d{4}-\d\d-\d\d/.test(value.sort) ? value.sort : value.text;
        });
        return group ? [groupOf(row)].concat(line) : line;
      });
      csv.save(csv.name(it.file), [group ? [part.none.dataset.group].concat(head) : head].concat(rows));
    }
  }

  // Puts the tools of the template where they belong and returns the parts of them.
  function fill(tools) {
    tools.append(document.getElementById("ui-table").content.cloneNode(true));
    const at = (selector) => tools.querySelector(selector);
    return {
      input: at("input"), found: at(".found"), none: at(".none"), columns: at("[data-columns]"),
      menu: at("template[data-menu]"), more: at("template[data-more]"),
    };
  }

  // A menu closes when something else is wanted.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  window.clearjar.table = table;
})();
