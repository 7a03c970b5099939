/* Runs in the page: asks `benchAsk(query)`, which gives `hits` (href, title) and `total`. */
(() => {
  const shown = document.createElement("ol");
  document.body.prepend(shown);

  // Until the hits are laid out, as a reader sees them.
  async function timed(query) {
    const start = performance.now();
    const result = await window.benchAsk(query);
    shown.replaceChildren(...result.hits.map((hit) => {
      const item = document.createElement("li");
      item.textContent = hit.title;
      return item;
    }));
    void shown.offsetHeight;
    return { ms: performance.now() - start, result };
  }

  // What can be asked within `most` milliseconds, at least one. Of a slow tool that is not all.
  function* during(most, list) {
    const started = performance.now();
    for (const one of list) {
      yield one;
      if (performance.now() - started > most) return;
    }
  }

  window.bench = {
    async cold(query) {
      const { ms, result } = await timed(query);
      return { ms, total: result.total, ...window.benchRead };
    },

    async type(texts, most) {
      const keys = [];
      const asked = texts.flatMap((text) => Array.from(text, (_, end) => text.slice(0, end + 1)));
      for (const text of during(most, asked)) keys.push((await timed(text)).ms);
      return keys;
    },

    async ids(questions, patience) {
      const found = [];
      for (const { href, query, most } of during(patience, questions)) {
        const { hits } = await window.benchAsk(query);
        found.push({ query, most, ok: hits.slice(0, most).some((hit) => hit.href === href) });
      }
      return found;
    },

    async titles(list, most) {
      const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
      const ranks = [];
      for (const { href, query, title } of during(most, list)) {
        const { hits } = await window.benchAsk(query);
        const top = hits[0] ? words(hits[0].title) : [];
        ranks.push({
          query,
          complete: words(title).every((word) => top.includes(word)),
          first: hits[0]?.href === href,
          ten: hits.some((hit) => hit.href === href),
        });
      }
      return ranks;
    },

    async hundred(queries, most) {
      let asked = 0;
      for (const query of during(most, Array.from({ length: 100 }, (_, i) => queries[i % queries.length]))) {
        await window.benchAsk(query);
        asked += 1;
      }
      if (window.gc) window.gc();
      return { heap: performance.memory.usedJSHeapSize / 1e6, asked };
    },
  };
})();
