/* Copy buttons on identifiers and code.
 *
 * The button is cloned from <template id="ui-copy">, so its words are in the page's language and a
 * page read without scripts has no dead buttons. `data-copy` may hold the text; without a value
 * the element's own text is taken. Code within Markdown gets its button as well. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var template = document.getElementById("ui-copy");
    if (!template) return;
    document.querySelectorAll("pre.code").forEach(frame);
    document.querySelectorAll(".label .val").forEach(offer);
    document.querySelectorAll("[data-copy]").forEach(function (place) {
      place.append(template.content.cloneNode(true));
      var button = place.querySelector(".copy");
      var text = place.dataset.copy || source(place).textContent.trim();
      button.addEventListener("click", function () {
        copy(text).then(function () {
          confirm(button);
        }, function () {
          // Nothing was copied, so nothing is confirmed.
        });
      });
    });
  });

  // Of the settings those are offered that look like what people type elsewhere: addresses, host names,
  // paths, versions, long numbers. "On" and "10 min" are not.
  function offer(value) {
    var text = value.textContent.trim();
    if (/\w[.:/\\@_-]+\w|\d{4}/.test(text) && text.length > 3) value.dataset.copy = text;
  }

  // Code within Markdown comes bare; it gets the frame that other code has in the page already.
  function frame(code) {
    if (code.closest(".codeblock")) return;
    var block = document.createElement("figure");
    var caption = document.createElement("figcaption");
    block.className = "codeblock";
    caption.dataset.copy = "";
    caption.textContent = code.dataset.lang || "";
    caption.classList.toggle("bare", !code.dataset.lang);
    code.replaceWith(block);
    block.append(caption, code);
  }

  // The caption of a code block carries the button; what is copied is the code below it.
  function source(place) {
    var block = place.closest(".codeblock");
    return (block && block.querySelector("code")) || place.firstElementChild || place;
  }

  window.clearjar.copy = copy;

  function copy(text) {
    if (!navigator.clipboard) return oldWay(text);
    return navigator.clipboard.writeText(text).catch(function () {
      return oldWay(text);
    });
  }

  // Some engines have no clipboard on file://, or refuse it there.
  function oldWay(text) {
    var area = document.createElement("textarea");
    var before = document.activeElement;
    area.value = text;
    area.className = "vh";
    document.body.append(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    if (before) before.focus();
    return done ? Promise.resolve() : Promise.reject(new Error("copy was refused"));
  }

  // The status line inside the button is what a screen reader hears.
  function confirm(button) {
    var said = button.querySelector("[data-said]");
    button.classList.add("copied");
    said.textContent = said.dataset.said;
    setTimeout(function () {
      button.classList.remove("copied");
      said.textContent = "";
    }, 2000);
  }
})();
