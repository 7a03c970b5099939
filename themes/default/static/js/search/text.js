/* Folds text and cuts it into words and identifiers, as the generator does (src/search/). */
(function () {
  "use strict";
  const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
  const PLAIN = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", þ: "th", ı: "i", ς: "σ" };
  const CHUNK = /[\p{Alphabetic}\p{N}\p{M}]+(?:[-.:/@_+\\#~]+[\p{Alphabetic}\p{N}\p{M}]+)*/gu;
  const JOINT = /[-.:/@_+\\#~]+/g;
  // Scripts that put no blanks between words: pairs of characters stand for words there.
  const DENSE = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{323af}]+";
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

  // Chunks of a folded text, each with its words, its numbers, and whether it is a likely identifier.
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
    const likely = /..|[^\0-\uffff]/.test(text) && (/\p{N}|@/u.test(text) || /^[^:/@_+\\#~]*[^.:/@_+\\#~]{2}\.[^.:/@_+\\#~]{2,}$/.test(text));
    return { text, words, numbers, likely };
  });

  // The pieces of a text, and which of them are looked for: at the beginning of a word, however it
  // is joined.
  function marked(text, marks) {
    const letters = [...text], hit = [], pieces = [];
    [/$^/, JOINT].forEach(without => {
      const places = [];
      let folded = "";
      letters.forEach((letter, i) => {
        for (const unit of fold(letter).replace(without, "").split("")) {
          folded += unit;
          places.push(i);
        }
      });
      marks.forEach(mark => {
        for (let at = folded.indexOf(mark); mark && at >= 0; at = folded.indexOf(mark, at + 1)) {
          const start = places[at];
          if (start && /[\p{L}\p{N}]/u.test(letters[start - 1]) && !dense(mark)) continue;
          for (let i = start; i <= places[at + mark.length - 1]; i++) hit[i] = true;
        }
      });
    });
    letters.forEach((text, i) => {
      const last = pieces[pieces.length - 1], is = !!hit[i];
      if (last && last.hit === is) last.text += text;
      else pieces.push({ text, hit: is });
    });
    return pieces;
  }

  clearjar.search = { fold, keys, asked, chunks, squash, marked };
})();
