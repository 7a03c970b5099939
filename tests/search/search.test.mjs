/* The engine on the index of the example site.
 *
 *     cargo build && node --test tests/search/
 *
 * `CLEARJAR` may name another program that builds the site. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { engineOf, openEngine } from "./engine.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.CLEARJAR || join(root, "target/debug/clearjar");
let folder, site, engine;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "clearjar-search-"));
  site = join(folder, "site");
  const args = ["-C", join(root, "example-site"), "build", "--output", site];
  execFileSync(program, args, { stdio: "pipe" });
  engine = openEngine(site);
});
after(() => rmSync(folder, { recursive: true }));

const ask = (text, options) => engine.search.query(text, options);
const hrefs = async (text) => [...(await ask(text)).hits].map((hit) => hit.href);
const first = async (text) => (await hrefs(text))[0];

describe("words and identifiers", () => {
  test("texts are cut as the generator cuts them", () => {
    const { search } = engine;
    const cases = JSON.parse(readFileSync(join(root, "tests/data/search/tokens.json"), "utf8"));
    for (const { text, words, identifiers } of cases) {
      const chunks = Array.from(search.chunks(search.fold(text)));
      const found = new Set();
      for (const chunk of chunks) {
        if (isLikely(chunk.text)) search.keys(chunk.text).forEach((key) => found.add(key));
        chunk.numbers.forEach((number) => found.add(number));
      }
      assert.deepEqual(chunks.flatMap((chunk) => [...chunk.words]), words, text);
      assert.deepEqual([...found], identifiers, text);
    }
  });

  test("an identifier is found in any spelling and by its parts", async () => {
    const spellings = {
      "devices/fw-hq-01.html": ["fw-hq-01", "FW-HQ-01", "fwhq01", "device/fw-hq-01", "fw-hq", "fw-01",
        "FGT60F-EXAMPLE-0001", "fgt60f-exa", "fgt60fexample0001", "10.20.90.1", "90.1"],
    };
    for (const [href, queries] of Object.entries(spellings)) {
      for (const query of queries) assert.ok((await hrefs(query)).includes(href), query);
    }
  });
});

/** Which chunks of prose the generator takes for identifiers; the engine asks for every chunk. */
function isLikely(chunk) {
  const hostName = /^[^:/@_+\\#~]*[^.:/@_+\\#~]{2}\.[^.:/@_+\\#~]{2,}$/u;
  return [...chunk].length > 1 && (/[\p{N}@]/u.test(chunk) || hostName.test(chunk));
}

describe("what is found", () => {
  test("every record comes first for its id, and lists and former addresses are no records", async () => {
    const { kinds, records } = await engine.search.open("");
    const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"));
    const ids = new Map();
    // Pages of what changed stand in a folder of their own, and are about no one record.
    for (const kind of Array.from(kinds).filter((kind) => kind.folder && kind.kind !== "changes")) {
      for (const page of pages.filter((page) => page.startsWith(`${kind.kind}/`))) {
        const id = page.slice(kind.kind.length + 1, -5);
        // The sheet for the door of a rack says the same as the rack's page.
        if (id.startsWith("index") || id.endsWith(".sheet") || readFileSync(join(site, page), "utf8").includes('http-equiv="refresh"')) continue;
        ids.set(id, [...(ids.get(id) || []), page]);
      }
    }
    const overviews = Array.from(kinds).find((kind) => !kind.folder).first;
    assert.equal([...ids.values()].flat().length, overviews);
    assert.ok(records > overviews);
    for (const [id, own] of ids) {
      const found = await hrefs(id);
      for (const page of own) assert.ok(found.slice(0, own.length).includes(page), `${page}: ${found}`);
    }
  });
});

describe("ranking", () => {
  test("a title comes before prose", async () => {
    assert.equal(await first("firewall hq"), "devices/fw-hq-01.html");
    assert.equal(await first("restore a server"), "procedures/restore-server.html");
  });

  test("a word that is being typed is completed, a finished one is not", async () => {
    const typed = await ask("firew");
    assert.ok(typed.total > 20);
    assert.equal((await ask("firewall ")).more, false);
    assert.ok([...typed.hits].every((hit) => hit.title && hit.href.endsWith(".html")));
  });

  test("slips are forgiven, also in a word that is being typed", async () => {
    for (const query of ["datbase", "databsae", "firewlal", "datbas"]) {
      const { total, corrected } = await ask(query);
      assert.ok(total > 0, query);
      assert.equal(corrected[0][0], query);
    }
  });

  test("where no record has all words, those with some are shown and it is said", async () => {
    const { some, total } = await ask("firewall zzzunknownzzz");
    assert.ok(some);
    assert.ok(total > 0);
  });

  test("a setting is found and can be opened", async () => {
    const { hits } = await ask("ntp server");
    const parts = [...hits].flatMap((hit) => [...hit.parts]);
    assert.ok(parts.some((part) => part.anchor.startsWith("set.") && part.text.includes("NTP")));
  });

  test("a kind can be chosen, and the counts stay those of all kinds", async () => {
    const all = await ask("firewall");
    const kinds = [...all.kinds];
    assert.equal(kinds.reduce((sum, kind) => sum + kind.count, 0), all.total);
    const { kind, count } = kinds.find(({ kind }) => kind === "devices");
    const some = await ask("firewall", { kind });
    assert.equal(some.total, count);
    assert.ok([...some.hits].every((hit) => hit.kind === kind));
    assert.deepEqual([...some.kinds].map((kind) => kind.count), kinds.map((kind) => kind.count));
  });

  test("all hits can be paged through, each once", async () => {
    const { total } = await ask("firewall");
    const seen = new Set();
    for (let offset = 0; offset < total; offset += 7) {
      const page = await ask("firewall", { limit: 7, offset });
      for (const hit of page.hits) seen.add(hit.href);
    }
    assert.equal(seen.size, total);
  });

  test("every hit and part leads to a page and an anchor that are there", async () => {
    let parts = 0;
    for (const query of ["firewall", "backup", "server", "10.20", "recovery time", "takeover", "call"]) {
      for (const hit of (await ask(query, { limit: 40 })).hits) {
        const html = readFileSync(join(site, hit.href), "utf8");
        for (const part of hit.parts) {
          parts += 1;
          assert.ok(html.includes(`id="${part.anchor}"`), `${hit.href}#${part.anchor}`);
        }
      }
    }
    assert.ok(parts > 50);
  });

  test("a newer query makes an older one give nothing", async () => {
    const [older, newer] = await Promise.all([ask("firewall"), ask("backup")]);
    assert.equal(older, null);
    assert.ok(newer.total > 0);
  });
});

describe("hostile and damaged", () => {
  test("whatever is typed, there is no error", async () => {
    const queries = [
      "", " ", "a", "\\", "((((", "[a-z]*+?{2}$^|", "<script>alert(1)</script>", "\ud800", "x\udfff y",
      "🙂🙂", "\u202eabc\u202c", "\0\n\t", "a".repeat(10000), "word ".repeat(2000), "-:-:-:-", "::::", "::1",
      "1.2.3.4.5.6/99", "%00%ff", "constructor", "__proto__", "toString", ";", "; AAAA", "東", "東京", "א",
    ];
    for (const query of queries) {
      const result = await ask(query);
      assert.equal(result.text, query);
      assert.equal(result.damaged, false, query);
      assert.ok(result.total >= 0);
    }
  });

  test("a small runbook, whose index lacks what only large ones need, is whole", async () => {
    const small = join(folder, "small");
    mkdirSync(join(small, "records/people"), { recursive: true });
    writeFileSync(join(small, "clearjar.toml"), '[site]\ntitle = "Small"\n');
    writeFileSync(join(small, "records/people/ada.toml"), 'name = "Ada Abbott"\nphone = "+1 (555) 010-0199"\n');
    execFileSync(program, ["-C", small, "build"], { stdio: "pipe" });
    const { search } = openEngine(join(small, "site"));
    for (const query of ["ada", "abbott ad", "555 010", "0100199", "+1 555 010 0199", "adda", "glossary"]) {
      const { hits, damaged, total } = await search.query(query);
      assert.equal(damaged, false, query);
      assert.ok(total > 0, query);
      if (/\d/.test(query)) assert.equal(hits[0].href, "people/ada.html", query);
    }
  });

  const cases = {
    "is missing": () => null,
    "never calls": () => "",
    "calls with another name": (text) => text.replace('shard("', 'shard("x'),
    "is cut off": (text) => text.slice(0, text.length / 2),
    "is of another build": (text) => text.replace(/("[^"]*",".{40})./, "$1?"),
    "throws": () => "throw new Error('x')",
    "holds no text": (text) => text.replace(/,.*/s, ",7)"),
  };
  const needed = ["c", "i", "v", "w"];
  test("of every family it is known what is said where a shard is damaged", () => {
    const families = readdirSync(join(site, "search")).map((name) => name[0]);
    // The directory is a case of its own; what begins with a letter or two is in large sites only.
    assert.deepEqual([...new Set(families)].filter((name) => name !== "d").sort(), needed);
  });

  for (const [what, change] of Object.entries(cases)) {
    test(`a shard that ${what} leaves the rest of the answer, and it is said`, async () => {
      for (const family of needed) {
        const damage = (name, text) => (name.includes(`search/${family}`) ? change(text) : text);
        const { search } = openEngine(site, { damage });
        const result = await search.query(family === "v" ? "datbase" : "fw-hq-01 firewall");
        assert.equal(result.damaged, true, family);
      }
    });

    test(`a directory that ${what} is an error with a name`, async () => {
      const damage = (name, text) => (name === "search/d.js" ? change(text) : text);
      const { search } = openEngine(site, { damage });
      const name = what === "is missing" ? "missing" : "damaged";
      await assert.rejects(search.open(""), { name });
      await assert.rejects(search.query("firewall"), { name });
    });
  }
});

