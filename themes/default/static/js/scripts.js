/* The one way in which scripts are added to a page, for the policy of its head: the engine that
 * searches, its index, the rows of long lists, and what is encrypted. */
(function () {
  "use strict";
  var own = /^(\.\.\/)?(assets\/search(box)?-[0-9a-f]+|search\/[a-z]\d*|sealed\/[0-9a-f]+|[a-z0-9-]+\/list\.[0-9a-f]+)\.js$/;
  var clearjar = window.clearjar = window.clearjar || {};

  function check(path) {
    if (!own.test(path)) throw new TypeError("not a script of this site: " + path);
    return path;
  }

  var policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("sx", { createScriptURL: check })
    : { createScriptURL: check };

  // The address of a script of the site, by its path from the page.
  clearjar.scriptUrl = function (path) { return policy.createScriptURL(path); };
})();
