// The preview: pages that follow every save, and mistakes that lie over the last good page.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after } from "node:test";
import { PHONE } from "./harness/index.mjs";
import { Desk, previewed } from "./harness/preview.mjs";
import { leave } from "./harness/visit.mjs";

after(leave);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const device = (name, notes = "Nothing more.") => `name = "${name}"\ntype = "switch"\nnotes = """\n${notes}\n"""\n`;
const parts = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => `## Part ${from + n}\n\n${"Some words about it. ".repeat(60)}`).join("\n\n");
const FILES = {
  "records/devices/sw-1.toml": device("Old name", parts(1, 30)),
  ...Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`records/devices/other-${n}.toml`, device(`Other ${n}`)])),
  "records/terms/word.toml": `name = "Word"\ntext = "What it means"\n`,
};
const RECORD = "records/devices/sw-1.toml";

/** What the overlay has at a selector, as a reader sees it; nothing where nothing is seen. */
const seen = (page, selector) => page.evaluate((it) => {
  const host = document.querySelector("clearjar-preview");
  const found = Array.from(host?.shadowRoot.querySelectorAll(it) ?? []).filter((at) => at.checkVisibility({ visibilityProperty: true }));
  return found.map((at) => at.innerText.replace(/\s+/g, " ").trim());
}, selector);
const untilSeen = (page, selector, is = (texts) => texts.length > 0) =>
  page.untilHere(async () => is(await seen(page, selector).catch(() => [])), `${selector} in the overlay`);
const click = (page, selector) => page.evaluate((it) => document.querySelector("clearjar-preview").shadowRoot.querySelector(it).click(), selector);

previewed("a page follows a save, and stays where it is", FILES, async (page, desk) => {
  await page.open("devices/sw-1.html");
  await page.until(() => document.readyState === "complete");
  const place = await page.evaluate(() => {
    const part = Array.from(document.querySelectorAll("main [id]")).find((it) => it.textContent.startsWith("Part 20"));
    part.scrollIntoView({ block: "start", behavior: "instant" });
    window.isTheOldPage = true;
    return { id: part.id, top: part.getBoundingClientRect().top, y: window.scrollY };
  });
  assert.ok(place.y > 2000, `the page is long: ${place.y}`);
  // What is added above moves everything down, and not what is looked at.
  desk.save(RECORD, device("New name", `${parts(1, 30)}`.replace("## Part 5", "## Part 4 and a half\n\nA new part.\n\n## Part 5")));
  await page.until(() => !window.isTheOldPage && document.querySelector("h1")?.textContent.includes("New name"));
  await page.until((it) => Math.abs(document.getElementById(it.id).getBoundingClientRect().top - it.top) < 3, place);
});

previewed("a page that shows nothing else is left alone", FILES, async (page, desk) => {
  await page.open("devices/sw-1.html");
  await page.evaluate(() => (window.isTheOldPage = true));
  desk.save("records/terms/word.toml", `name = "Word"\ntext = "Something else"\n`);
  await page.untilHere(async () => (await (await fetch(page.url("glossary.html"))).text()).includes("Something else"), "the new glossary");
  // A mistake is heard of over the same line, so what came before it has been heard as well.
  desk.save("records/terms/word.toml", `name = 1\n`);
  await untilSeen(page, ".sheet");
  assert.ok(await page.evaluate(() => window.isTheOldPage));
});

previewed("what is typed and the search stay", FILES, async (page, desk) => {
  await page.open("devices/index.html");
  await page.fill("input[type=search]", "other 1");
  await page.until(() => location.search.includes("filter="));
  await page.evaluate(() => (window.isTheOldPage = true));
  desk.save("records/devices/other-1.toml", device("Other 1 renamed"));
  await page.until(() => !window.isTheOldPage && document.querySelector("main")?.textContent.includes("Other 1 renamed"));
  await page.until(() => document.activeElement?.matches("input[type=search]") && document.activeElement.value === "other 1");
  await page.evaluate(() => document.activeElement.blur());
  await page.press("/");
  await page.until(() => document.querySelector("dialog[open] input") !== null);
  await page.type("renamed");
  await page.evaluate(() => (window.isTheOldPage = true));
  desk.save("records/devices/other-2.toml", device("Other 2 renamed as well"));
  await page.until(() => !window.isTheOldPage && document.querySelector("dialog[open] input")?.value === "renamed");
  await page.until(() => document.querySelector("dialog[open]").textContent.includes("Other 2 renamed as well"));
});

