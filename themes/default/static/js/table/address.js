/* How a table is looked at, in the page's address: it can be sent to somebody, and Back returns to it.
 *
 * ?filter=words&type=Switch&type=Router&sort=-expires&hide=serial; with several tables on a page,
 * the name of each and a dot stand before. */
(function () {
  "use strict";
  const taken = ["filter", "sort", "hide", "q", "kind", "theme"];

  // The word for a column in addresses, from its heading.
  function keyOf(text) {
    const key = window.clearjar.cells.fold(text).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "column";
    return taken.includes(key) ? key + "-" : key;
  }

  function read(prefix, columns) {
    const query = new URLSearchParams(location.search);
    const sort = /^(-?)(.*)$/.exec(query.get(prefix + "sort") || "");
    const at = (key) => columns.findIndex((column) => column.key === key);
    const picked = new Map();
    columns.forEach((column, i) => {
      const words = query.getAll(prefix + column.key);
      if (words.length) picked.set(i, new Set(words));
    });
    return {
      text: query.get(prefix + "filter") || "",
      picked,
      sort: at(sort[2]),
      down: sort[1] === "-",
      hidden: new Set((query.get(prefix + "hide") || "").split(" ").map(at).filter((column) => column > 0)),
    };
  }

  // Typing replaces the entry of the history that its first letter made; all else adds one.
  let typing = false;
  window.addEventListener("popstate", () => { typing = false; });
  function write(prefix, columns, state, isTyping) {
    // Read anew: another table may have changed the address meanwhile.
    const query = new URLSearchParams(location.search);
    const before = query.toString();
    const put = (key, value) => (value ? query.set(prefix + key, value) : query.delete(prefix + key));
    put("filter", state.text);
    put("sort", state.sort < 0 ? "" : (state.down ? "-" : "") + columns[state.sort].key);
    put("hide", Array.from(state.hidden, (column) => columns[column].key).join(" "));
    columns.forEach((column, i) => {
      query.delete(prefix + column.key);
      (state.picked.get(i) || []).forEach((word) => query.append(prefix + column.key, word));
    });
    const now = query.toString();
    if (now === before) return;
    const way = isTyping && typing ? "replaceState" : "pushState";
    typing = Boolean(isTyping);
    try {
      history[way](null, "", location.pathname + (now ? "?" + now : "") + location.hash);
    } catch (e) {
      // The table still does as it was told; only its address does not say so.
    }
  }

  window.clearjar.address = { keyOf, read, write };
})();
