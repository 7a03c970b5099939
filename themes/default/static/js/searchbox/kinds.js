/* The choice of a kind: native radio buttons, so that one Tab reaches them and arrow keys choose.
 *
 * They are brought up to date in place, as a choice that has the focus must keep it. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;

  // A choice of a kind; `change` is called when one is chosen.
  box.kinds = function (change) {
    var set = box.make("fieldset", { class: "kinds" }, [box.make("legend", { class: "vh" }, [box.words.kinds])]);
    var labels = [];
    set.addEventListener("change", change);

    function label(kind) {
      var input = box.make("input", { type: "radio", name: "kind", value: kind });
      var label = box.make("label", {}, [input, box.make("span", {}, [box.bdi(""), " ", box.make("b")])]);
      return { kind: kind, label: label, input: input };
    }

    // Shows the kinds of an answer with their counts. A chosen kind stays though it has no hit.
    function show(answer, chosen) {
      var kinds = answer.kinds.slice();
      var isThere = kinds.some(function (kind) { return kind.kind === chosen; });
      if (chosen && !isThere) kinds.push({ kind: chosen, label: nameOf(chosen), count: 0 });
      kinds.unshift({ kind: "", label: box.words.all_kinds, count: box.total(answer) });
      var known = labels;
      labels = kinds.map(function (kind, place) {
        var found = known.find(function (label) { return label.kind === kind.kind; }) || label(kind.kind);
        found.label.querySelector("bdi").textContent = kind.label;
        found.label.querySelector("b").textContent = kind.count;
        found.input.checked = kind.kind === chosen;
        // Moving an element takes the focus from it, so only what is out of place is moved.
        var there = set.children[place + 1];
        if (there !== found.label) set.insertBefore(found.label, there || null);
        return found;
      });
      while (set.children.length > labels.length + 1) set.lastChild.remove();
      set.hidden = labels.length < 2;
    }

    function nameOf(kind) {
      var known = labels.find(function (label) { return label.kind === kind; });
      return known ? known.label.querySelector("bdi").textContent : kind;
    }

    show({ kinds: [] }, "");
    return {
      set: set,
      show: show,
      none: function () { show({ kinds: [] }, ""); },
      chosen: function () {
        var chosen = labels.find(function (label) { return label.input.checked; });
        return chosen ? chosen.kind : "";
      }
    };
  };
})();
