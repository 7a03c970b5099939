// What people write is text, whatever it looks like: nothing of it runs, loads or breaks a page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, each, once, runbook, visit } from "./harness/index.mjs";

const EVIL = `"><script>window.evil = 1</script><img src=x onerror="window.evil = 1">' onclick=evil() {{ 1 }} </template>`;
const PROSE = `<script>window.evil = 1</script>\n\n<img src="https://example.org/x.png" onerror="window.evil = 1">\n\n` +
  `- [ ] <iframe src="https://example.org/"></iframe>\n- \`<svg onload=evil()>\` and **<b onclick=evil()>**\n\n    <script>window.evil = 1</script>\n`;

const hostile = once(() => runbook({
  "clearjar.toml": `[site]\ntitle = '''${EVIL}'''\n`,
  "records/devices/evil.toml": `name = '''${EVIL}'''\ntype = "switch"\nserial = '''${EVIL}'''\npurpose = '''${PROSE}'''\n`,
  "records/procedures/evil.toml": `name = '''${EVIL}'''\n\n[[step]]\ntext = '''${PROSE}'''\ncommand = '''${EVIL}'''\n`,
  "records/documents/evil.md": `+++\nname = '''${EVIL}'''\n+++\n\n# ${EVIL}\n\n${PROSE}\n`,
}));

each("text that looks like code is shown as text on every page", { site: hostile, timeout: 300_000 }, async (page, site) => {
  for (const place of site.pages.filter((it) => !/^(404|about|glossary)/.test(it))) {
    await page.open(place);
    assert.equal(await page.evaluate(() => typeof window.evil), "undefined", place);
    const inside = await page.evaluate(() => Array.from(document.querySelectorAll("script:not([src]), iframe, img:not([src^='data:']):not([src^='../'])"), (it) => it.outerHTML));
    assert.deepEqual(inside, [], place);
    const links = await page.evaluate(() => Array.from(document.links, (it) => it.protocol).filter((it) => !/^(file|https?|mailto|tel):$/.test(it)));
    assert.deepEqual(links, [], place);
  }
  await page.open("devices/evil.html");
  assert.match(await page.text("h1"), /^"><script>window\.evil = 1<\/script>/, "it is there, word for word");
});

// Runbooks with something hostile, and with something harmless, in every field of every kind: a test of
// the program writes them, from its kinds and its list of words. `cargo test` has run it before; alone,
// these tests do.
const written = once(() => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const folder = path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, "target"), "tmp", "hostile");
  if (existsSync(folder)) return folder;
  const test = ["test", "--locked", "--all-features", "--quiet", "--test", "hostile", "--", "are_there_for_browsers"];
  execFileSync("cargo", test, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  return folder;
});
const everywhere = once(() => build(path.join(written(), "hostile")));
const nowhere = once(() => build(path.join(written(), "harmless")));

/** Returns every element with each of its attributes on a page, once its scripts have run. */
function vocabulary() {
  const words = new Set();
  for (const element of document.querySelectorAll("*")) {
    for (const name of ["", ...element.getAttributeNames()]) words.add(`${element.localName} ${name}`);
  }
  return [...words];
}

/** Opens every page but the book, which is all of them in one, and returns what stands on them; the first page of each word is told too. */
async function walk(page, site) {
  const words = new Map();
  for (const place of site.pages.filter((it) => !/^(files\/|book\.)/.test(it))) {
    await page.open(place);
    for (const word of await page.evaluate(vocabulary)) if (!words.has(word)) words.set(word, place);
  }
  return words;
}

/** What stands on pages of harmless words, which is the same both ways. */
const harmless = once(() => visit("harmless words", { site: nowhere, way: "file" }, async (page, site) => {
  const words = await walk(page, site);
  // The picture in these words is a text.
  await page.expect(/files\/plan\.txt$/);
  return words;
}));

// Firefox is a fifth as fast at this, and makes the same of words.
each("hostile words in every field of every kind run nothing, ask for nothing and make no element", { site: everywhere, browsers: ["chromium"], timeout: 900_000 }, async (page, site) => {
  const dialogs = [];
  page.raw.on("dialog", (it) => { dialogs.push(it.message()); it.dismiss(); });
  const words = await walk(page, site);
  assert.deepEqual(dialogs, []);
  const known = await harmless();
  assert.ok(known.size > 150, `only ${known.size} words were seen`);
  const strange = Array.from(words).filter(([word]) => !known.has(word));
  assert.deepEqual(strange, [], "no element and no attribute that harmless words do not give");
});
