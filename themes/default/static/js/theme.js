/* Light, dark, or as the computer has it.
 *
 * First in the bundle and run at once, before anything is painted. The choice is kept in
 * localStorage, which may throw or be empty; Firefox gives every file:// page a store of its own,
 * so there the choice also travels in the address of the links that are followed. */
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

  // Done when a link is about to be followed: a list of a thousand links is not rewritten for it.
  function carry(event) {
    if (location.protocol !== "file:" || !explicit) return;
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.getAttribute("href").charAt(0) === "#") return;
    var url = new URL(link.href);
    if (url.protocol !== "file:" || !/\.html$/.test(url.pathname)) return;
    url.searchParams.set("theme", choice);
    link.href = url.href;
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("button[data-theme-toggle]").forEach(function (button) {
      name(button);
      button.addEventListener("click", function () {
        choice = choices[(choices.indexOf(choice) + 1) % choices.length];
        explicit = true;
        store(choice);
        apply();
        name(button);
      });
    });
    ["click", "auxclick", "contextmenu"].forEach(function (type) {
      document.addEventListener(type, carry, true);
    });
  });
})();
