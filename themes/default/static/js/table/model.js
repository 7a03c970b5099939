/* The rows of a table apart from how they are shown: which of them fit, in which order, and how many
 * there are of each word.
 *
 * A column keeps each of its values once, and a row the numbers of its values. So words are looked
 * for, compared and counted once for each value, and 50,000 rows are as quick as their numbers. */
(function () {
  "use strict";
  const { fold, typeOf, orders } = window.clearjar.cells;
  const mostWords = 40;

  class Model {
    // `columns`: { key, text, type } each.
    constructor(columns) {
      this.columns = columns.map((column) => Object.assign({ values: [], known: new Map() }, column));
      this.rows = [];
    }

    // The number of a value in its column.
    place(column, value) {
      const { known, values } = this.columns[column];
      const name = value.text + "\0" + value.sort + "\0" + (value.href || "");
      if (!known.has(name)) {
        known.set(name, values.length);
        values.push(value);
      }
      return known.get(name);
    }

    at(row, column) {
      return this.columns[column].values[this.rows[row][column]];
    }

    // Columns with few words, each in several rows, are worth choosing by.
    facets() {
      return this.columns.map((column, at) => at).filter((at) => {
        const { values, type, facet } = this.columns[at];
        if (facet === "no" || !at || (type || typeOf(values)) !== "text") return false;
        const words = new Set(values.flatMap((value) => value.parts));
        words.delete("");
        if (words.size < 2 || words.size > mostWords || Array.from(words).some((word) => word.length > 60)) return false;
        return this.rows.filter((row) => values[row[at]].text).length >= words.size * 2;
      });
    }

    // Which rows have all the words and, in each column of `picked`, one of the words picked there;
    // and for each of `facets`, how many rows its words would show.
    filter(text, picked, facets) {
      const words = fold(text).split(/\s+/).filter(Boolean).map((word) => this.columns.map(({ values }) =>
        values.map((value) => (value.fold = value.fold || fold(value.text)).includes(word))));
      const wants = Array.from(picked).filter(([, set]) => set.size).map(([column, set]) => ({
        column, fits: this.columns[column].values.map((value) => value.parts.some((part) => set.has(part))),
      }));
      const counts = facets.map((column) => new Uint32Array(this.columns[column].values.length));
      const shown = new Uint8Array(this.rows.length);
      this.rows.forEach((row, at) => {
        if (!words.every((columns) => columns.some((has, column) => has[row[column]]))) return;
        let failed = -1;
        for (const { column, fits } of wants) {
          if (fits[row[column]]) continue;
          if (failed >= 0) return;
          failed = column;
        }
        if (failed < 0) shown[at] = 1;
        facets.forEach((column, i) => {
          if (failed < 0 || failed === column) counts[i][row[column]] += 1;
        });
      });
      return { shown, counts: counts.map((byValue, i) => this.byWord(facets[i], byValue)) };
    }

    byWord(column, byValue) {
      const counts = new Map();
      this.columns[column].values.forEach((value, at) => value.parts.forEach((part) => {
        counts.set(part, (counts.get(part) || 0) + byValue[at]);
      }));
      return counts;
    }

    // All rows in the order of a column; what is not known goes last, whichever way it runs.
    order(column, down) {
      const asked = column + (down ? "d" : "a");
      if (this.asked !== asked) this.sorted = this.sort(column, down);
      this.asked = asked;
      return this.sorted;
    }

    sort(column, down) {
      const count = this.rows.length;
      const places = Array.from({ length: count }, (_, at) => at);
      if (column < 0) return places;
      const { values, type } = this.columns[column];
      const compare = orders[type || typeOf(values)] || orders.text;
      const sorted = values.map((value, at) => at).sort((a, b) => compare(values[a].sort, values[b].sort));
      const rank = new Float64Array(values.length);
      sorted.forEach((at, i) => {
        const equal = i && !compare(values[sorted[i - 1]].sort, values[at].sort);
        rank[at] = equal ? rank[sorted[i - 1]] : i;
      });
      values.forEach((value, at) => {
        if (value.sort === "") rank[at] = values.length;
        else if (down) rank[at] = values.length - 1 - rank[at];
      });
      // One number for rank and place: sorted without calling back, and equal rows keep their order.
      const keys = Float64Array.from(places, (at) => rank[this.rows[at][column]] * count + at).sort();
      return Array.from(keys, (key) => key % count);
    }
  }

  window.clearjar.Model = Model;
})();
