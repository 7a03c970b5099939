/* Keeps where a reader is on a page, and what is typed and open there, while the page loads anew. */
(function () {
  "use strict";
  var place = "clearjar-preview " + location.pathname;
  // How near to the upper edge, in px, a part of the page begins that a reader is in.
  var edge = 120;
  // How long, in ms, the search may take to open.
  var patience = 3000;
  // Whether it is we who load the page anew.
  var isOurs = false;

  window.clearjarPreview = {
    // Loads the page anew, and has it look as it does.
    reload: function () {
      try {
        sessionStorage.setItem(place, JSON.stringify(state()));
        // Else the browser scrolls to where it was, after us.
        history.scrollRestoration = "manual";
        isOurs = true;
      } catch (error) {
        // Where nothing can be kept, the browser itself keeps the scroll position.
      }
      location.reload();
    },
    // Makes it look as it did. To be called once what the page's own scripts build is there.
    restore: function () {
      var kept;
      try {
        kept = JSON.parse(sessionStorage.getItem(place));
        sessionStorage.removeItem(place);
      } catch (error) {
        return;
      }
      if (!kept) return;
      restore(kept);
      // For who comes back to this page later, the browser is to do as it does.
      window.addEventListener("pagehide", function () {
        if (!isOurs) history.scrollRestoration = "auto";
      });
    },
  };

  function state() {
    var dialog = document.querySelector("dialog[open] input");
    return {
      at: landmark(),
      x: window.scrollX,
      y: window.scrollY,
      folds: folds().map(function (fold) { return fold.open; }),
      fields: fields().map(function (field) { return field.value; }),
      focus: fields().indexOf(document.activeElement),
      search: dialog ? dialog.value : null,
    };
  }

  function restore(kept) {
    apply(folds(), kept.folds, function (fold, open) { fold.open = open; });
    apply(fields(), kept.fields, fill);
    var focused = fields()[kept.focus];
    if (focused) focused.focus({ preventScroll: true });
    scroll(kept);
    if (kept.search !== null) reopen(kept.search);
  }

  // Only if there are as many as before: else nobody knows which is which.
  function apply(elements, values, set) {
    if (elements.length !== values.length) return;
    elements.forEach(function (element, number) { set(element, values[number]); });
  }

  function fill(field, value) {
    if (field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function folds() {
    return Array.from(document.querySelectorAll("details"));
  }

  // Boxes to tick are kept by the page itself, and what is in a dialog by `search`.
  function fields() {
    var all = document.querySelectorAll("input, select, textarea");
    return Array.from(all).filter(function (field) {
      return !/^(checkbox|radio|hidden|file|submit|button)$/.test(field.type) && !field.closest("dialog");
    });
  }

  // The part of the page that the reader is in, and where it stands: what is above may grow.
  function landmark() {
    var found = null;
    document.querySelectorAll("main [id]").forEach(function (element) {
      var top = element.getBoundingClientRect().top;
      if (top <= edge && element.getClientRects().length) found = { id: element.id, top: top };
    });
    return found;
  }

  function scroll(kept) {
    var part = kept.at && document.getElementById(kept.at.id);
    if (!part || !part.getClientRects().length) return window.scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    var moved = part.getBoundingClientRect().top - kept.at.top;
    window.scrollTo({ left: kept.x, top: window.scrollY + moved, behavior: "instant" });
  }

  // Opens the search again, whose dialog the theme makes when it is first needed.
  function reopen(text) {
    var opener = document.querySelector("[data-search]");
    if (!opener) return;
    var watching = new MutationObserver(look);
    watching.observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] });
    setTimeout(function () { watching.disconnect(); }, patience);
    opener.click();

    function look() {
      var field = document.querySelector("dialog[open] input");
      if (!field) return;
      watching.disconnect();
      fill(field, text);
    }
  }
})();
