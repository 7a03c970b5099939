/* Small things every page has: printing, folding, and where the reader is. */
(function () {
  "use strict";
  var opened = [];

  // Paper cannot be unfolded. What was folded is folded again afterwards.
  window.addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("main details:not([open]):not(.menu)"));
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
    var sidebar = document.querySelector(".sidebar");
    // Only the navigation is moved: to scroll the link into view could move the page as well.
    var below = current && current.getBoundingClientRect().bottom - sidebar.getBoundingClientRect().bottom;
    if (below > 0) sidebar.scrollTop += below + sidebar.clientHeight / 3;
  });

  // Marks the part of the page that stands at the top of the window.
  function mark(toc) {
    var links = Array.from(toc.querySelectorAll('a[href^="#"]'));
    var parts = links.map(function (link) {
      return document.getElementById(decodeURIComponent(link.hash.slice(1)));
    });
    var marked = -1;
    var due = false;

    function update() {
      due = false;
      var at = 0;
      parts.forEach(function (part, i) {
        // A heading that is folded away or filtered out has no place.
        if (part && part.getClientRects().length && part.getBoundingClientRect().top < window.innerHeight * .3) at = i;
      });
      if (window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2 && window.scrollY) at = links.length - 1;
      if (at === marked) return;
      if (marked >= 0) links[marked].removeAttribute("aria-current");
      links[at].setAttribute("aria-current", "true");
      marked = at;
      // Beside the page its contents move along, so that the mark is in sight.
      var box = toc.getBoundingClientRect();
      var link = links[at].getBoundingClientRect();
      if (link.top < box.top || link.bottom > box.bottom) toc.scrollTop += link.top - box.top - box.height / 2;
    }

    function later() {
      if (due) return;
      due = true;
      requestAnimationFrame(update);
    }
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    update();
  }
})();
