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

  window.bench = {
    async cold(query) {
      const { ms, result } = await timed(query);
      return { ms, total: result.total, ...window.benchRead };
    },

    async type(texts) {
      const keys = [];
      for (const text of texts) {
        for (let end = 1; end <= text.length; end++) keys.push((await timed(text.slice(0, end))).ms);
      }
      return keys;
    },

    async ids(questions) {
      const found = [];
      for (const { href, query, most } of questions) {
        const { hits } = await window.benchAsk(query);
        found.push({ query, most, ok: hits.slice(0, most).some((hit) => hit.href === href) });
      }
      return found;
    },

    async titles(list) {
      const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
      const ranks = [];
      for (const { href, query, title } of list) {
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

    async hundred(queries) {
      for (let i = 0; i < 100; i++) await window.benchAsk(queries[i % queries.length]);
      if (window.gc) window.gc();
      return performance.memory.usedJSHeapSize / 1e6;
    },
  };
})();
