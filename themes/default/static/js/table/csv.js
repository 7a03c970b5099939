/* A table as CSV (RFC 4180, UTF-8 with a byte-order mark, which spreadsheets ask for). */
(function () {
  "use strict";

  // A cell that a spreadsheet would take for a formula, even behind blanks or in wide letters, is made text
  // by an apostrophe: as in the files under data/, so that an import takes off what was put on.
  const formula = /^[ \u00a0']*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

  function field(text) {
    const safe = formula.test(text) ? "'" + text : text;
    return /[",\r\n]|^\s|\s$/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  const write = (rows) => "\ufeff" + rows.map((row) => row.map(field).join(",") + "\r\n").join("");

  // The browser ignores `download` on links to files of a disk, so the file is made here.
  function save(name, rows) {
    const url = URL.createObjectURL(new Blob([write(rows)], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }

  // client-devices-2026-11-15.csv
  function name(words) {
    const day = document.querySelector(".foot time");
    const slug = (text) => window.clearjar.cells.fold(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    const brand = document.querySelector(".brand b");
    const parts = [brand && brand.textContent].concat(words).map((text) => slug(text || "").slice(0, 40));
    return parts.concat(day ? day.dateTime : []).filter(Boolean).join("-") + ".csv";
  }

  window.clearjar.csv = { write, save, name };
})();
