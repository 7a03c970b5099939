/* Answers a query: identifiers first, then titles, then everything else. */
(function () {
  "use strict";
  const search = clearjar.search;
  const MOST_SHARDS = 3, MOST_CHUNKS = 12, LONGEST = 300, MOST_PARTS = 3;
  let turn = 0;

  const sorted = (list, by) => list.sort((a, b) => by(b) - by(a));

  // One query at work: what it meets on the way is told with its result.
  class Query {
    constructor({ records, kinds }) {
      Object.assign(this, { records, kinds, more: false, damaged: false, some: false, corrected: [], marks: [] });
    }

    // What a chunk or word finds: a score for each record, and whether its title has it.
    found() {
      return { score: new Float32Array(this.records), title: new Uint8Array(this.records) };
    }

    // The text of a shard; nothing where it cannot be read, and then the result says so.
    shard(family, number) {
      return number in search.directory[family].first && search.shard(family, number).catch(() => {
        this.damaged = true;
        return "";
      }) || "";
    }

    // The keys that begin with `key`, in the first `most` shards that have any.
    async find(family, key, most) {
      const [from, to] = search.span(family, key), texts = [];
      for (let n = from; n <= to && n < from + most; n++) texts.push(this.shard(family, n));
      this.more = this.more || to >= from + most;
      return (await Promise.all(texts)).flatMap(text => search.lines(text, key));
    }

    // Scores the records of a list, by BM25's rarity of the word and the weight it has in them.
    add(found, list, by, extra) {
      const rarity = count => Math.log(1 + (this.records - count + .5) / (count + .5));
      let body, title;
      try {
        search.postings(list, this.records, (count, titles) => {
          body = by * rarity(count);
          title = by * 1.5 * rarity(titles);
        }, (doc, weight, inTitle) => {
          const score = (weight + .5) / 8 * body + (inTitle && title) + (weight > 6 && extra);
          if (score > found.score[doc]) found.score[doc] = score;
          if (inTitle && by > .5 || extra && weight > 3) found.title[doc] = 1;
        });
      } catch (e) {
        this.damaged = true;
      }
    }

    // Identifiers that begin with `key`; one that is read off a label and asked for in whole is first.
    async identifiers(found, key, exactly) {
      const lines = (await this.find("i", key, MOST_SHARDS)).filter(([other]) => !exactly || other === key);
      for (const [other, list] of lines) {
        if (other === key) this.add(found, list, 2.5, 50);
        else this.add(found, list, 1.6 * key.length / other.length, 0);
      }
      return lines.length;
    }

    // A word, or the beginning of one that is being typed. Where too many begin so, those records are
    // taken that were found beforehand to fit best.
    async word(found, word, typing) {
      const [from, to] = search.span("w", word);
      const listed = typing && to - from >= MOST_SHARDS
        ? (await this.find("p", word, 1)).filter(([other]) => other === word) : [];
      let lines = await this.find("w", word, listed.length || !typing ? 1 : MOST_SHARDS + 1);
      const exact = lines.filter(([other]) => other === word);
      if (exact.length && !typing) lines = exact;
      for (const [, list] of listed) {
        this.more = found.optional = true;
        this.add(found, list, .8, 0);
      }
      for (const [other, list] of lines) this.add(found, list, other === word ? 1 : .8 * word.length / other.length, 0);
      if (lines.length + listed.length || await this.identifiers(found, word)) return;
      const near = await this.near(word, typing);
      if (near.length) this.corrected.push([word, near[0][1]]);
      await Promise.all(near.map(async ([slips, other]) => {
        this.marks.push(other);
        for (const [exact, list] of await this.find("w", other, 1)) {
          if (exact === other) this.add(found, list, .8 - .2 * slips, 0);
        }
      }));
    }

    // The words of the site that a misspelt one is nearest to, each with its distance.
    async near(word, typing) {
      const most = word.length < 4 ? 0 : word.length < 8 ? 1 : 2, near = [];
      if (!most) return near;
      const texts = search.directory.v.first.map((_, n) => this.shard("v", n));
      for (const other of (await Promise.all(texts)).join("").split(" ")) {
        const slips = distance(word, other, most, typing);
        if (slips <= most) near.push([slips + (other[0] === word[0] ? 0 : .4), other]);
      }
      sorted(near, ([slips]) => -slips);
      return near.filter(([slips]) => slips < near[0][0] + .5).slice(0, 4);
    }

    async chunk({ text, words, numbers }, typing) {
      const found = this.found(), parts = [...words, ...numbers];
      if (numbers.length || words.join("") !== text) {
        const asked = search.asked(text);
        this.marks.push(...asked);
        // A short number stands at the beginning of too much.
        const any = await Promise.all(asked.map(key => this.identifiers(found, key, text.length < 3)));
        if (numbers.length && any.some(count => count)) return found;
      }
      this.marks.push(...parts);
      const all = await Promise.all(parts.map(async (part, i) => {
        const own = this.found();
        if (i < words.length) await this.word(own, part, typing && i > parts.length - 2);
        else await this.identifiers(own, part, part.length < 3);
        found.optional = found.optional || own.optional;
        return own;
      }));
      for (let doc = 0; doc < this.records; doc++) {
        if (!all.length || !all.every(own => own.score[doc])) continue;
        found.score[doc] = Math.max(found.score[doc], all.reduce((sum, own) => sum + own.score[doc], 0));
        if (all.every(own => own.title[doc])) found.title[doc] = 1;
      }
      return found;
    }

    // The records that have all of the chunks, or else those that have some; sets their scores.
    async match(all, score) {
      const marks = await this.shard("m", 0), docs = [];
      const need = all.filter(found => !found.optional).length || 1;
      const have = new Uint8Array(this.records);
      let most = 0;
      for (let doc = 0; doc < this.records; doc++) {
        for (const found of all) {
          score[doc] += found.score[doc];
          if (found.score[doc] && (need < 2 || !found.optional)) have[doc]++;
        }
        most = Math.max(most, have[doc]);
      }
      for (let doc = 0; doc < this.records; doc++) {
        if (!have[doc] || most >= need && have[doc] < need) continue;
        const mark = marks.charCodeAt(doc) - 48 || 0;
        const titles = all.reduce((sum, found) => sum + found.title[doc], 0);
        if (have[doc] < need) score[doc] *= .3 * have[doc] / need;
        if (titles) score[doc] *= 1 + titles * titles / Math.max(mark & 31, titles) / all.length / 2;
        if (mark & 32) score[doc] /= 2;
        docs.push(doc);
      }
      this.some = most > 0 && most < need;
      return docs;
    }

    async card(doc) {
      const first = search.directory.c.first, number = search.rank(first, doc) - 1;
      const [cards, table] = await Promise.all([this.shard("c", number), this.shard("t", 0)]);
      const { kind, label, folder } = this.kinds.filter(kind => kind.first <= doc).pop();
      try {
        const [title, name, text, flat] = JSON.parse(cards.split("\n")[doc - first[number]]);
        const href = (folder ? kind + "/" : "") + name + ".html";
        return { title, href, kind, label, text, parts: this.parts(flat, table.split("\n")) };
      } catch (e) {
        this.damaged = true;
      }
    }

    // The parts of a record that have most of what is looked for.
    parts(flat, table) {
      const parts = [];
      for (let i = 0; i < flat.length; i += 2) {
        const [text, anchor] = flat[i] >= 0 ? JSON.parse(table[flat[i]] || "[]") : flat[i], detail = flat[i + 1];
        const folded = search.fold(text + " " + detail), squashed = search.squash(folded);
        const marks = this.marks.filter(mark => folded.includes(mark) || squashed.includes(mark));
        if (anchor && marks.length) parts.push([marks.length + marks.join("").length / 99, { text, detail, anchor }]);
      }
      return sorted(parts, ([score]) => score).slice(0, MOST_PARTS).map(([, part]) => part);
    }
  }

  // The first of `docs` by their scores; sieved roughly, since a word may be in every record.
  function best(docs, score, most) {
    const top = docs.reduce((top, doc) => Math.max(top, score[doc]), 1e-9), counts = new Uint32Array(1025);
    const level = doc => score[doc] / top * 1024 | 0;
    for (const doc of docs) counts[level(doc)]++;
    let least = 1024;
    for (let sum = counts[least]; least && sum < most; sum += counts[least]) least--;
    return sorted(docs.filter(doc => level(doc) >= least), doc => score[doc]).slice(0, most);
  }

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
    const digits = folded.replace(/\D/g, "").replace(/^0+/, ""), chunks = search.chunks(folded);
    return /^[\s\d()+./-]*\d[\s()]+\d[\s\d()+./-]*$/.test(folded) && digits.length > 5
      ? [{ text: digits, words: [], numbers: chunks.flatMap(chunk => chunk.numbers) }]
      : chunks.filter(({ words, numbers }) => words.length + numbers.length).slice(0, MOST_CHUNKS);
  }

  // Finds records: a promise of what stands in the theme's README under "Search"; of null for a query
  // that a newer one came after.
  search.query = async (text, { kind, limit = 10, offset = 0 } = {}) => {
    const mine = ++turn;
    const directory = await search.open(document.documentElement.dataset.root);
    const query = new Query(directory), folded = search.fold(text.slice(0, LONGEST));
    const chunks = chunksOf(folded), score = new Float32Array(query.records);
    const all = await Promise.all(chunks.map((chunk, i) => query.chunk(chunk, i > chunks.length - 2 && !/\s$/.test(text))));
    let docs = all.length ? await query.match(all, score) : [];
    const ranges = query.kinds.map((own, i, { [i + 1]: next }) => {
      const end = next ? next.first : query.records;
      return { own, docs: docs.slice(search.rank(docs, own.first - 1), search.rank(docs, end - 1)) };
    }).filter(({ docs }) => docs.length);
    if (kind) docs = ranges.filter(({ own }) => own.kind === kind).flatMap(({ docs }) => docs);
    query.marks = [...new Set(query.marks)];
    const hits = await Promise.all(best(docs, score, offset + limit).slice(offset).map(doc => query.card(doc)));
    if (mine !== turn) return null;
    const { some, more, damaged, corrected, marks } = query;
    return {
      text, total: docs.length, some, more, damaged, corrected, marks, hits: hits.filter(hit => hit),
      kinds: ranges.map(({ own, docs }) => ({ kind: own.kind, label: own.plural, count: docs.length })),
    };
  };
})();
