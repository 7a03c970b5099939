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
import { LIBRARIES, makeLibrary, openLibrary } from "./libraries.mjs";
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
  const found = [await measure("clearjar", paths, { queries, devices, names })];
  if (options.libraries.length) {
    paths.given = join(paths.folder, "given.json");
    writeFileSync(paths.given, JSON.stringify(entries));
  }
  for (const tool of options.libraries) found.push(await measure(tool, paths, { queries, devices, names }));
  tellTable(found);
}

function readOptions(words) {
  const read = { records: [], libraries: [], runs: 5, patience: 60, work: join(tmpdir(), "clearjar-search-bench") };
  let into = "";
  for (const word of words) {
    if (word.startsWith("--")) into = word.slice(2);
    else if (into === "records") read.records.push(Number(word));
    else if (into === "libraries") read.libraries.push(word);
    else read[into] = into === "work" ? word : Number(word);
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

/** Measures one tool on one site; returns the lines of its column. What fails, or takes longer than is
 * waited for, is said there, and ends the column. */
async function measure(tool, paths, questions) {
  const lines = { "": tool };
  try {
    if (tool !== "clearjar") makeLibrary(tool, paths, options.patience * 5000);
    lines.index = size(tool, paths);
    await ask(lines, (page) => (tool === "clearjar" ? openClearjar(page, paths) : openLibrary(tool, page, paths)), questions);
  } catch (error) {
    lines["stopped by"] = error.message.split("\n")[0].replaceAll("|", "/");
  }
  return lines;
}

function size(tool, { folder, site }) {
  const index = tool === "clearjar" ? join(site, "search") : join(folder, tool);
  const sizes = readdirSync(index).filter((name) => tool === "clearjar" || name === "index.js").map((name) => statSync(join(index, name)).size);
  return `${(sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(2)} MB in ${sizes.length}`;
}

async function ask(lines, open, { queries, devices, names }) {
  const patience = options.patience * 1000;
  for (const [name, query] of Object.entries(queries)) {
    const told = await first(open, query, patience).catch((error) => error.message.split("\n")[0].replaceAll("|", "/"));
    lines[`${name}: \`${query}\``] = told;
  }
  await inPage(async (page) => {
    await open(page);
    await page.evaluate(() => window.bench.cold("warm"));
    const keys = await page.evaluate(([typed, most]) => window.bench.type(typed, most), [[...TYPED, devices[1].serial.toLowerCase()], patience]);
    lines["per key: median, worst"] = `${median(keys).toFixed(1)} ms, ${Math.max(...keys).toFixed(0)} ms (${keys.length} keys)`;
    const found = await page.evaluate(([questions, most]) => window.bench.ids(questions, most), [devices.flatMap(({ href, whole, parts }) => [
      ...whole.map((query) => ({ href, query, most: 1 })), ...parts.map((query) => ({ href, query, most: 10 })),
    ]), patience]);
    for (const [most, what] of [[1, "identifiers whole, at rank 1"], [10, "in part or spelt otherwise, in the first ten"]]) {
      const own = found.filter((one) => one.most === most), missed = own.filter((one) => !one.ok);
      lines[what] = `${own.length - missed.length} of ${own.length}${missed.length ? `, not \`${missed[0].query}\`` : ""}`;
    }
    for (const [what, list] of [["title words", names], ["with two letters swapped", slipped(names)]]) {
      const ranks = await page.evaluate(([list, most]) => window.bench.titles(list, most), [list, patience]);
      const count = (field) => ranks.filter((rank) => rank[field]).length;
      lines[`${what}: all in the top hit, itself first, in the first ten`] = `${count("complete")}, ${count("first")}, ${count("ten")} of ${ranks.length}`;
    }
    const { heap, asked } = await page.evaluate(([list, most]) => window.bench.hundred(list, most), [names.map((name) => name.query), patience]);
    lines["heap after a hundred queries"] = `${heap.toFixed(0)} MB${asked < 100 ? ` (after ${asked})` : ""}`;
  }, ["--enable-precise-memory-info", "--js-flags=--expose-gc"]);
}

/** Tells of the first answer on a page: the median of some fresh browsers. */
async function first(open, query, patience) {
  const runs = [];
  const started = performance.now();
  // Of what takes long a few must do.
  while (runs.length < options.runs && (!runs.length || performance.now() - started < patience)) {
    runs.push(await inPage(async (page) => {
      await open(page);
      return within(patience, page.evaluate((query) => window.bench.cold(query), query));
    }));
  }
  const ms = runs.map((run) => run.ms);
  const few = runs.length < options.runs ? `, ${runs.length} run${runs.length > 1 ? "s" : ""}` : "";
  return `${thousands(median(ms))} ms (${thousands(Math.max(...ms))}${few}), ${runs[0].files} of ${thousands(runs[0].bytes / 1024)} KB, ${thousands(runs[0].total)} found`;
}

function thousands(number) {
  return Math.round(number).toLocaleString("en");
}

/** What is waited for, but not for longer than `ms`. */
async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(reject, ms, new Error(`none after ${ms / 1000} s`))));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Prints the columns beside each other. */
function tellTable(columns) {
  const rows = [...new Set(columns.flatMap((column) => Object.keys(column)))].filter((row) => row && row !== "stopped by");
  const failed = columns.some((column) => column["stopped by"]) ? ["stopped by"] : [];
  for (const row of ["", "index", ...rows.filter((row) => row !== "index"), ...failed]) {
    console.log(`| ${row} | ${columns.map((column) => column[row] ?? "-").join(" | ")} |`);
    if (!row) console.log(`|---|${columns.map(() => "---|").join("")}`);
  }
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
