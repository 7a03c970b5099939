/* What opens the search: "/", Ctrl-K or Cmd-K, and the boxes in the page.
 *
 * The dialog, the engine and the index are scripts of their own, loaded when they are first needed:
 * pointing at a box is enough to begin. What is typed in the meantime is not lost. */
(function () {
  "use strict";
  var clearjar = window.clearjar;
  // The way from this page to the root of the site.
  var root = document.documentElement.dataset.root || "";
  var script = null;
  var typed = "";

  document.addEventListener("DOMContentLoaded", function () {
    var boxes = document.querySelectorAll("[data-search]");
    if (!boxes.length) return;
    script = boxes[0].dataset.search;
    boxes.forEach(function (button) {
      button.addEventListener("click", open);
      button.addEventListener("pointerenter", warm, { once: true });
      button.addEventListener("focus", warm, { once: true });
    });
    if (/Mac|iP(hone|ad|od)/.test(navigator.platform)) {
      document.querySelectorAll("kbd[data-mac]").forEach(function (key) { key.textContent = key.dataset.mac; });
    }
    document.addEventListener("keydown", press);
    if (document.querySelector(".search-page")) load().then(function (box) { box.page(); }, lead);
    else if (new URLSearchParams(location.search).has("q")) load().then(function (box) { box.mark(); }, function () {});
  });

  function press(event) {
    if (event.defaultPrevented || event.altKey || event.isComposing || isField(event.target)) return;
    var isCommand = event.ctrlKey || event.metaKey;
    var opens = isCommand ? event.key.toLowerCase() === "k" && !event.shiftKey : event.key === "/";
    if (!opens) return;
    event.preventDefault();
    open();
  }

  function isField(target) {
    var field = target.closest && target.closest("input, textarea, select");
    var isOfText = field && !/^(checkbox|radio|button|submit|reset|range|color)$/.test(field.type);
    return isOfText || target.isContentEditable;
  }

  function open() {
    // The page of the search has a field of its own.
    var field = document.querySelector(".search-page input[name=q]");
    if (field) return field.select();
    document.addEventListener("keydown", keep, true);
    load().then(function (box) {
      document.removeEventListener("keydown", keep, true);
      box.open(typed);
      typed = "";
    }, function () { lead(); });
  }

  function keep(event) {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    typed += event.key;
  }

  // Without the script there is a page that says so.
  function lead() {
    document.removeEventListener("keydown", keep, true);
    var missing = document.querySelector("[data-missing]");
    if (missing) missing.hidden = false;
    else location.href = clearjar.carried(root + "search.html");
  }

  function warm() {
    load().then(function (box) { box.warm(); }, function () {});
  }

  // Loads the script of the dialog, once; if it failed, the next need tries again.
  function load() {
    if (!clearjar.loading) {
      clearjar.loading = clearjar.load(root + "assets/" + script).then(function () { return clearjar.searchbox; });
      clearjar.loading.catch(function () { clearjar.loading = null; });
    }
    return clearjar.loading;
  }

  // Adds a script of the site, given by its path from the page; rejects where it is missing.
  clearjar.load = function (path) {
    return new Promise(function (done, fail) {
      var added = document.createElement("script");
      added.src = clearjar.scriptUrl(path);
      added.onload = done;
      added.onerror = function () { fail(Object.assign(new Error(path + " is missing"), { name: "missing" })); };
      document.head.append(added);
    });
  };
})();
