/* The pages of records that were opened last, for the empty search box.
 *
 * They are kept in the browser under the site's own name and go nowhere. Where the browser keeps
 * nothing, or keeps it for each file apart as Firefox does on file://, there are simply none. */
(function () {
  "use strict";
  var root = document.documentElement.dataset;
  var key = "clearjar:" + (root.site || "") + ":recent";
  var most = 8;

  window.clearjar.recent = {
    // The pages, newest first, without the one that is open.
    pages: function () {
      var here = path();
      return read().filter(function (page) { return page.href !== here; }).slice(0, most);
    },
    forget: function () {
      try {
        localStorage.removeItem(key);
      } catch (e) {
        // What is not kept need not be forgotten.
      }
    }
  };

  document.addEventListener("DOMContentLoaded", function () {
    var title = document.querySelector(".head > h1");
    var kind = document.querySelector(".head > .kicker");
    if (!path() || !title || !kind || !document.querySelector("[data-search]")) return;
    var page = { href: path(), title: title.textContent.slice(0, 200), text: kind.textContent.slice(0, 80) };
    write([page].concat(window.clearjar.recent.pages()));
  });

  // The page of a record stands in the folder of its kind, whose other pages are parts of its list.
  function path() {
    var found = /([a-z0-9-]+)\/(?!index\.)([a-z0-9._-]+\.html)$/.exec(location.pathname);
    return found && root.root === "../" ? found[1] + "/" + found[2] : "";
  }

  function read() {
    try {
      var pages = JSON.parse(localStorage.getItem(key));
      return Array.isArray(pages) ? pages.filter(isPage) : [];
    } catch (e) {
      return [];
    }
  }

  // What is kept may be of another version, or another's.
  function isPage(page) {
    return page && [page.href, page.title, page.text].every(function (text) { return typeof text === "string"; });
  }

  // One more than is shown, as the open page is not.
  function write(pages) {
    try {
      localStorage.setItem(key, JSON.stringify(pages.slice(0, most + 1)));
    } catch (e) {
      // A private window or a full store: then none are kept.
    }
  }
})();
