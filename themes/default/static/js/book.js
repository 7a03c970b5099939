/* The numbers of pages in the contents and in the index of the book.
 *
 * No engine counts pages for a style sheet (`target-counter` is known to none), but Chromium breaks
 * columns by the rules by which it breaks pages. So before printing, the book is set for a
 * moment in columns a little lower than the paper, and the column in which a heading stands is its
 * page. What begins a column is made to begin a page, so that the few pixels by which papers,
 * printers and engines differ move nothing. It is done for A4 and for Letter: which of them is in the
 * printer only the style sheet knows, and on any other it uses neither. */
(function () {
  "use strict";
  // Heights in px at 96 to the inch, less than the 1012 and 946 that `@page` leaves: the head of a
  // table is repeated on pages and not in columns. book.css has the width, and which papers are meant.
  var PAPERS = [{ name: "a4", height: 962 }, { name: "letter", height: 896 }];
  var WIDTH = 690;
  var GAP = 40;
  var PARTS = "section, article, header, h2, h3, h4, h5, h6, p, ul, ol, li, dl, dl > div, dt, dd, pre, table, tbody, tr, figure, details, blockquote, div, .written";
  var done = false;

  window.addEventListener("beforeprint", function () {
    // Firefox cannot be told where a column ends. In a narrow window tables are set for a phone.
    if (done || !CSS.supports("break-before", "column") || window.innerWidth < 768) return;
    done = true;
    var main = document.querySelector("main");
    var links = Array.from(main.querySelectorAll(".book-contents a, .book-index a")).filter(function (link) {
      return link.getAttribute("href").charAt(0) === "#";
    });
    var places = links.map(function (link) {
      var place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      return place && (place.querySelector("h2, h3") || place);
    });
    var parts = Array.from(main.querySelectorAll(PARTS)).filter(function (part) {
      return part.previousElementSibling && !part.closest(".book-index");
    });
    document.documentElement.classList.add("counting");
    PAPERS.forEach(function (paper) {
      main.style.height = paper.height + "px";
      var start = main.getBoundingClientRect().left;
      var column = function (box) { return Math.floor((box.left - start) / (WIDTH + GAP) + .01); };
      var pages = places.map(function (place) {
        var box = place && place.getClientRects()[0];
        return box ? column(box) + 1 : 0;
      });
      var begins = parts.filter(function (part) {
        var boxes = part.getClientRects();
        var before = part.previousElementSibling.getClientRects();
        return boxes.length && before.length && column(boxes[0]) > column(before[before.length - 1]);
      });
      pages.forEach(function (page, at) {
        if (page) links[at].setAttribute("data-" + paper.name, String(page));
      });
      begins.forEach(function (part) { part.classList.add("begins-" + paper.name); });
    });
    document.documentElement.classList.remove("counting");
    main.style.height = "";
  });
})();
