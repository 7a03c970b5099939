/* Elements, and the sentences of the theme in them.
 *
 * A value such as {q} is put in as text of its own direction, so that nothing that somebody typed or
 * wrote into a record turns into markup or runs into the sentence around it. */
(function () {
  "use strict";
  var box = window.clearjar.searchbox;

  // Makes an element; what is in it are texts and elements.
  box.make = function (name, attributes, inside) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    made.append.apply(made, inside || []);
    return made;
  };

  box.bdi = function (text, name) {
    return box.make("bdi", name ? { class: name } : {}, [box.visible(text)]);
  };

  // Text in which what cannot be seen, or turns the reading direction, is spelt out as on the pages.
  box.visible = function (text) {
    return text.replace(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, function (sign) {
      return "⟪U+" + ("000" + sign.charCodeAt(0).toString(16).toUpperCase()).slice(-4) + "⟫";
    });
  };

  box.glyph = function (name) {
    return box.make("i", { class: "glyph i-" + name });
  };

  // A sentence of the theme as a paragraph. {az} stands for the way to the register.
  box.sentence = function (name, values) {
    var pieces = box.words[name].split(/\{(\w+)\}/);
    return box.make("p", {}, pieces.map(function (piece, place) {
      if (place % 2 === 0) return piece;
      if (piece === "az") return box.make("a", { href: box.root + "a-z.html" }, [box.words.az]);
      return box.bdi(String(values[piece]));
    }));
  };

  // "1 result", "12 results"
  box.count = function (n) {
    var number = n.toLocaleString(document.documentElement.lang || undefined);
    return n === 1 ? box.words.one : box.words.many.replace("{n}", number);
  };
})();
