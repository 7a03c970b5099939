/* Marks the words that were searched for on the page that a hit led to.
 *
 * They come in the address (?q=) and are drawn with the CSS Custom Highlight API, which leaves the
 * page's own markup alone. A fragment with `:~:text=` would mark one place only, and only the exact
 * spelling. What counts as the same word is the engine's business. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;
  // How many words and places are marked at most, so that no page is slow for it.
  var most = { words: 20, places: 2000 };
  // What stands round the content, or is for ears or paper only.
  var aside = ".crumbs, .pager, .foot, .print-only, .initials, .vh, .copy";

  box.mark = function () {
    if (!window.Highlight || !CSS.highlights) return;
    var query = new URLSearchParams(location.search).get("q");
    var marks = query.split(/\s+/).filter(Boolean).slice(0, most.words);
    box.load().then(function (search) {
      var places = find(search, marks);
      if (places.length) show(places, marks);
    }).catch(function () {
      // Without the engine the page is what it is, without marks.
    });
  };

  function find(search, marks) {
    var places = [];
    var texts = document.createTreeWalker(document.getElementById("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode() && places.length < most.places) {
      var text = texts.currentNode;
      if (text.data.trim() && !text.parentElement.closest(aside)) places.push.apply(places, within(text, search, marks));
    }
    return places;
  }

  function within(text, search, marks) {
    var at = 0;
    var places = [];
    search.marked(text.data, marks).forEach(function (piece) {
      var end = at + piece.text.length;
      if (piece.hit) {
        var place = document.createRange();
        place.setStart(text, at);
        place.setEnd(text, end);
        places.push(place);
      }
      at = end;
    });
    return places;
  }

  function show(places, marks) {
    var at = -1;
    var next = button("chevron-right", box.words.next);
    var close = button("x", box.words.unmark);
    var chip = box.make("p", { class: "marked" }, [box.words.marked, " ", box.bdi(marks.join(" ")), next, close]);
    CSS.highlights.set("found", new Highlight(...places));
    document.getElementById("main").append(chip);
    next.addEventListener("click", function () {
      at = following(places, at);
      CSS.highlights.set("found-now", new Highlight(places[at]));
      places[at].startContainer.parentElement.scrollIntoView({ block: "center" });
    });
    close.addEventListener("click", clear);
    document.addEventListener("keydown", escape);

    function escape(event) {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) clear();
    }

    // The address forgets the words too, so that they do not come back.
    function clear() {
      var address = new URL(location.href);
      address.searchParams.delete("q");
      history.replaceState(history.state, "", address.href);
      CSS.highlights.clear();
      document.removeEventListener("keydown", escape);
      chip.remove();
    }
  }

  function button(icon, words) {
    return box.make("button", { type: "button" }, [box.glyph(icon), box.make("span", { class: "vh" }, [words])]);
  }

  // The next place that can be seen: some may be folded away.
  function following(places, at) {
    for (var step = 1; step <= places.length; step += 1) {
      var place = (at + step) % places.length;
      if (places[place].getClientRects().length) return place;
    }
    return 0;
  }
})();
