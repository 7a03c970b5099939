/* Other libraries, on the same entries: an index in one script, since that is what works from a
 * folder. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const FIELDS = ["title", "ids", "body"];
const tokenize = (text) => text.split(/[\s,;]+|\.(?=\s|$)/).filter(Boolean);

export const LIBRARIES = ["minisearch", "elasticlunr"];

const SCRIPTS = {
  minisearch: "minisearch/dist/umd/index.js",
  elasticlunr: "elasticlunr/elasticlunr.js",
};

/** How each loads its index and answers; runs in the page. */
const OPEN = {
  minisearch: `
    const index = MiniSearch.loadJSON(INDEX, { fields: ["title", "ids", "body"], storeFields: ["title"],
      tokenize: (text) => text.split(/[\\s,;]+|\\.(?=\\s|$)/).filter(Boolean) });
    return (query) => {
      const found = index.search(query, { prefix: true, fuzzy: 0.2, boost: { title: 5, ids: 8 }, combineWith: "AND" });
      return { total: found.length, hits: found.slice(0, 10).map(({ id, title }) => ({ href: id, title })) };
    };`,
  elasticlunr: `
    const { index: stored, titles } = JSON.parse(INDEX), index = elasticlunr.Index.load(stored);
    return (query) => {
      const found = index.search(query, { expand: true, bool: "AND",
        fields: { title: { boost: 5 }, ids: { boost: 8 }, body: { boost: 1 } } });
      return { total: found.length, hits: found.slice(0, 10).map(({ ref }) => ({ href: ref, title: titles[ref] })) };
    };`,
};

/** Writes a page with the library and its index, in a process of its own, since it may need more memory
 * than there is. */
export function makeLibrary(tool, { folder, given }, patience) {
  const out = join(folder, tool);
  if (existsSync(join(out, "index.html"))) return;
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), tool, given, out], { encoding: "utf8", timeout: patience });
  process.stdout.write(child.stdout);
  if (child.error) throw new Error(`making the index took more than ${patience / 1000} s`);
  if (child.status) throw new Error(`making the index: ${/heap out of memory|Invalid string length|.*Error.*/.exec(child.stderr)?.[0] ?? `exit ${child.status ?? child.signal}`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [tool, given, out] = process.argv.slice(2);
  writeLibrary(tool, out, JSON.parse(readFileSync(given, "utf8")));
}

function writeLibrary(tool, out, entries) {
  mkdirSync(out, { recursive: true });
  const started = performance.now();
  let index;
  if (tool === "minisearch") {
    const MiniSearch = require("minisearch");
    const search = new MiniSearch({ fields: FIELDS, storeFields: ["title"], tokenize });
    search.addAll(entries);
    index = JSON.stringify(search);
  } else {
    const elasticlunr = require("elasticlunr");
    const search = elasticlunr(function () {
      this.setRef("id");
      FIELDS.forEach((field) => this.addField(field));
      this.saveDocument(false);
    });
    entries.forEach((entry) => search.addDoc(entry));
    index = JSON.stringify({ index: search.toJSON(), titles: Object.fromEntries(entries.map(({ id, title }) => [id, title])) });
  }
  console.log(`(${tool}: index made in ${((performance.now() - started) / 1000).toFixed(1)} s, ${(index.length / 1e6).toFixed(1)} MB)\n`);
  writeFileSync(join(out, "index.js"), `window.INDEX = ${JSON.stringify(index)};`);
  copyFileSync(fileURLToPath(new URL(`node_modules/${SCRIPTS[tool]}`, import.meta.url)), join(out, "library.js"));
  writeFileSync(join(out, "index.html"), "<!doctype html><meta charset=utf-8><title>x</title><body><script src=library.js></script>");
}

/** Opens that page; the index is read with the first query. */
export async function openLibrary(tool, page, { folder }) {
  const out = join(folder, tool);
  await page.goto(pathToFileURL(join(out, "index.html")).href, { waitUntil: "load" });
  await page.evaluate(({ open, bytes }) => {
    let answer;
    window.benchRead = { files: 1, bytes };
    window.benchAsk = async (query) => {
      if (!answer) {
        await new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = "index.js";
          script.onload = resolve;
          script.onerror = reject;
          document.head.append(script);
        });
        answer = new Function(open)();
        delete window.INDEX;
      }
      return answer(query);
    };
  }, { open: OPEN[tool], bytes: statSync(join(out, "index.js")).size });
  await page.evaluate(readFileSync(fileURLToPath(new URL("page.js", import.meta.url)), "utf8"));
}
