/* The page of the search: the same as the dialog, with every hit, and with an address to share.
 *
 * While one types, the address is replaced; Enter and the choice of a kind make a new entry of the
 * history, so that Back leads through them. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;
  // How many hits are shown at a time.
  var portion = 20;
  // How long, in ms, before the page says that it is searching, and before it says how many there are.
  var patience = 150;

  box.page = function () {
    var page = document.querySelector(".search-page");
    var form = page.querySelector("form");
    var input = form.elements.q;
    var notes = page.querySelector(".finder-notes");
    var list = page.querySelector(".hits");
    var status = page.querySelector("[role=status]");
    var more = page.querySelector("[data-more]");
    var kinds = box.kinds(changed);
    var title = document.title;
    var asked = 0;
    var count = 0;
    var later;

    form.append(kinds.set);
    input.addEventListener("input", function () {
      keep("replaceState");
      ask(0);
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      changed();
    });
    more.addEventListener("click", function () { ask(count); });
    window.addEventListener("popstate", restore);
    restore();
    if (!input.value) input.focus();

    function changed() {
      keep("pushState");
      ask(0);
    }

    // The address says what is asked for; what else stands in it, such as the colours, stays.
    function keep(way) {
      var query = new URLSearchParams(location.search);
      [["q", input.value.trim()], ["kind", kinds.chosen()]].forEach(function (pair) {
        if (pair[1]) query.set(pair[0], pair[1]);
        else query.delete(pair[0]);
      });
      var search = query.toString() ? "?" + query : "";
      if (search !== location.search) history[way](null, "", location.pathname + search);
    }

    function restore() {
      var query = new URLSearchParams(location.search);
      input.value = query.get("q") || "";
      kinds.show({ kinds: [] }, query.get("kind") || "");
      ask(0);
    }

    function ask(offset) {
      var mine = ++asked;
      var text = input.value.trim();
      var kind = kinds.chosen();
      document.title = text ? text.slice(0, 80) + " · " + title : title;
      clearTimeout(later);
      if (!text) return empty();
      later = setTimeout(function () { status.textContent = box.words.searching; }, patience);
      box.ask(text, { kind: kind, limit: portion, offset: offset }).then(function (answer) {
        if (answer && mine === asked) settle(text, kind, offset, answer);
      }).catch(function (error) {
        if (mine === asked) clear([box.failure(error)]);
      });
    }

    function settle(text, kind, offset, answer) {
      var items = answer.hits.filter(box.isWhole).map(function (hit) { return item(hit, answer.marks); });
      kinds.show(answer, kind);
      if (!offset) clear(box.notes(answer, text, kind));
      list.append.apply(list, items);
      count = offset + portion;
      more.hidden = count >= answer.total;
      tell(answer.total ? box.count(answer.total) : "");
      // Those who asked for more go on where it begins.
      if (offset && items.length) items[0].querySelector("a").focus();
    }

    function empty() {
      kinds.none();
      clear([box.sentence("hint")]);
    }

    function clear(said) {
      notes.replaceChildren.apply(notes, said);
      list.replaceChildren();
      more.hidden = true;
      tell("");
    }

    // One line for eyes and ears, so it waits until typing pauses.
    function tell(text) {
      clearTimeout(later);
      if (!text) status.textContent = "";
      else later = setTimeout(function () { status.textContent = text; }, patience);
    }
  };

  function item(hit, marks) {
    var kind = box.make("span", { class: "hit-kind" }, [box.icon(hit.kind), box.bdi(hit.label)]);
    var parts = hit.parts.map(function (part) { return box.make("li", {}, [box.link(hit, part, marks)]); });
    var all = parts.length ? [box.make("ul", {}, parts)] : [];
    return box.make("li", {}, [kind, box.link(hit, null, marks)].concat(all));
  }
})();
