/* Shows what is wrong with the runbook over the page, which stays as it was and can be read on. */
(function () {
  "use strict";
  var preview = window.clearjarPreview;
  var root = null;
  var words = null;
  // What is shown, and what was sent away, by what it says.
  var current = "";
  var hidden = "";
  // Where the focus was before it went to the sheet.
  var before = null;

  // Shows a report: { errors, more, warnings, lost }.
  preview.report = function (report) {
    if (!root && !make()) return;
    var errors = report.lost ? [{ message: report.lost }] : report.errors;
    var now = errors.length ? JSON.stringify([errors, report.more]) : "";
    var count = counted("", report.errors.length + report.more);
    words.title = report.lost ? words.lost : count;
    warn(errors.length ? 0 : report.warnings);
    if (now === current) return;
    var was = current;
    current = now;
    part("title").textContent = words.title;
    part("errors").replaceChildren.apply(part("errors"), errors.map(entry));
    fill(part("more"), report.more ? counted("more", report.more) : "");
    part("again").textContent = words.title;
    if (now) say(words.title + ". " + errors[0].message);
    else if (was) say(words.mended);
    settle(!was);
  };

  // Says that nothing is heard of the preview any more, or that it is again.
  preview.ended = function (is) {
    if (root || make()) part("stopped").hidden = !is;
  };

  function make() {
    var template = document.getElementById("clearjar-preview");
    if (!template) return false;
    var host = document.createElement("clearjar-preview");
    root = host.attachShadow({ mode: "open" });
    root.append(template.content.cloneNode(true));
    words = Object.assign({}, root.querySelector("[data-words]").dataset);
    part("close").addEventListener("click", hide);
    part("again").addEventListener("click", function () {
      hidden = "";
      settle(true);
      part("sheet").focus();
    });
    part("sheet").addEventListener("keydown", function (event) {
      if (event.key === "Escape") hide();
    });
    // Until its style has come it would take room on the page, and move what is read.
    host.style.position = "fixed";
    // First on the page, so that the keyboard gets there first.
    document.body.prepend(host);
    return true;
  }

  function part(name) {
    return root.querySelector("[data-" + name + "]");
  }

  function hide() {
    hidden = current;
    settle(false);
  }

  // Shows the sheet, or what brings it back, or neither.
  function settle(isNew) {
    var sheet = part("sheet");
    var is = current !== "" && current !== hidden;
    var was = !sheet.hidden;
    sheet.hidden = !is;
    part("again").hidden = current === "" || is;
    if (is && !was && isNew) take(sheet);
    if (!is && was) give();
    if (!current) hidden = "";
  }

  // Takes the focus only where nobody has it.
  function take(sheet) {
    if (document.activeElement && document.activeElement !== document.body) return;
    before = document.activeElement;
    sheet.focus({ preventScroll: true });
  }

  function give() {
    if (before && before.focus) before.focus({ preventScroll: true });
    before = null;
  }

  function warn(count) {
    fill(part("warnings"), count ? counted("warnings", count) : "");
  }

  function say(text) {
    part("said").textContent = text;
  }

  function counted(of, n) {
    var name = function (number) { return of ? of + number[0].toUpperCase() + number.slice(1) : number; };
    return words[name(n === 1 ? "one" : "many")].replace("{n}", n.toLocaleString(document.documentElement.lang || "en"));
  }

  function fill(element, text) {
    element.textContent = text;
    element.hidden = !text;
  }

  function entry(error) {
    var item = part("error").content.cloneNode(true);
    var at = function (name) { return item.querySelector("[data-" + name + "]"); };
    var line = error.source;
    at("message").textContent = error.message;
    fill(at("place"), error.place || "");
    fill(at("rule"), error.rule || "");
    at("source").hidden = !line;
    if (line) {
      at("number").textContent = line.number;
      at("before").textContent = line.before;
      at("marked").textContent = line.marked;
      at("after").textContent = line.after;
    }
    fill(at("label"), error.label || "");
    at("help").textContent = error.help || "";
    at("help").parentNode.hidden = !error.help;
    at("change").textContent = error.change || "";
    at("change-box").hidden = !error.change;
    return item;
  }
})();
