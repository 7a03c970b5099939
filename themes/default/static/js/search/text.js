/* Folds text and cuts it into words and identifiers, as the generator does (src/search/). */
(function () {
  "use strict";
  const MARKS = /(?=[\0-\u06ff\u1ab0-\u1aff\u1dc0-\u20ff\ufe20-\ufe2f])\p{M}|\u0640/gu;
  const PLAIN = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", þ: "th", ı: "i", ς: "σ" };
  const CHUNK = /[\p{Alphabetic}\p{N}\p{M}]+(?:[-.:/@_+\\#~]+[\p{Alphabetic}\p{N}\p{M}]+)*/gu;
  const JOINT = /[-.:/@_+\\#~]+/g;
  // Scripts that put no blanks between words: pairs of characters stand for words there.
  const DENSE = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\u{20000}-\u{323af}]+";
  const RUNS = new RegExp(DENSE + "|" + DENSE.replace("[", "[^"), "gu");
  const dense = text => new RegExp(DENSE, "u").test(text);

  const fold = text => text.normalize("NFKD").replace(MARKS, "").toLowerCase()
    .replace(/[ßæœøłđþıς]/g, letter => PLAIN[letter]).normalize("NFC");

  const squash = text => [...text.replace(JOINT, "")].slice(0, 48).join("");
  const pad = group => group.padStart(4, 0);
  const unique = list => [...new Set(list)].filter(Boolean);
  const short = address => address.replace(/(^|:)0+(?=[\da-f])/g, "$1");

  // The 32 digits of an IPv6 address.
  function expand(text) {
    const [left, right, more] = text.split("::").map(half => half ? half.split(":") : []);
    const missing = 8 - left.length - (right || "").length;
    if (more || !/:/.test(text) || (right ? missing < 1 : missing)) return "";
    const all = [...left, ...Array(missing).fill("0"), ...right || []];
    return all.every(group => /^[\da-f]{1,4}$/.test(group)) ? all.map(pad).join("") : "";
  }

  // The whole forms of a folded chunk.
  function keys(chunk) {
    const url = /^.*?:\/\/(.*)$/.exec(chunk);
    if (url) {
      const host = url[1].split(/[/#\\]/)[0].split("@").pop(), [name, port, more] = host.split(":");
      return unique([squash(url[1]), ...keys(port && !more ? name : host)]);
    }
    if (/^([\da-f]{2}[:-]){5}[\da-f]{2}$|^([\da-f]{4}\.){2}[\da-f]{4}$/.test(chunk)) return [squash(chunk)];
    const [dotted, address, length] = /^v?(\d+(?:\.\d+)+)(\/\d+)?$/.exec(chunk) || /^(\d+(?:\.\d+)+):\d+$/.exec(chunk) || [];
    if (dotted) return unique([address + (length || ""), address]);
    const start = chunk.split("/")[0], full = expand(start);
    return full ? [full, short(start) + chunk.slice(start.length)] : [squash(chunk)];
  }

  // What a chunk of a query may be the beginning of.
  function asked(chunk) {
    const groups = chunk.split(":");
    if (groups.length < 2 || /[^\da-f:]/.test(chunk) || expand(chunk)) return keys(chunk);
    const last = groups.pop(), head = groups.map(pad).join("");
    return unique([...keys(chunk), head + last, head + pad(last), short(chunk)]);
  }

  // Chunks of a folded text, each with its words and its numbers.
  const chunks = folded => (folded.match(CHUNK) || []).map(text => {
    const words = [], numbers = [];
    text.split(JOINT).forEach(run => (run.match(RUNS) || []).forEach(piece => {
      const letters = [...piece], end = letters.length;
      if (dense(piece)) {
        if (end < 2) words.push(piece);
        for (let i = 1; i < end; i++) words.push(letters[i - 1] + letters[i]);
      } else if (end > 1) {
        piece = letters.slice(0, 32).join("");
        (/\p{N}/u.test(piece) ? numbers : words).push(piece);
      }
    }));
    return { text, words, numbers };
  });

  // The pieces of a text, and which of them are looked for: at the beginning of a word, however it
  // is joined.
  function marked(text, marks) {
    const letters = [...text], hit = letters.map(() => false), places = [], pieces = [];
    let folded = "";
    letters.forEach((letter, i) => {
      const own = squash(fold(letter));
      folded += own;
      places.push(...Array(own.length).fill(i));
    });
    for (const mark of marks.map(squash).filter(Boolean)) {
      for (let at = -1; (at = folded.indexOf(mark, at + 1)) >= 0;) {
        const start = places[at];
        if (start && /[\p{L}\p{N}]/u.test(letters[start - 1]) && !dense(mark)) continue;
        hit.fill(true, start, places[at + mark.length - 1] + 1);
      }
    }
    letters.forEach((text, i) => {
      const last = pieces[pieces.length - 1];
      if (last && last.hit === hit[i]) last.text += text;
      else pieces.push({ text, hit: hit[i] });
    });
    return pieces;
  }

  clearjar.search = { fold, keys, asked, chunks, squash, marked };
})();
