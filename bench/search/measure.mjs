/* Measures the search of large sites in Chromium, beside other libraries on the same entries.
 *
 *     npm ci
 *     node measure.mjs --records 1000 10000 50000 --work /tmp/search-bench
 *
 * README.md says what is measured and how. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { inPage } from "./browser.mjs";
import { LIBRARIES, openLibrary, writeLibrary } from "./libraries.mjs";
import { identifiers, sample, slipped, titles } from "./questions.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const release = join(root, "target/release");
const options = readOptions(process.argv.slice(2));

const QUERIES = {
  plain: "firewall",
  "several words": "backup restore switch",
  misspelt: "firewlal",
  "part of an address": "10.0.7",
  "beginning of a serial": null, // of the middle record
};
const TYPED = ["firewall", "restore backup server", "10.0.7.15", "certficate", "switch gro", "access point green"];

for (const records of options.records) {
  const paths = prepare(records);
  console.log(`\n## ${records.toLocaleString("en")} records\n`);
  tellSize(paths);
  tellTime(paths);
  const entries = readFileSync(paths.entries, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const all = identifiers(paths.runbook), devices = sample(all);
  const written = new Map(all.map(({ href, whole }) => [href, whole.join(" ")]));
  for (const entry of entries) entry.ids += ` ${written.get(entry.id) || ""}`;
  const names = titles(entries);
  const queries = { ...QUERIES, "beginning of a serial": devices[devices.length >> 1].serial.slice(0, 6) };
  for (const tool of ["clearjar", ...options.libraries]) {
    if (tool !== "clearjar") writeLibrary(tool, paths, entries);
    try {
      await tell(tool, paths, { queries, devices, names });
    } catch (error) {
      console.log(`| ${tool} | could not be measured: ${error.message.split("\n")[0]} |`);
    }
  }
}

function readOptions(words) {
  const read = { records: [], libraries: [], runs: 5, work: join(tmpdir(), "clearjar-search-bench") };
  let into = "";
  for (const word of words) {
    if (word.startsWith("--")) into = word.slice(2);
    else if (into === "records") read.records.push(Number(word));
    else if (into === "libraries") read.libraries.push(word);
    else read[into] = into === "runs" ? Number(word) : word;
  }
  if (!read.records.length) read.records = [1000, 10000, 50000];
  if (!words.includes("--libraries")) read.libraries = LIBRARIES;
  return read;
}

/** Makes runbook, site and entries where they are not there yet. */
function prepare(records) {
  const folder = join(options.work, String(records));
  const paths = { folder, runbook: join(folder, "runbook"), site: join(folder, "site"), entries: join(folder, "entries.jsonl") };
  mkdirSync(folder, { recursive: true });
  const run = (program, ...args) => execFileSync(join(release, program), args, { stdio: ["ignore", "pipe", "ignore"] });
  if (!existsSync(paths.runbook)) run("examples/large_runbook", "--records", records, "--form", "clearjar", paths.runbook);
  if (!existsSync(join(paths.site, "index.html"))) run("clearjar", "-C", paths.runbook, "build", "--output", paths.site);
  const times = join(folder, "times.json");
  if (!existsSync(times)) writeFileSync(times, run("examples/search_index", paths.runbook, paths.entries));
  return { ...paths, times: JSON.parse(readFileSync(times, "utf8")) };
}

function tellSize({ site }) {
  const sizes = readdirSync(join(site, "search")).map((name) => [name[0], statSync(join(site, "search", name)).size]);
  const sum = sizes.reduce((sum, [, size]) => sum + size, 0);
  const families = [...new Set(sizes.map(([family]) => family))].map((family) => {
    const own = sizes.filter(([other]) => other === family).map(([, size]) => size);
    return `${family} ${(own.reduce((a, b) => a + b) / 1e6).toFixed(2)} MB in ${own.length}`;
  });
  const engine = readdirSync(join(site, "assets")).find((name) => /^search-/.test(name));
  const zipped = gzipSync(readFileSync(join(site, "assets", engine)), { level: 9 }).length;
  console.log(`Index: ${(sum / 1e6).toFixed(2)} MB in ${sizes.length} files (${families.join(", ")}); ` +
    `largest shard ${Math.ceil(Math.max(...sizes.map(([, size]) => size)) / 1024)} KB; engine ${zipped} bytes with gzip.`);
}

