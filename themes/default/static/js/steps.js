/* Ticks on the steps of a procedure, kept in this browser.
 *
 * They are a bookmark for whoever is half-way through, not a record: nothing leaves the machine.
 * The key has the site's name in it, because all file:// pages of a disk may share one store, and
 * the page's own path within the site. A tick is kept under the step's id, so an edit of other
 * steps does not move it. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var list = document.querySelector("[data-steps]");
    if (!list) return;
    var key = "clearjar:" + (document.documentElement.dataset.site || "") + ":steps:" + list.dataset.steps;
    tickable(list);
    var boxes = Array.from(list.querySelectorAll(".tick input"));
    var progress = document.querySelector("[data-steps-progress]");
    var kept = read(key);

    boxes.forEach(function (box) {
      box.checked = kept.indexOf(id(box)) >= 0;
      box.addEventListener("change", save);
    });
    var reset = document.querySelector("[data-steps-reset]");
    if (reset) reset.addEventListener("click", function () {
      boxes.forEach(function (box) { box.checked = false; });
      save();
    });
    show();

    function save() {
      var done = boxes.filter(function (box) { return box.checked; }).map(id);
      try {
        if (done.length) localStorage.setItem(key, JSON.stringify(done));
        else localStorage.removeItem(key);
      } catch (e) {
        // Ticks then last as long as the page does.
      }
      show();
    }

    function show() {
      if (!progress) return;
      var done = boxes.filter(function (box) { return box.checked; }).length;
      var words = progress.querySelector("[data-words]");
      progress.querySelector("progress").max = boxes.length;
      progress.querySelector("progress").value = done;
      words.textContent = words.dataset.words.replace("{n}", done).replace("{all}", boxes.length);
    }
  });

  // Steps written in Markdown come as a plain list; each gets the tick of <template id="ui-step">.
  function tickable(list) {
    var template = document.getElementById("ui-step");
    if (!template) return;
    list.querySelectorAll("ol.steps").forEach(function (steps) {
      Array.from(steps.children).forEach(function (step, at) {
        var parts = template.content.cloneNode(true);
        parts.querySelector("[data-number]").textContent = steps.start + at;
        step.prepend(parts.querySelector(".tick"));
        step.append(parts.querySelector(".initials"));
      });
    });
  }

  function id(box) {
    return box.closest("li").id;
  }

  function read(key) {
    try {
      var kept = JSON.parse(localStorage.getItem(key));
      return Array.isArray(kept) ? kept : [];
    } catch (e) {
      return [];
    }
  }
})();
