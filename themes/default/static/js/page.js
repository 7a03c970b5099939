/* Small things every page has: printing, the folding of contents, and where the reader is. */
(function () {
  "use strict";
  var opened = [];

  // Paper cannot be unfolded. What was folded is folded again afterwards.
  window.addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("main details:not([open])"));
    opened.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
  });

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("button[data-print]").forEach(function (button) {
      button.addEventListener("click", function () { window.print(); });
    });

    var toc = document.querySelector(".toc");
    if (toc) {
      // As a popover it would stay open over the very heading it leads to.
      toc.addEventListener("click", function (event) {
        if (event.target.closest("a") && toc.matches(":popover-open")) toc.hidePopover();
      });
      mark(toc);
    }

    var current = document.querySelector(".sidebar [aria-current]");
    if (current) current.scrollIntoView({ block: "nearest" });
  });

  // Marks the part of the page that stands at the top of the window.
  function mark(toc) {
    var links = Array.from(toc.querySelectorAll('a[href^="#"]'));
    var parts = links.map(function (link) {
      return document.getElementById(decodeURIComponent(link.hash.slice(1)));
    });
    var due = false;

    function update() {
      due = false;
      var at = 0;
      parts.forEach(function (part, i) {
        if (part && part.getBoundingClientRect().top < window.innerHeight * .3) at = i;
      });
      links.forEach(function (link, i) {
        if (i === at) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }

    window.addEventListener("scroll", function () {
      if (due) return;
      due = true;
      requestAnimationFrame(update);
    }, { passive: true });
    update();
  }
})();