describe("what is shipped", () => {
  test("marks are put around what was looked for, however it is joined", () => {
    const pieces = (text, marks) =>
      engine.search.marked(text, marks).map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");
    assert.equal(pieces("The Firewall's rules", ["firewall"]), "The [Firewall]'s rules");
    assert.equal(pieces("Über-Größe", ["uber", "gross"]), "[Über]-[Größ]e");
    assert.equal(pieces("00:00:5E:00:53:01", ["005301"]), "00:00:5E:[00:53:01]");
    assert.equal(pieces("misfire fire", ["fire"]), "misfire [fire]");
    assert.equal(pieces("<b>&", ["b"]), "<[b]>&");
    assert.equal(pieces("🙂 fire", ["fire"]), "🙂 [fire]");
  });

  test("no shard is over 100 KB, and names are safe", () => {
    for (const name of readdirSync(join(site, "search"))) {
      assert.match(name, /^[a-z]\d*\.js$/);
      assert.ok(readFileSync(join(site, "search", name)).length <= 100 * 1024, name);
    }
  });

  test("the engine is at most 6.25 KB, compressed", () => {
    const size = gzipSync(readFileSync(engineOf(site)), { level: 9 }).length;
    assert.ok(size <= 6.25 * 1024, `${size} bytes`);
  });
});