function tellTime({ times }) {
  console.log(`Build on one core: reading views ${times.read.toFixed(2)} s, writing the index ${times.write.toFixed(2)} s ` +
    `(making the views, for comparison: ${times.views.toFixed(2)} s).\n`);
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1];
}

/** Measures one tool on one site and prints what came of it. */
async function tell(tool, paths, { queries, devices, names }) {
  const open = (page) => (tool === "clearjar" ? openClearjar(page, paths) : openLibrary(tool, page, paths));
  console.log(`### ${tool}\n`);
  console.log("| first query on a page | ms | worst | files | KB | found |\n|---|---|---|---|---|---|");
  for (const [name, query] of Object.entries(queries)) {
    const runs = [];
    for (let run = 0; run < options.runs; run++) {
      runs.push(await inPage(async (page) => {
        await open(page);
        return page.evaluate((query) => window.bench.cold(query), query);
      }));
    }
    const ms = runs.map((run) => run.ms);
    console.log(`| ${name}: \`${query}\` | ${median(ms).toFixed(0)} | ${Math.max(...ms).toFixed(0)} | ${runs[0].files} | ${(runs[0].bytes / 1024).toFixed(0)} | ${runs[0].total} |`);
  }
  await inPage(async (page) => {
    await open(page);
    await page.evaluate(() => window.bench.cold("warm"));
    const keys = await page.evaluate((typed) => window.bench.type(typed), [...TYPED, devices[1].serial.toLowerCase()]);
    console.log(`\nPer key: median ${median(keys).toFixed(1)} ms, worst ${Math.max(...keys).toFixed(1)} ms (${keys.length} keys).`);
    const found = await page.evaluate((questions) => window.bench.ids(questions), devices.flatMap(({ href, whole, parts }) => [
      ...whole.map((query) => ({ href, query, most: 1 })), ...parts.map((query) => ({ href, query, most: 10 })),
    ]));
    for (const [most, what] of [[1, "whole, at rank 1"], [10, "in part or spelt otherwise, in the first ten"]]) {
      const own = found.filter((one) => one.most === most), missed = own.filter((one) => !one.ok);
      console.log(`Identifiers ${what}: ${own.length - missed.length} of ${own.length}${missed.length ? `; missed: ${missed.slice(0, 6).map((one) => `\`${one.query}\``).join(" ")}` : ""}.`);
    }
    for (const [what, list] of [["title words", names], ["the same with a pair of letters swapped", slipped(names)]]) {
      const ranks = await page.evaluate((list) => window.bench.titles(list), list);
      const count = (field) => ranks.filter((rank) => rank[field]).length;
      console.log(`Ranking by ${what}: complete top hit ${count("complete")}, the record itself first ${count("first")}, in the first ten ${count("ten")} of ${ranks.length}${
        ranks.some((rank) => !rank.complete) ? `; e.g. \`${ranks.find((rank) => !rank.complete).query}\`` : ""}.`);
    }
    const heap = await page.evaluate((list) => window.bench.hundred(list), names.map((name) => name.query));
    console.log(`Heap after ${100} queries: ${heap.toFixed(0)} MB.\n`);
  }, ["--enable-precise-memory-info", "--js-flags=--expose-gc"]);
}

/** Opens the first page of a site and counts what its engine reads. */
async function openClearjar(page, { site }) {
  await page.goto(pathToFileURL(join(site, "index.html")).href, { waitUntil: "load" });
  const engine = readdirSync(join(site, "assets")).find((name) => /^search-/.test(name));
  await page.evaluate((engine) => {
    const read = { files: 0, bytes: 0 };
    const started = () => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = window.clearjar.scriptUrl("assets/" + engine);
      script.onload = () => {
        const take = window.clearjar.shard;
        window.clearjar.shard = (name, text) => {
          read.files += 1;
          read.bytes += text.length;
          take(name, text);
        };
        resolve();
      };
      script.onerror = reject;
      document.head.append(script);
    });
    window.benchAsk = async (query) => {
      if (!window.clearjar.search) await started();
      const { hits, total } = await window.clearjar.search.query(query, { limit: 10 });
      return { hits: hits.map(({ href, title }) => ({ href, title })), total };
    };
    window.benchRead = read;
  }, engine);
  await page.evaluate(readFileSync(fileURLToPath(new URL("page.js", import.meta.url)), "utf8"));
}
