/* Hears from the preview what has become of this page, and loads it anew when it shows something else.
 *
 * Only while the page is seen: a browser opens six connections to a server, and each page that listens
 * holds one. A page that comes to the front again hears at once what it has missed. */
(function () {
  "use strict";
  var preview = window.clearjarPreview;
  // What this page shows; nothing if it stands in place of one that does not exist yet.
  var shown = document.currentScript.dataset.page || null;
  // How long, in ms, typing must pause before the page may load anew.
  var pause = 1000;
  // How long, in ms, nothing is heard before that is said.
  var silence = 2000;
  var source = null;
  var typed = -Infinity;
  var waiting, quiet;

  document.addEventListener("input", type, true);
  document.addEventListener("keydown", type, true);
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", listen);
  // Behind the page's own scripts, which build what is to be restored.
  window.addEventListener("load", function () {
    preview.restore();
    // Made now: when the preview has ended, its style can no longer be had.
    preview.ended(false);
    listen();
  });

  function listen() {
    if (document.visibilityState === "hidden") return stop();
    if (source) return;
    source = new EventSource("/.clearjar/events?page=" + encodeURIComponent(location.pathname));
    source.onmessage = function (event) {
      heard();
      take(JSON.parse(event.data));
    };
    source.onerror = function () {
      quiet = quiet || setTimeout(function () { preview.ended(true); }, silence);
      // Some errors are final for the browser, such as an answer that is none.
      if (source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(listen, silence);
      }
    };
  }

  function stop() {
    if (source) source.close();
    source = null;
    heard();
  }

  function heard() {
    clearTimeout(quiet);
    quiet = 0;
    preview.ended(false);
  }

  function take(state) {
    clearTimeout(waiting);
    if (state.page !== shown) return anew();
    preview.report(state.report);
  }

  function type(event) {
    if (isField(event.target)) typed = performance.now();
  }

  function isField(target) {
    return target.closest && (target.closest("input, textarea, select") || target.isContentEditable);
  }

  // Nobody is interrupted in the middle of a word.
  function anew() {
    var left = typed + pause - performance.now();
    if (left > 0) waiting = setTimeout(anew, left);
    else preview.reload();
  }
})();