previewed("a mistake lies over the last good page until it is mended", FILES, async (page, desk) => {
  await page.open("devices/sw-1.html");
  desk.save(RECORD, device("New name").replace("type =", "tpye ="));
  await untilSeen(page, ".sheet");
  assert.match((await seen(page, "h2"))[0], /^\d+ errors?$/);
  const places = await seen(page, ".place");
  assert.ok(places.includes(`${RECORD}:2:1`), places.join());
  assert.ok((await seen(page, "mark")).includes("tpye"));
  assert.match((await seen(page, ".help")).join(), /type/);
  assert.equal(await page.text("h1"), "Old name");
  await page.until(() => document.querySelector("clearjar-preview").shadowRoot.querySelector("[data-said]").textContent.includes("error"));

  // It can be sent away and brought back, by keyboard alone.
  await page.until(() => document.activeElement.localName === "clearjar-preview");
  await page.press("Escape");
  await untilSeen(page, ".sheet", (texts) => texts.length === 0);
  assert.match((await seen(page, ".pill.is-wrong"))[0], /error/);
  await click(page, ".pill.is-wrong");
  await untilSeen(page, ".sheet");

  await page.evaluate(() => (window.isTheOldPage = true));
  desk.save(RECORD, FILES[RECORD]);
  await untilSeen(page, ".sheet", (texts) => texts.length === 0);
  assert.ok(await page.evaluate(() => window.isTheOldPage), "the page is the same, so it need not load anew");
});

previewed("a mistake does not take the focus from somebody who types", FILES, async (page, desk) => {
  await page.open("devices/index.html");
  await page.fill("input[type=search]", "oth");
  desk.save(RECORD, "name = 1\n");
  await untilSeen(page, ".sheet");
  await page.type("er");
  assert.equal(await page.evaluate(() => document.activeElement.value), "other");
});

previewed("hostile text in a record is text in the overlay", FILES, async (page, desk) => {
  await page.open("index.html");
  desk.save(RECORD, `name = "x"\ntype = "switch"\n"<img src=x onerror=alert(1)>" = "</template><script>alert(1)</script>"\n`);
  await untilSeen(page, ".sheet");
  assert.match((await seen(page, "pre")).join(), /<img src=x onerror=alert\(1\)>/);
  assert.equal(await page.evaluate(() => document.querySelector("clearjar-preview").shadowRoot.querySelectorAll("img, script").length), 0);
});

previewed("axe finds nothing against the overlay, in light and dark, on a phone too", FILES, async (page, desk) => {
  if (page.browser !== "chromium") return;
  await page.open("devices/sw-1.html");
  desk.save(RECORD, "name = 1\ntype = \"toaster\"\nsite = \"nowhere\"\n");
  await untilSeen(page, ".sheet");
  await page.evaluate(AXE);
  for (const scheme of ["light", "dark"]) {
    for (const size of [[1280, 800], PHONE]) {
      await page.size(...size);
      await page.raw.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      const wrong = await page.evaluate(async () => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
        const { violations } = await window.axe.run("clearjar-preview", { runOnly: { type: "tag", values: tags }, preload: false });
        return violations.flatMap((it) => it.nodes.map((node) => `${it.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? ""}`));
      });
      assert.deepEqual(wrong, [], `${scheme} ${size}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the window");
    }
  }
});

previewed("an address that does not exist shows the site's page for that, with links that work", FILES, async (page, desk) => {
  await page.raw.goto(page.url("devices/deeper/gone.html"), { waitUntil: "load" });
  await page.follow("main a.button");
  assert.equal(await page.place(), "index.html");
  await page.raw.goto(page.url("devices/new.html"), { waitUntil: "load" });
  desk.save("records/devices/new.toml", device("Just written"));
  await page.until(() => document.querySelector("h1")?.textContent.includes("Just written"));
  await page.expect(/404/);
});

previewed("a preview that has ended is said to have, and taken up again", FILES, async (page, desk) => {
  await page.open("index.html");
  await page.until(() => document.querySelector("clearjar-preview")?.shadowRoot.querySelector("link").sheet instanceof CSSStyleSheet);
  const port = Number(new URL(desk.base).port);
  assert.equal(await desk.end(), 0);
  await untilSeen(page, "[data-stopped]");
  const again = new Desk({});
  again.folder = desk.folder;
  await again.start(port);
  desk.process = again.process;
  await untilSeen(page, "[data-stopped]", (texts) => texts.length === 0);
  // What browsers say of a server that does not answer.
  page.problems = page.problems.filter((it) => !/^failed: |ERR_(CONNECTION|INCOMPLETE)|establish a connection|\.clearjar\/events/.test(it));
});

previewed("a runbook that has never been good is shown as soon as it is", { "records/terms/word.toml": "name = 1\n" }, async (page, desk) => {
  await page.raw.goto(page.url("index.html"), { waitUntil: "load" });
  await untilSeen(page, ".sheet");
  desk.save("records/terms/word.toml", FILES["records/terms/word.toml"]);
  await page.until(() => document.querySelector("main h1") && !document.querySelector(".waiting"));
  await page.expect(/503/);
});
