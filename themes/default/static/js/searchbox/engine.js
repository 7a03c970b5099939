/* The way to the search engine, for the dialog, the search page and the marks.
 *
 * The program puts a line ahead of this file that makes `clearjar.searchbox` with the name of the
 * engine's script and the words of the theme that begin with `search_`. What fails to load is tried
 * again with the next question, as a stick may have been pulled out for a moment. */
(function () {
  "use strict";
  var clearjar = window.clearjar;
  var box = clearjar.searchbox;
  var engine, directory;

  // The way from this page to the root of the site.
  box.root = document.documentElement.dataset.root || "";

  // Loads the engine alone, which knows how words are marked.
  box.load = function () {
    if (!engine) {
      engine = clearjar.load(box.root + "assets/" + box.engine).then(function () { return clearjar.search; });
      engine.catch(function () { engine = null; });
    }
    return engine;
  };

  // Answers a question; null if a newer one was asked meanwhile.
  box.ask = function (text, options) {
    return start().then(function (search) { return search.query(text, options); });
  };

  // Fetches what is about to be needed; whether it can be had shows with the first question.
  box.warm = function () {
    start().catch(function () {});
  };

  // Loads the engine, and the directory of the index.
  function start() {
    if (!directory) {
      directory = box.load().then(function (search) {
        return search.open(box.root).then(function () { return search; });
      });
      directory.catch(function () { directory = null; });
    }
    return directory;
  }
})();
