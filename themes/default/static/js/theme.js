/* Light, dark, or as the computer has it.
 *
 * First in the bundle and run at once, before anything is painted. The choice is kept in
 * localStorage, which may throw or be empty; Firefox gives every file:// page a store of its own,
 * so there the choice also travels in the address of the pages that are opened from this one. */
(function () {
  "use strict";
  var root = document.documentElement;
  var key = "clearjar:" + (root.dataset.site || "") + ":theme";
  var choices = ["system", "light", "dark"];
  var explicit = false;

  root.classList.add("js");
  var choice = fromAddress() || fromStore() || "system";
  apply();

  function known(word) {
    return choices.indexOf(word) >= 0 ? word : null;
  }

  function fromAddress() {
    var word = known(new URLSearchParams(location.search).get("theme"));
    if (word) {
      explicit = true;
      store(word);
    }
    return word;
  }

  function fromStore() {
    try {
      var word = known(localStorage.getItem(key));
      explicit = explicit || Boolean(word);
      return word;
    } catch (e) {
      return null;
    }
  }

  function store(word) {
    try {
      localStorage.setItem(key, word);
    } catch (e) {
      // A private window or a locked-down browser: the choice lasts as long as the page.
    }
  }

  function apply() {
    if (choice === "system") delete root.dataset.theme;
    else root.dataset.theme = choice;
  }

  // The words come from the page, so that they are in its language.
  function name(button) {
    button.querySelectorAll("[data-choice]").forEach(function (part) {
      part.hidden = part.dataset.choice !== choice;
    });
  }

  // Returns the address of a page of the site with what has to travel in it.
  function carried(href) {
    if (location.protocol !== "file:" || !explicit) return href;
    var url = new URL(href, location.href);
    if (url.protocol !== "file:" || !/\.html$/.test(url.pathname)) return href;
    url.searchParams.set("theme", choice);
    return url.href;
  }

  // Done when a link is about to be followed: a list of a thousand links is not rewritten for it.
  function follow(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.getAttribute("href").charAt(0) === "#") return;
    var href = carried(link.href);
    if (href !== link.href) link.href = href;
  }

  // A form that leads to a page (by GET) replaces the query of its address by its own fields.
  function submit(event) {
    var form = event.target;
    var url = new URL(carried(form.action), location.href);
    var word = url.searchParams.get("theme");
    if (!word || form.method !== "get" || form.elements.theme) return;
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "theme";
    field.value = word;
    form.append(field);
  }

  // For scripts that open a page themselves.
  window.clearjar = { carried: carried };

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("button[data-theme-toggle]").forEach(function (button) {
      name(button);
      button.addEventListener("click", function () {
        choice = choices[(choices.indexOf(choice) + 1) % choices.length];
        explicit = true;
        store(choice);
        apply();
        name(button);
        inAddress();
      });
    });
    ["click", "auxclick", "contextmenu", "dragstart"].forEach(function (type) {
      document.addEventListener(type, follow, true);
    });
    document.addEventListener("submit", submit, true);
    // The former address of a record leads on with the choice and with the place on the page.
    var moved = document.querySelector("a[data-moved]");
    if (moved) location.replace(carried(moved.href + location.hash));
  });

  // An address that said otherwise would win when the page is loaded again.
  function inAddress() {
    var query = new URLSearchParams(location.search);
    if (!query.has("theme")) return;
    query.set("theme", choice);
    history.replaceState(history.state, "", "?" + query + location.hash);
  }

  // Another window of the site, where they share a store; and a page that Back brings to life again.
  function again() {
    var word = fromStore();
    if (!word || word === choice) return;
    choice = word;
    apply();
    document.querySelectorAll("button[data-theme-toggle]").forEach(name);
  }
  window.addEventListener("storage", again);
  window.addEventListener("pageshow", function (event) { if (event.persisted) again(); });
})();
