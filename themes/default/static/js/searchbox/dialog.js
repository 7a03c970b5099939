/* The search dialog: a field, the choice of a kind, and the list of what was found. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;
  // How many hits are shown; the page of the search has the others.
  var shown = 10;
  // How long, in ms, an answer may take before the dialog says that it is searching.
  var patience = 150;
  // How long typing must pause before the count is told to those who hear it.
  var pause = 500;
  var finder = null;

  // Opens the dialog, with what was typed on the way here.
  box.open = function (typed) {
    finder = finder || make();
    finder(typed);
  };

  function make() {
    var parts = frame(ask);
    var options = box.options(parts.input, parts.list);
    // The question on its way, the text that the list answers, and what Enter said ahead of it.
    var asked = 0;
    var answered = null;
    var isEager = null;
    var slow, told;

    parts.input.addEventListener("input", function () {
      isEager = null;
      ask();
    });
    parts.form.addEventListener("submit", function (event) {
      event.preventDefault();
      enter(false);
    });
    parts.forget.addEventListener("click", function () {
      window.clearjar.recent.forget();
      parts.input.focus();
      ask();
    });
    box.keys(parts, options, enter);

    function ask() {
      var mine = ++asked;
      var text = parts.input.value.trim();
      var kind = parts.kinds.chosen();
      clearTimeout(slow);
      if (!text) return showRecent();
      slow = setTimeout(function () { busy(true); }, patience);
      box.ask(text, { kind: kind, limit: shown, offset: 0 }).then(function (answer) {
        if (answer && mine === asked) settle(text, kind, answer);
      }).catch(function (error) {
        if (mine === asked) fail(error);
      });
    }

    function settle(text, kind, answer) {
      var hits = answer.hits.filter(box.isWhole);
      var found = groups(hits, answer);
      parts.kinds.show(answer, kind);
      show(text, box.notes(answer, text, kind), found, best(found));
      parts.count.textContent = hits.length ? box.count(answer.total) : "";
      parts.all.hidden = answer.total <= hits.length;
      parts.all.href = box.address(text, kind);
      tell();
      // A guess is shown before it is opened.
      if (isEager && !answer.corrected.length && options.active()) follow(isEager.isApart);
      isEager = null;
    }

    function fail(error) {
      parts.kinds.none();
      show(null, [box.failure(error)], [], -1);
      tell();
    }

    function showRecent() {
      var recent = window.clearjar.recent.pages().filter(box.isWhole);
      parts.kinds.none();
      show("", [box.sentence("hint")], recent.length ? [lately(recent)] : [], -1);
      parts.forget.hidden = !recent.length;
    }

    function show(text, notes, groups, active) {
      clearTimeout(slow);
      clearTimeout(told);
      busy(false);
      answered = text;
      parts.count.textContent = "";
      parts.all.hidden = true;
      parts.forget.hidden = true;
      parts.notes.replaceChildren.apply(parts.notes, notes);
      options.show(groups, active);
    }

    function busy(is) {
      parts.dialog.classList.toggle("busy", is);
      if (is) parts.count.textContent = box.words.searching;
    }

    // How many there are, and what is to be known about them, once typing pauses.
    function tell() {
      told = setTimeout(function () {
        parts.status.textContent = parts.count.textContent + " " + parts.notes.textContent;
      }, pause);
    }

    // Opens the active hit; if the answer is still on its way, the first one once it is there.
    function enter(isApart) {
      if (parts.input.value.trim() !== answered) isEager = { isApart: isApart };
      else if (options.active()) follow(isApart);
    }

    // As a click, so that the link is followed like any other.
    function follow(isApart) {
      var link = options.active();
      link.target = isApart ? "_blank" : "";
      link.click();
      link.target = "";
    }

    return function (typed) {
      if (parts.dialog.open) return;
      box.warm();
      if (typed) parts.input.value = typed;
      parts.status.textContent = "";
      parts.dialog.showModal();
      parts.input.focus();
      if (!typed) parts.input.select();
      ask();
    };
  }

  // The dialog's elements.
  function frame(ask) {
    var words = box.words;
    var list = box.make("div", { class: "finder-list", id: "finder-list", role: "listbox", "aria-label": words.results });
    var input = box.make("input", {
      name: "q", type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
      "aria-label": words.title, placeholder: words.example, autocomplete: "off", autocapitalize: "none",
      spellcheck: "false", enterkeyhint: "go"
    });
    var close = box.make("button", { class: "tool", type: "button" }, [
      box.glyph("x"), box.make("span", { class: "vh" }, [words.close])
    ]);
    var kinds = box.kinds(ask);
    var form = box.make("form", { role: "search" }, [box.glyph("search"), input, close, kinds.set]);
    var notes = box.make("div", { class: "finder-notes" });
    var count = box.make("span");
    var all = box.make("a", { hidden: "", href: box.address("", "") }, [words.all]);
    var forget = box.make("button", { type: "button", hidden: "" }, [words.forget]);
    var foot = box.make("p", { class: "finder-foot" }, [count, all, forget]);
    var status = box.make("p", { class: "vh", role: "status" });
    var dialog = box.make("dialog", { class: "finder", "aria-label": words.title }, [form, notes, list, foot, status]);
    document.body.append(dialog);
    return {
      dialog: dialog, form: form, input: input, close: close, kinds: kinds, notes: notes, list: list,
      count: count, all: all, forget: forget, status: status
    };
  }

  // The address of the page of the search.
  box.address = function (text, kind) {
    var query = new URLSearchParams();
    if (text) query.set("q", text);
    if (kind) query.set("kind", kind);
    return box.root + "search.html?" + query;
  };

  // Hits by kind, in the order of the best of each, so that the best of all comes first.
  function groups(hits, answer) {
    var groups = [];
    hits.forEach(function (hit) {
      var group = groups.find(function (group) { return group.kind === hit.kind; });
      if (!group) groups.push(group = { kind: hit.kind, heading: [box.icon(hit.kind), name(hit, answer)], links: [] });
      group.links.push(box.link(hit, null, answer.marks));
      hit.parts.forEach(function (part) { group.links.push(box.link(hit, part, answer.marks)); });
    });
    return groups;
  }

  // Which link is active first: the first hit; or, where only the name of a setting, a step or a term in
  // it is what was asked for, that.
  function best(groups) {
    var links = groups.length ? groups[0].links : [];
    var next = links.findIndex(function (link, place) { return place > 0 && !isPart(link); });
    var parts = links.slice(1, next < 0 ? links.length : next);
    var part = parts.findIndex(function (link) { return link.querySelector(".hit-name mark"); });
    return !links.length || links[0].querySelector("mark") ? 0 : part + 1;
  }

  function isPart(link) {
    return link.classList.contains("hit-part");
  }

  function name(hit, answer) {
    var kind = answer.kinds.find(function (kind) { return kind.kind === hit.kind; });
    return box.bdi(kind ? kind.label : hit.label);
  }

  function lately(pages) {
    var links = pages.map(function (page) {
      return box.make("a", { class: "hit", href: box.root + page.href }, [
        box.bdi(page.title, "hit-name"), " ", box.bdi(page.text, "hit-text")
      ]);
    });
    return { heading: [box.glyph("history"), box.words.recent], links: links };
  }
})();
