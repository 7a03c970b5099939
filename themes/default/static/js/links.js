/* Links to a place on the page: what is folded or filtered out is shown, and a heading, setting, step
 * or row that links to itself gives its address to be pasted elsewhere. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    document.addEventListener("click", function (event) {
      var link = event.target.closest && event.target.closest('a[href^="#"]');
      if (!link || event.defaultPrevented) return;
      // The address may be that of the page already, and then nothing changes that could be heard of.
      if (link.hash === location.hash) show();
      if (link.matches(".self, .anchor") && !event.ctrlKey && !event.metaKey && !event.shiftKey) hand(link);
    });
    window.addEventListener("hashchange", show);
    // Tables have been set up by then.
    setTimeout(show);
  });

  function show() {
    var id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch (e) {
      // A stray % is part of the name.
    }
    var place = id && document.getElementById(id);
    if (!place) return;
    window.clearjar.showRow(place);
    var moved = false;
    for (var part = place.closest("details"); part; part = part.parentNode.closest("details")) {
      moved = moved || !part.open;
      part.open = true;
    }
    if (moved || !inSight(place)) place.scrollIntoView({ behavior: "instant" });
  }

  function inSight(place) {
    var box = place.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }

  function hand(link) {
    var said = document.getElementById("ui-copy");
    if (!said || !said.dataset.link) return;
    window.clearjar.copy(link.href).then(function () {
      window.clearjar.say(said.dataset.link);
    }, function () {
      // The address is in the address bar all the same.
    });
  }

  // Says a few words at the foot of the window, to eyes and ears.
  var toast = null;
  var timer = 0;
  window.clearjar.say = function (words) {
    if (!toast) {
      toast = document.createElement("p");
      toast.className = "toast";
      toast.setAttribute("role", "status");
      document.body.append(toast);
    }
    clearTimeout(timer);
    toast.textContent = words;
    timer = setTimeout(function () { toast.textContent = ""; }, 2000);
  };
})();
