/* Links to what the search found, with marked words, and the sentences about it. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;
  // Longer texts are shown in part: so many characters, from so many ahead of what was found.
  var most = 260;
  var ahead = 60;

  // The link to a hit, or to a part of it. The words to mark travel in its address.
  box.link = function (hit, part, marks) {
    var words = marks.length ? "?q=" + encodeURIComponent(marks.join(" ")) : "";
    var anchor = part ? "#" + encodeURIComponent(part.anchor) : "";
    var link = box.make("a", { class: part ? "hit hit-part" : "hit", href: box.root + hit.href + words + anchor });
    var about = part ? part.detail : hit.text;
    link.append(marked(part ? part.text : hit.title, marks, "hit-name"));
    if (about) link.append(" ", marked(excerpt(about, marks), marks, "hit-text"));
    return link;
  };

  // What the index holds is part of the site; an address that leads elsewhere is damage.
  box.isWhole = function (hit) {
    return /^[a-z0-9][\w.-]*(\/[\w.-]+)?\.html$/.test(hit.href);
  };

  // The icon that the navigation has for a kind.
  box.icon = function (kind) {
    var link = document.querySelector('.sidebar a[href$="' + CSS.escape(kind) + '/index.html"]');
    return box.glyph(link ? link.classList[0].slice(2) : "book-open");
  };

  // What is to be known about an answer: what was taken for what was typed, what could not be looked
  // at, why there is no hit.
  box.notes = function (answer, text, kind) {
    var notes = [];
    var total = box.total(answer);
    if (answer.hits.length) {
      answer.corrected.forEach(function (pair) {
        notes.push(box.sentence("corrected", { typed: pair[0], taken: pair[1] }));
      });
      if (answer.some) notes.push(box.sentence("some"));
    } else if (kind && total) {
      notes.push(box.sentence("none_of_kind", { n: total }));
    } else {
      notes.push(box.sentence(Array.from(text).length < 2 ? "short" : "none", { q: text }));
    }
    if (answer.more) notes.push(box.sentence("more"));
    if (answer.damaged) notes.push(box.sentence("damaged"));
    return notes;
  };

  // Why the search does not work.
  box.failure = function (error) {
    return box.sentence(error.name === "damaged" ? "broken" : "missing");
  };

  // How many records match, of whatever kind.
  box.total = function (answer) {
    return answer.kinds.reduce(function (sum, kind) { return sum + kind.count; }, 0);
  };

  // Text with the words that were found in <mark>, isolated from the direction of its surroundings.
  function marked(text, marks, name) {
    var pieces = window.clearjar.search.marked(text, marks);
    return box.make("bdi", { class: name }, pieces.map(function (piece) {
      var text = box.visible(piece.text);
      return piece.hit ? box.make("mark", {}, [text]) : text;
    }));
  }

  // A long text from a little ahead of the first word that was found.
  function excerpt(text, marks) {
    if (text.length <= most) return text;
    var at = 0;
    window.clearjar.search.marked(text, marks).some(function (piece) {
      if (!piece.hit) at += piece.text.length;
      return piece.hit;
    });
    var isNear = at < most / 2 || at >= text.length;
    var from = isNear ? 0 : text.indexOf(" ", at - ahead) + 1;
    return (from ? "… " : "") + text.slice(from, from + most) + (from + most < text.length ? " …" : "");
  }
})();
