/* What a cell says: its words, the parts of a list of them, and by what it is sorted. */
(function () {
  "use strict";
  const lang = document.documentElement.lang || undefined;
  const collator = new Intl.Collator(lang, { numeric: true });
  const plain = new Intl.Collator(lang);
  const breaks = "br,li,small,div,p,dd,dl";
  const unsaid = "button,svg,.vh,.vh-wide,time[data-rel]";

  // Reads a cell of the page: what a person would read aloud, without what repeats or decorates it.
  function read(cell) {
    const parts = [""];
    const walk = (node) => {
      if (node.nodeType === 3) parts[parts.length - 1] += node.data;
      if (node.nodeType !== 1 || node.matches(unsaid)) return;
      const cut = node.matches(breaks);
      if (cut) parts.push("");
      node.childNodes.forEach(walk);
      if (cut) parts.push("");
    };
    cell.childNodes.forEach(walk);
    const said = parts.map((part) => part.replace(/\s+/g, " ").trim()).filter(Boolean);
    return value(said.join("; "), cell.dataset.v, said.length > 1 ? said : null);
  }

  function value(text, sort, parts, href) {
    return { text, sort: sort === undefined ? text : sort, parts: parts || [text], href };
  }

  const fold = (text) => {
    const small = text.toLowerCase();
    // Most text has no accents, and to look for them takes ten times as long as all else.
    return /^[ -~]*$/.test(small) ? small : small.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  };

  const types = [
    ["num", /^-?\d+(\.\d+)?$/],
    ["date", /^\d{4}-\d\d-\d\d/],
    ["ip", /^(\d+(\.\d+){3}|(?=.*::|(.*:){7})[\da-f:]+(\d+(\.\d+){3})?)(%\w+)?(\/\d+)?$/i],
    ["version", /^v?\d+(\.\d+)+([-+.\s]?[a-z].*)?$/i],
  ];

  // What a column holds, where all its values are of one sort.
  function typeOf(values) {
    const given = values.filter((one) => one.sort !== "");
    const found = types.find(([, form]) => given.every((one) => form.test(one.sort)));
    return given.length && found ? found[0] : "text";
  }

  const orders = {
    num: (a, b) => parseFloat(a) - parseFloat(b),
    date: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    ip: (a, b) => orders.date(address(a), address(b)),
    version: (a, b) => collator.compare(release(a), release(b)),
    // Where numbers are equal, 007 still has its place before 7.
    text: (a, b) => collator.compare(a, b) || plain.compare(a, b),
  };

  // IPv4 before IPv6; the shorter prefix of an address before the longer.
  function address(text) {
    const [, host, length] = /^([^/%]*)[^/]*(?:\/(\d+))?$/.exec(text) || [0, text];
    let groups = host.split(".");
    if (host.includes(":")) {
      const [head, tail] = host.split("::").map((half) => half.split(":").filter(Boolean));
      const gap = tail ? Array(Math.max(0, 8 - head.length - tail.length)).fill("0") : [];
      groups = ["~"].concat(head, gap, tail || []);
    }
    return groups.map((group) => group.padStart(4, "0")).join(".") + "/" + (length || "999").padStart(3, "0");
  }

  // 7.4.0-rc1 comes before 7.4.0.
  const release = (text) => text.replace(/^v/i, "").replace(/^[\d.]+$/, "$&~").replace(/-?([a-z])/i, " $1");

  window.clearjar.cells = { read, value, fold, typeOf, orders };
})();
