/* Shows one network of a drawing alone: what is not in it fades. Without scripts each of these links
 * leads to a drawing of that network on a page of its own, as it still does when opened in a new tab.
 *
 * [data-drawing]      holds the links and the drawing
 * a[data-layer=NAME]  a network, or everything where it has no name
 * [data-layers]       what a box, a row or a line belongs to */
(function () {
  "use strict";

  function show(root, chosen) {
    root.querySelectorAll("a[data-layer]").forEach(function (link) {
      if (link === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    var layer = chosen.dataset.layer;
    root.querySelectorAll(".drawing .d-box > a, .drawing .d-line").forEach(function (it) {
      var layers = (it.getAttribute("data-layers") || "").split(" ");
      it.classList.toggle("d-off", layer !== "" && layers.indexOf(layer) < 0);
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-drawing] a[data-layer]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link.closest("[data-drawing]"), link);
  });
})();
