/* Reads the index, a script at a time: from a folder a page can read nothing else. */
(function () {
  "use strict";
  const search = clearjar.search;
  const MOST_KEPT = 12e6; // characters of shards in memory
  const SLOWEST = 2e4; // milliseconds
  const PACKED = "vic";
  const arrived = {}, kept = new Map();
  let root, opening, loading = 0, size = 0;

  clearjar.shard = (name, text) => arrived[name] = text;

  // A damaged script is told of in words, not in the console.
  addEventListener("error", event => {
    if (loading && /^$|\/?search\/[a-z]\d*\.js/.test(event.filename || "")) event.preventDefault();
  });

  const failure = name => Object.assign(Error("search"), { name });

  const load = name => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const end = wrong => {
      clearTimeout(timer);
      script.onload = script.onerror = null;
      loading--;
      script.remove();
      const text = arrived[name];
      delete arrived[name];
      if (typeof text === "string") resolve(text);
      else reject(failure(wrong));
    };
    const timer = setTimeout(end, SLOWEST, "missing");
    loading++;
    script.onload = () => end("damaged");
    script.onerror = () => end("missing");
    script.src = clearjar.scriptUrl(root + "search/" + name + ".js");
    document.head.append(script);
  });

  // FNV-1a, 24 bits in four characters: tells a shard that is damaged or of another build.
  function sum(text) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = hash >>> 8 ^ hash & 255;
    return btoa(String.fromCharCode(hash >> 16, hash >> 8 & 255, hash & 255));
  }

  function inflate(text) {
    const letters = atob(text), bytes = new Uint8Array(letters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
    return new Response(new Response(bytes).body.pipeThrough(new DecompressionStream("deflate-raw"))).text();
  }

  search.open = async way => {
    if (search.directory) return search.directory;
    root = way || "";
    opening = opening || load("d");
    try {
      const directory = JSON.parse(await inflate(await opening));
      if (directory.version === 2) return search.directory = directory;
    } catch (error) {
      if (error.name === "missing") throw error;
    } finally {
      opening = null;
    }
    throw failure("damaged");
  };

  // The text of a shard. Those not used for the longest time are let go.
  search.shard = (family, number) => {
    const name = family + number, found = kept.get(name) || {};
    kept.delete(name);
    kept.set(name, found);
    return found.text = found.text || load(name).then(text => {
      if (sum(text) !== search.directory[family].sums.substr(number * 4, 4)) throw 0;
      return PACKED.includes(family) ? inflate(text) : text;
    }).then(text => {
      size += found.size = text.length;
      for (const [name, old] of kept) {
        if (size < MOST_KEPT) break;
        if (!old.size || old === found) continue;
        size -= old.size;
        kept.delete(name);
      }
      return text;
    }).catch(error => {
      kept.delete(name);
      throw error;
    });
  };

  // How many of the sorted keys are at most `key`.
  search.rank = (first, key) => {
    let low = 0, high = first.length;
    while (low < high) {
      const middle = low + high >> 1;
      if (first[middle] <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  // The first and the last shard in which keys that begin with `key` stand.
  search.span = (family, key) => {
    const { first } = search.directory[family];
    return [Math.max(0, search.rank(first, key) - 1), search.rank(first, key + "\uffff") - 1];
  };

  // The keys of a shard that begin with `key`, each with its list.
  search.lines = (text, key) => {
    const found = [];
    let at = text.indexOf(";" + key);
    while (at >= 0 && text.startsWith(key, at + 1)) {
      const next = text.indexOf(";", at + 1);
      found.push(text.slice(at + 1, next < 0 ? text.length : next).split(" "));
      at = next;
    }
    return found;
  };

  // Reads a list of records as src/search/postings.rs writes it, and tells of each: its number, its
  // weight, whether the word is in its title; before that, how many there are.
  search.postings = (text, records, begin, tell) => {
    const bytes = atob(text);
    let at = 0, pending = 0, count = 0;
    const bits = n => {
      for (; count < n; count += 8) pending = pending << 8 | bytes.charCodeAt(at++);
      count -= n;
      return pending >>> count & (1 << n) - 1;
    };
    const number = () => {
      let n = 0;
      while (!bits(1)) if (++n > 24) throw 0;
      return 1 << n | bits(n);
    };
    let left = number(), doc = 0, mean = (records / left | 0) << 4;
    const titles = number() - 1;
    begin(left, titles);
    while (left--) {
      const shift = 31 - Math.clz32(mean * 11 >> 8 | 1);
      let quotient = 0;
      while (quotient < 16 && bits(1)) quotient++;
      const distance = quotient > 15 ? number() - 1 : quotient << shift | bits(shift);
      mean += distance;
      mean -= mean >> 4;
      doc += distance;
      if (doc >= records) throw 0;
      const rest = bits(titles ? 4 : 3);
      tell(doc++, rest & 7, rest >> 3);
    }
    if (at > bytes.length) throw 0;
  };
})();
