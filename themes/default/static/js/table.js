/* Sorting and filtering of tables that are already in the page.
 *
 * Tables with the same `data-table` name are filtered together (the takeover view has one a group).
 * Rows are hidden and moved, never made, so what a script shows is what the page says. The state
 * stands in the address: a filtered list can be sent to somebody, and Back returns to it. */
(function () {
  "use strict";
  var state = new URLSearchParams(location.search);

  document.addEventListener("DOMContentLoaded", function () {
    var names = new Set();
    document.querySelectorAll("table[data-table]").forEach(function (table) {
      names.add(table.dataset.table);
    });
    names.forEach(setUp);
  });

  function setUp(name) {
    var tables = all('table[data-table="' + name + '"]');
    var prefix = names().length > 1 ? name + "." : "";
    var rows = [];
    var facets = all('.facets[data-for="' + name + '"]');
    var tools = document.querySelector('[data-tools-for="' + name + '"]');
    var input, found;

    tables.forEach(function (table) {
      Array.prototype.forEach.call(table.querySelectorAll("tbody tr:not(.group)"), function (row) {
        rows.push({ row: row, text: fold(row.textContent), table: table });
      });
      sortable(table, prefix);
    });

    var template = document.getElementById("ui-table");
    if (tools && template) {
      tools.prepend(template.content.cloneNode(true));
      input = tools.querySelector("input");
      found = tools.querySelector(".found");
      input.value = state.get(prefix + "q") || "";
      input.addEventListener("input", function () {
        remember(prefix + "q", input.value);
        filter();
      });
    }
    facets.forEach(function (list) {
      facet(list, prefix, filter);
    });
    filter();

    function filter() {
      var words = fold(input ? input.value : "").split(/\s+/).filter(Boolean);
      var wanted = facets.map(function (list) {
        var pressed = list.querySelector('[aria-pressed="true"]');
        return pressed && { col: list.dataset.col, value: pressed.parentNode.dataset.value };
      }).filter(Boolean);
      var shown = 0;
      rows.forEach(function (entry) {
        var keep = words.every(function (word) {
          return entry.text.indexOf(word) >= 0;
        }) && wanted.every(function (want) {
          return (entry.row.dataset[want.col] || "").split(" ").indexOf(want.value) >= 0;
        });
        entry.row.hidden = !keep;
        if (keep) shown += 1;
      });
      if (found) found.textContent = found.dataset.found.replace("{n}", shown).replace("{all}", rows.length);
      tables.forEach(tidy);
    }
  }

  // A heading over nothing, or a whole table of nothing, is noise while a filter is on.
  function tidy(table) {
    var group = null;
    var any = false;
    Array.prototype.forEach.call(table.querySelectorAll("tbody tr"), function (row) {
      if (row.classList.contains("group")) {
        group = row;
        group.hidden = true;
      } else if (!row.hidden) {
        any = true;
        if (group) group.hidden = false;
      }
    });
    var part = table.closest("[data-table-part]");
    if (part) part.hidden = !any;
  }

  function facet(list, prefix, filter) {
    var key = prefix + list.dataset.col;
    Array.prototype.forEach.call(list.children, function (item) {
      var button = document.createElement("button");
      button.type = "button";
      button.append.apply(button, Array.from(item.firstElementChild.childNodes));
      item.firstElementChild.replaceWith(button);
      button.setAttribute("aria-pressed", String(state.get(key) === item.dataset.value));
      button.addEventListener("click", function () {
        var on = button.getAttribute("aria-pressed") !== "true";
        list.querySelectorAll("button").forEach(function (other) {
          other.setAttribute("aria-pressed", String(on && other === button));
        });
        remember(key, on ? item.dataset.value : "");
        filter();
      });
    });
  }

  function sortable(table, prefix) {
    var heads = Array.from(table.querySelectorAll("thead th"));
    heads.forEach(function (head, column) {
      if (!head.dataset.sort) return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append.apply(button, Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        sort(table, heads, column, down);
        remember(prefix + "sort", column + (down ? "d" : "a"));
      });
    });
    var kept = /^(\d+)([ad])$/.exec(state.get(prefix + "sort") || "");
    if (kept && heads[kept[1]] && heads[kept[1]].dataset.sort) sort(table, heads, Number(kept[1]), kept[2] === "d");
  }

  function sort(table, heads, column, down) {
    var way = down ? -1 : 1;
    heads.forEach(function (head, at) {
      if (at === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    Array.prototype.forEach.call(table.tBodies, function (body) {
      var rows = Array.from(body.rows).filter(function (row) {
        return !row.classList.contains("group");
      }).map(function (row, at) {
        var cell = row.cells[column];
        return { row: row, at: at, v: !cell ? "" : cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v };
      });
      var compare = comparer(heads[column].dataset.sort, rows);
      // What is not known goes last, whichever way the column runs.
      rows.sort(function (a, b) {
        if (!a.v !== !b.v) return a.v ? -1 : 1;
        return compare(a.v, b.v) * way || a.at - b.at;
      });
      body.append.apply(body, rows.map(function (entry) {
        return entry.row;
      }));
    });
  }

  // The page does not always know what a column holds; one of nothing but numbers is a number's.
  function comparer(type, rows) {
    var numbers = rows.every(function (entry) { return /^(-?\d+(\.\d+)?)?$/.test(entry.v); });
    if (numbers || type === "num") return function (a, b) { return parseFloat(a) - parseFloat(b); };
    if (type === "ip") return function (a, b) { return address(a) < address(b) ? -1 : address(a) > address(b) ? 1 : 0; };
    var collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    return collator.compare;
  }

  // 10.20.0.9 comes before 10.20.0.10; IPv6 keeps its own order after IPv4.
  function address(text) {
    return text.split(/[./]/).map(function (part) { return part.padStart(4, "0"); }).join(".");
  }

  function remember(key, value) {
    // Read anew: another script may have changed the address meanwhile.
    var now = new URLSearchParams(location.search);
    if (value) now.set(key, value);
    else now.delete(key);
    var query = now.toString();
    try {
      history.replaceState(null, "", (query ? "?" + query : location.pathname) + location.hash);
    } catch (e) {
      // The list still filters; only its address does not say so.
    }
  }

  function names() {
    return Array.from(new Set(all("table[data-table]").map(function (table) { return table.dataset.table; })));
  }

  function all(selector) {
    return Array.from(document.querySelectorAll(selector));
  }

  function fold(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
})();
