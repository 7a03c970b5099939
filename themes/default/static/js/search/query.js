/* Answers a query: identifiers first, then titles, then everything else. */
(function () {
  "use strict";
  const { fold, squash, asked, rank, span, lines, postings } = clearjar.search;
  const search = clearjar.search;
  const MOST_SHARDS = 3, MOST_CHUNKS = 12, LONGEST = 300, MOST_PARTS = 3, SHIFT = 2 ** 24, EXACT = 50;
  let turn = 0;

  const sorted = (list, by) => list.sort((a, b) => by(b) - by(a));
  const every = (list, make) => Promise.all(list.map(make));

  // Answers one query. What is met on the way is told with the hits.
  async function answer(text, { kind, limit = 10, offset = 0 }, { records, kinds, c, v, marks: signs, names }) {
    const marks = new Set(), corrected = [];
    let more = false, damaged = false, some = false;

    // What a chunk or a word finds: a score for each record, and whether its title has it.
    const nothing = () => ({ score: new Float32Array(records), title: new Uint8Array(records) });

    // The text of a shard; nothing where it cannot be read.
    const shard = (family, n) => n in search.directory[family].first && search.shard(family, n).catch(() => {
      damaged = true;
      return "";
    }) || "";

    // The keys that begin with `key`, in the first `most` shards that have any; the first is enough for
    // the key itself.
    async function find(family, key, most) {
      const [from, to] = span(family, key), texts = [];
      for (let n = from; n <= to && n < from + most; n++) texts.push(shard(family, n));
      more = more || most > 1 && to >= from + most;
      return (await Promise.all(texts)).flatMap(text => lines(text, key));
    }

    // Scores the records of a list, by BM25's rarity of the word and the weight it has in them.
    function add(found, list, by, extra) {
      const rarity = count => by * Math.log(1 + (records - count + .5) / (count + .5));
      let body, title;
      try {
        postings(list, records, (count, titles) => {
          body = rarity(count) / 8;
          title = rarity(titles) * 1.5;
        }, (doc, weight, inTitle) => {
          const score = (weight + .5) * body + (inTitle && title) + (weight > 6 && extra);
          if (score > found.score[doc]) found.score[doc] = score;
          if (inTitle && by > .5) found.title[doc] = 1;
        });
      } catch (e) {
        damaged = true;
      }
    }

    // Identifiers that begin with `key`; one that is read off a label and asked for in whole is first.
    async function identifiers(found, key, exactly) {
      const some = (await find("i", key, exactly ? 1 : MOST_SHARDS)).filter(([other]) => !exactly || other === key);
      for (const [other, list] of some) {
        // A word may end an id as well, which says less than the word in a title.
        if (other === key) add(found, list, exactly ? .5 : 2.5, EXACT);
        else add(found, list, 1.6 * key.length / other.length, 0);
      }
      return some.length;
    }

    // A word, or the beginning of one that is being typed. Where too many begin so, those records are
    // taken that were found beforehand to fit best.
    async function word(found, key, typing) {
      const [from, to] = span("w", key), is = ([other]) => other === key;
      shard("w", from); // on its way meanwhile
      const listed = typing && to - from >= MOST_SHARDS ? (await find("p", key, 1)).filter(is) : [];
      let some = await find("w", key, listed.length || !typing ? 1 : MOST_SHARDS + 1);
      if (!typing && some.some(is)) some = some.filter(is);
      for (const [, list] of listed) {
        more = found.optional = true;
        add(found, list, .8, 0);
      }
      for (const [other, list] of some) add(found, list, other === key ? 1 : .8 * key.length / other.length, 0);
      if (some.length + listed.length || await identifiers(found, key)) return;
      const near = await similar(key, typing);
      if (near.length) corrected.push([key, near[0][1]]);
      await every(near, async ([slips, near]) => {
        marks.add(near);
        for (const [other, list] of await find("w", near, 1)) {
          if (other === near) add(found, list, .8 - .2 * slips, 0);
        }
      });
    }

    // The words of the site that a misspelt one is nearest to, each with its distance.
    async function similar(key, typing) {
      const most = key.length < 4 ? 0 : key.length < 8 ? 1 : 2, near = [];
      for (const other of most ? (await every(v.first, (_, n) => shard("v", n))).join("").split(" ") : []) {
        const slips = distance(key, other, most, typing);
        if (slips <= most) near.push([slips + (other[0] === key[0] ? 0 : .4), other]);
      }
      sorted(near, ([slips]) => -slips);
      return near.filter(([slips]) => slips < near[0][0] + .5).slice(0, 4);
    }

    async function chunk({ text, words, numbers }, typing) {
      const found = nothing(), parts = [...words, ...numbers];
      parts.forEach(part => marks.add(part));
      const joined = numbers.length || words.join("") !== text;
      let whole = [];
      if (joined || chunks.length < 2) {
        // A short number, or a word, stands at the beginning of too much.
        const exactly = !joined || text.length < 3;
        whole = every(asked(text), key => marks.add(key) && identifiers(found, key, exactly));
      }
      if (numbers.length && (await whole).some(count => count)) return found;
      const all = await every(parts, async (part, i) => {
        const own = parts.length > 1 ? nothing() : found;
        if (i < words.length) await word(own, part, typing && i > parts.length - 2);
        else await identifiers(own, part, part.length < 3);
        found.optional = found.optional || own.optional;
        return own;
      });
      await whole;
      for (let doc = 0; doc < records && parts.length > 1; doc++) {
        if (!all[0].score[doc] || !all.every(own => own.score[doc])) continue;
        found.score[doc] = Math.max(found.score[doc], all.reduce((sum, own) => sum + own.score[doc], 0));
        found.title[doc] |= all.every(own => own.title[doc]);
      }
      return found;
    }

    // The records that have all of the chunks, or else those that have some; sets their scores.
    function match(all, score) {
      const docs = [], have = new Uint8Array(records), titles = new Uint8Array(records);
      const need = all.filter(found => !found.optional).length || 1;
      let most = 0;
      for (const found of all) {
        for (let doc = 0; doc < records; doc++) {
          if (!found.score[doc]) continue;
          score[doc] += found.score[doc];
          titles[doc] += found.title[doc];
          if (need < 2 || !found.optional) most = Math.max(most, ++have[doc]);
        }
      }
      for (let doc = 0; doc < records; doc++) {
        if (!have[doc] || most >= need && have[doc] < need) continue;
        const sign = signs.charCodeAt(doc) - 48, inTitle = titles[doc];
        if (have[doc] < need) score[doc] *= .3 * have[doc] / need;
        if (inTitle) score[doc] *= 1 + inTitle * inTitle / Math.max(sign & 31, inTitle) / all.length;
        if (sign & 32 && score[doc] < EXACT) score[doc] /= 2;
        docs.push(doc);
      }
      some = most > 0 && most < need;
      return docs;
    }

    async function card(doc) {
      const n = rank(c.first, doc) - 1, own = kinds.filter(kind => kind.first <= doc).pop();
      const cards = await shard("c", n);
      try {
        const [title, name, text, flat] = JSON.parse(cards.split("\n")[doc - c.first[n]]);
        const href = (own.folder ? own.kind + "/" : "") + name + ".html";
        return { title, href, kind: own.kind, label: own.label, text, parts: parts(flat) };
      } catch (e) {
        damaged = true;
      }
    }

    // The parts of a record that have most of what is looked for.
    function parts(flat) {
      const found = [];
      for (let i = 0; i < flat.length; i += 2) {
        const [text, anchor] = names[flat[i]] || flat[i], detail = flat[i + 1];
        const name = fold(text), rest = fold(detail);
        let score = 0;
        for (const mark of marks) score += (1 + mark.length / 99) * (has(name, mark) ? 2 : has(rest, mark));
        if (anchor && score) found.push([score, { text, detail, anchor }]);
      }
      return sorted(found, ([score]) => score).slice(0, MOST_PARTS).map(([, part]) => part);
    }

    const chunks = chunksOf(fold(text.slice(0, LONGEST))), score = new Float32Array(records);
    const all = await every(chunks, (one, i) => chunk(one, i > chunks.length - 2 && !/\s$/.test(text)));
    let docs = all.length ? match(all, score) : [];
    const ranges = kinds.map((own, i) => {
      const end = i + 1 < kinds.length ? kinds[i + 1].first : records;
      return { own, docs: docs.slice(rank(docs, own.first - 1), rank(docs, end - 1)) };
    }).filter(({ docs }) => docs.length);
    if (kind) docs = ranges.filter(({ own }) => own.kind === kind).flatMap(({ docs }) => docs);
    // As numbers of which score and record can be told, since those are sorted fast.
    const order = Float64Array.from(docs, doc => Math.ceil(score[doc] * 1e4) * SHIFT - doc).sort().reverse();
    const best = [...order.slice(offset, offset + limit)].map(rest => Math.ceil(rest / SHIFT) * SHIFT - rest);
    const hits = (await every(best, card)).filter(hit => hit);
    return {
      text, total: docs.length, some, more, damaged, corrected, marks: [...marks], hits,
      kinds: ranges.map(({ own, docs }) => ({ kind: own.kind, label: own.plural, count: docs.length })),
    };
  }

  // Whether a word of a folded text begins with a mark; one with digits, or of a script that puts no
  // blanks between words, may be anywhere and joined otherwise.
  const has = (text, mark) => /[\d\u0e00-\uffff]/.test(mark) ? squash(text).includes(squash(mark))
    : (" " + text.replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")).includes(" " + mark);

  // How many slips lie between two words (optimal string alignment): 9 for more than `most`. The end
  // of the other does not count while the word is being typed.
  function distance(a, b, most, typing) {
    if (b.length < a.length - most || !typing && b.length > a.length + most) return 9;
    b = b.slice(0, a.length + most);
    let before, last = Array.from(b + 0, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return 9;
      [before, last] = [last, row];
    }
    return typing ? Math.min(...last) : last[b.length];
  }

  // The chunks of a query. A telephone number is typed with blanks and is one.
  function chunksOf(folded) {
    const text = folded.replace(/\D/g, "").replace(/^0+/, ""), chunks = search.chunks(folded);
    return /^[\s\d()+./-]*\d[\s()]+\d[\s\d()+./-]*$/.test(folded) && text.length > 5
      ? [{ text, words: [], numbers: chunks.flatMap(({ numbers }) => numbers) }]
      : chunks.filter(({ words, numbers }) => words.length + numbers.length).slice(0, MOST_CHUNKS);
  }

  // A promise of the answer as the theme's README tells it, or of null when a newer query was asked.
  search.query = async (text, options = {}) => {
    const mine = ++turn;
    const directory = await search.open(document.documentElement.dataset.root);
    const result = await answer(text, options, directory);
    return mine === turn ? result : null;
  };
})();
