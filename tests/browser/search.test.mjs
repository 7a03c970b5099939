// The search: its dialog, its page, the marks on the page that a hit leads to, and what stands in its
// place where it cannot be.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PHONE, each, example, once, runbook } from "./harness/index.mjs";

const FIELD = "dialog input[name=q]";
const OPTIONS = "dialog [role=option]";

/** Opens the dialog as most do, and types. */
async function search(page, text) {
  await page.press("/");
  await page.seen(FIELD);
  await page.type(text);
  await answered(page, text);
}

/** Waits until the list in the dialog answers what stands in the field. */
async function answered(page, text) {
  await page.until((it) => {
    const dialog = document.querySelector("dialog[open]");
    if (!dialog) return false;
    const all = dialog.querySelector(".finder-foot a");
    const asked = new URLSearchParams(all.href.split("?")[1]).get("q");
    return dialog.querySelector("input[name=q]").value.trim() === it && asked === it;
  }, text.trim());
}

/** The option that Enter would open: its text and where it leads. */
const active = (page) => page.evaluate(() => {
  const field = document.querySelector("dialog input[name=q]");
  const option = document.getElementById(field.getAttribute("aria-activedescendant"));
  return option && { text: option.innerText, href: option.getAttribute("href"), selected: option.getAttribute("aria-selected") };
});

// -- opening and closing

each("a slash opens the dialog, and Escape closes it and gives the focus back", async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.evaluate(() => document.querySelector(".crumbs a").focus());
  await page.press("/");
  await page.seen(FIELD);
  assert.equal((await page.focused()).tag, "input");
  assert.equal(await page.evaluate((it) => document.querySelector(it).value, FIELD), "", "the slash itself is not typed");
  await page.press("Escape");
  await page.until(() => !document.querySelector("dialog[open]"));
  assert.equal((await page.focused()).text, "Home");
});

each("Control-K opens it too, and the box in the bar says both keys", async (page) => {
  await page.open("takeover.html");
  assert.match(await page.text(".search-slot"), /^Search.*\/.*K$/);
  await page.press("Control+k");
  await page.seen(FIELD);
  assert.equal((await page.focused()).tag, "input");
});

each("a slash in a field is a slash", async (page) => {
  await page.open("search.html");
  await page.fill(".search-page input[name=q]", "10.20.0.0/24");
  assert.equal(await page.evaluate(() => document.querySelector(".search-page input[name=q]").value), "10.20.0.0/24");
  assert.equal(await page.count("dialog"), 0);
});

each("what is typed while the dialog is on its way is not lost", async (page) => {
  await page.open("devices/fw-hq-01.html");
  // All in one go, before any script can have been loaded.
  await page.evaluate(() => {
    for (const key of "/fire") document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  await answered(page, "fire");
});

each("the big box at home opens it, also on a phone", { size: PHONE }, async (page) => {
  await page.open("index.html");
  await page.click(".search-big");
  await page.seen(FIELD);
  const [width, height] = await page.evaluate(() => {
    const box = document.querySelector("dialog").getBoundingClientRect();
    return [box.width / innerWidth, box.height / innerHeight];
  });
  assert.ok(width > 0.99 && height > 0.99, "it has the whole screen");
  await page.click("dialog button[type=button]");
  await page.until(() => !document.querySelector("dialog[open]"));
});

each("nothing of the search is loaded before it is needed", async (page) => {
  await page.open("devices/fw-hq-01.html");
  const loaded = () => page.evaluate(() => [Boolean(window.clearjar.searchbox), Boolean(window.clearjar.search)]);
  assert.deepEqual(await loaded(), [false, false]);
  await page.evaluate(() => document.querySelector(".search-slot").focus());
  await page.until(() => window.clearjar.search);
  assert.equal(await page.count("dialog"), 0);
});

// -- the list

each("the keyboard alone finds a device and opens it", async (page) => {
  await page.open("index.html");
  await search(page, "fw-hq-01");
  assert.match((await active(page)).href, /^devices\/fw-hq-01\.html/);
  await page.press("Enter");
  await page.until(() => location.pathname.endsWith("/devices/fw-hq-01.html"));
});

each("Enter ahead of the answer opens the first hit", async (page) => {
  await page.open("index.html");
  await page.press("/");
  await page.seen(FIELD);
  await page.evaluate((it) => {
    const field = document.querySelector(it);
    field.value = "fw-hq-01";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.form.requestSubmit();
  }, FIELD);
  await page.until(() => location.pathname.endsWith("/devices/fw-hq-01.html"));
});

each("Control-Enter opens a hit apart, and the search stays", async (page) => {
  await page.open("index.html");
  await search(page, "fw-hq-01");
  const opened = new Promise((found) => page.raw.once("popup", found));
  await page.press("Control+Enter");
  const other = await opened;
  await page.untilHere(() => /devices\/fw-hq-01\.html/.test(other.url()), "the hit in a tab of its own");
  await other.close();
  assert.ok(await page.isSeen(FIELD));
  assert.equal((await page.place()), "index.html");
});

each("arrows, Home, End and Page Down move through the list, and round its ends", async (page) => {
  await page.open("index.html");
  await search(page, "backup");
  const all = await page.evaluate((it) => Array.from(document.querySelectorAll(it), (at) => at.getAttribute("href")), OPTIONS);
  assert.ok(all.length > 5);
  const at = async () => all.indexOf((await active(page)).href);
  assert.equal(await at(), 0);
  await page.press("ArrowDown");
  assert.equal(await at(), 1);
  await page.press("End");
  assert.equal(await at(), all.length - 1);
  await page.press("ArrowDown");
  assert.equal(await at(), 0, "round the end");
  await page.press("ArrowUp");
  assert.equal(await at(), all.length - 1, "and back");
  await page.press("Home");
  assert.equal(await at(), 0);
  await page.press("PageDown");
  const isFirst = await page.evaluate(() => {
    const option = document.querySelector("dialog [aria-selected=true]");
    return option === option.parentNode.querySelector("[role=option]") && option.parentNode !== option.parentNode.parentNode.firstChild;
  });
  assert.ok(isFirst, "the first of the next group");
  assert.equal((await page.focused()).tag, "input", "the focus stays in the field");
  const seen = await page.evaluate(() => {
    const option = document.querySelector("dialog [aria-selected=true]").getBoundingClientRect();
    const list = document.querySelector("[role=listbox]").getBoundingClientRect();
    return option.top >= list.top && option.bottom <= list.bottom + 1;
  });
  assert.ok(seen, "what is active can be seen");
});

each("in the field Home and End move within the text while one types", async (page) => {
  await page.open("index.html");
  await search(page, "ackup");
  await page.press("Home");
  await page.type("b");
  await answered(page, "backup");
});

each("it is a combobox with a list in groups, and the count is told", async (page) => {
  await page.open("index.html");
  await search(page, "firewall");
  const roles = await page.evaluate(() => {
    const field = document.querySelector("dialog input[name=q]");
    const list = document.getElementById(field.getAttribute("aria-controls"));
    const groups = Array.from(list.children);
    return {
      field: [field.getAttribute("role"), field.getAttribute("aria-expanded"), field.getAttribute("aria-autocomplete")],
      list: list.getAttribute("role"),
      groups: groups.map((it) => [it.getAttribute("role"), document.getElementById(it.getAttribute("aria-labelledby"))?.textContent]),
      options: groups.every((it) => Array.from(it.querySelectorAll("a")).every((at) => at.getAttribute("role") === "option" && at.tabIndex === -1 && at.id)),
      selected: list.querySelectorAll("[aria-selected=true]").length,
    };
  });
  assert.deepEqual(roles.field, ["combobox", "true", "list"]);
  assert.equal(roles.list, "listbox");
  assert.ok(roles.groups.length > 1);
  for (const [role, name] of roles.groups) assert.ok(role === "group" && name, JSON.stringify(roles.groups));
  assert.equal(new Set(roles.groups.map(([, name]) => name)).size, roles.groups.length, "each kind once");
  assert.ok(roles.options);
  assert.equal(roles.selected, 1);
  // What is told follows a moment after what is shown, so that not every letter is read aloud.
  await page.until(() => /^\d+ results/.test(document.querySelector("dialog [role=status]").textContent));
});

each("Tab stays in the dialog, and reaches the kinds, of which arrows choose one", async (page) => {
  await page.open("index.html");
  await search(page, "firewall");
  const stops = [];
  for (let press = 0; press < 12; press += 1) {
    await page.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      return { inside: Boolean(at.closest("dialog")), what: at.type || at.localName };
    });
    assert.ok(stop.inside, `${press} times Tab`);
    stops.push(stop.what);
  }
  assert.ok(stops.includes("radio"), stops.join(" "));
  await page.evaluate(() => document.querySelector("dialog input[type=radio]").focus());
  const before = await page.count(`${OPTIONS}:not(.hit-part)`);
  await page.press("ArrowRight");
  const chosen = await page.until(() => document.querySelector("dialog input[type=radio]:checked").value);
  await page.until((it) => Array.from(document.querySelectorAll("dialog [role=option]")).every((at) => at.getAttribute("href").startsWith(it)), `${chosen}/`);
  assert.ok(await page.count(`${OPTIONS}:not(.hit-part)`) <= before);
  assert.equal((await page.focused()).tag, "input");
  assert.equal(await page.evaluate(() => document.activeElement.type), "radio", "the choice keeps the focus");
  const [count] = await page.texts("dialog label:has(:checked) b");
  assert.match(await page.text(".finder-foot"), new RegExp(`^${count} result`));
});

each("what was found is marked in the list", async (page) => {
  await page.open("index.html");
  await search(page, "ransomware");
  const marks = await page.texts("dialog [role=option] mark");
  assert.ok(marks.length > 0);
  for (const mark of marks) assert.match(mark, /^ransomware/i);
});

each("what is called so stands before what has the word in a longer name, or in its id", async (page) => {
  await page.open("index.html");
  await search(page, "firewall");
  assert.match((await active(page)).href, /^devices\/fw-(hq|north)-01\.html/);
});

each("a misspelt word is found, and the guess is said", async (page) => {
  await page.open("index.html");
  await search(page, "ransomwrae");
  assert.ok(await page.count(OPTIONS) > 0);
  assert.match(await page.text(".finder-notes"), /ransomwrae.*ransomware/);
});

each("where nothing is found, there is a way on", async (page) => {
  await page.open("devices/fw-hq-01.html");
  await search(page, "qqqqzzzz");
  assert.equal(await page.count(OPTIONS), 0);
  assert.match(await page.text(".finder-notes"), /qqqqzzzz/);
  await page.follow(".finder-notes a");
  assert.equal(await page.place(), "a-z.html");
});

each("pages that were opened lately stand in the empty box, until they are forgotten", { ways: ["http"] }, async (page) => {
  await page.open("index.html");
  await page.follow('.main a[href^="people/"]');
  const first = await page.text("h1");
  await page.open("devices/index.html");
  await page.press("/");
  await page.seen(OPTIONS);
  assert.match((await page.texts(OPTIONS))[0], new RegExp(`^${first}`));
  await page.click(".finder-foot button");
  await page.until(() => document.querySelectorAll("dialog [role=option]").length === 0);
  await page.reload();
  await page.press("/");
  await page.seen(FIELD);
  assert.equal(await page.count(OPTIONS), 0);
});

// -- arrival

each("a setting is opened at its place, with the words marked", async (page) => {
  await page.open("index.html");
  await search(page, "idle timeout");
  const part = await page.evaluate(() => document.querySelector("dialog .hit-part").getAttribute("href"));
  assert.match(part, /\?q=.*#set/);
  await page.follow("dialog .hit-part");
  await page.seen(".marked");
  const there = await page.evaluate(() => {
    const target = document.querySelector(":target");
    const box = target?.getBoundingClientRect();
    return { isThere: Boolean(target), top: box?.top, bar: document.querySelector(".topbar").offsetHeight, marks: CSS.highlights.get("found").size };
  });
  assert.ok(there.isThere && there.marks > 0);
  assert.ok(there.top >= there.bar && there.top < 800, `it stands at ${there.top}, below the bar of ${there.bar}`);
});

each("where a term or a setting is what was asked for, Enter opens that", async (page) => {
  await page.open("index.html");
  await search(page, "recovery point objective");
  assert.match((await active(page)).href, /^glossary\.html\?q=.*#term\.rpo$/);
  await page.press("Enter");
  await page.until(() => location.hash === "#term.rpo" && document.querySelectorAll(":target, .marked").length === 2);
});

each("the marks change nothing on the page, and Escape takes them away, from the address as well", async (page) => {
  await page.open("devices/fw-hq-01.html");
  const plain = await page.evaluate(() => document.querySelector("main").querySelectorAll("*").length);
  await page.open("devices/fw-hq-01.html?q=firewall");
  await page.seen(".marked");
  assert.equal(await page.evaluate(() => document.querySelector("main").querySelectorAll("*:not(.marked, .marked *)").length), plain);
  assert.ok((await page.evaluate(() => CSS.highlights.get("found").size)) > 1);
  await page.click(".marked button");
  assert.equal(await page.evaluate(() => CSS.highlights.get("found-now").size), 1);
  await page.press("Escape");
  await page.until(() => !document.querySelector(".marked"));
  assert.equal(await page.evaluate(() => CSS.highlights.size), 0);
  assert.equal(await page.place(), "devices/fw-hq-01.html");
});

// -- the page

each("the page of the search has its question in the address, and Back leads through the questions", async (page) => {
  await page.open("search.html?q=firewall");
  await page.seen(".hits a");
  assert.match(await page.evaluate(() => document.title), /^firewall/);
  const all = await page.text(".found");
  await page.click('.kinds label:has([value="devices"])');
  await page.until(() => location.search.includes("kind=devices"));
  await page.until(() => Array.from(document.querySelectorAll(".hits > li > a")).every((at) => at.getAttribute("href").startsWith("devices/")));
  await page.back();
  await page.until((it) => document.querySelector(".found").textContent === it, all);
  assert.equal(await page.place(), "search.html?q=firewall");
  await page.fill(".search-page input[name=q]", "backup");
  await page.until(() => location.search === "?q=backup");
  await page.until(() => /^backup/.test(document.title));
});

each("an address with a kind can be shared", async (page) => {
  await page.open("search.html?q=firewall&kind=devices");
  await page.seen(".hits a");
  assert.equal(await page.evaluate(() => document.querySelector(".kinds :checked").value), "devices");
  for (const href of await page.evaluate(() => Array.from(document.querySelectorAll(".hits > li > a"), (at) => at.getAttribute("href")))) {
    assert.match(href, /^devices\//);
  }
});

each("every hit can be had, and the reading goes on where more begins", async (page) => {
  await page.open("search.html?q=firewall");
  await page.seen("[data-more]");
  const total = Number((await page.until(() => /^\d+/.exec(document.querySelector(".found").textContent)?.[0])));
  const first = await page.count(".hits > li");
  await page.click("[data-more]");
  await page.until((it) => document.querySelectorAll(".hits > li").length > it, first);
  assert.equal(await page.evaluate((it) => document.activeElement.closest(".hits > li") === document.querySelectorAll(".hits > li")[it], first), true);
  while (await page.isSeen("[data-more]")) {
    const before = await page.count(".hits > li");
    await page.click("[data-more]");
    await page.until((it) => document.querySelectorAll(".hits > li").length > it, before);
  }
  const hrefs = await page.evaluate(() => Array.from(document.querySelectorAll(".hits > li > a"), (at) => at.getAttribute("href")));
  assert.equal(hrefs.length, total);
  assert.equal(new Set(hrefs).size, total, "each once");
});

each("the dialog leads on to the page with all hits", async (page) => {
  await page.open("devices/fw-hq-01.html");
  await search(page, "firewall");
  await page.follow(".finder-foot a");
  assert.equal(await page.place(), "search.html?q=firewall");
  await page.seen(".hits a");
});

each("its form works without its script", { browsers: ["chromium"] }, async (page) => {
  await page.open("search.html");
  await page.evaluate(() => {
    const form = document.querySelector(".search-page form");
    form.elements.q.value = "firewall";
    HTMLFormElement.prototype.submit.call(form);
  });
  await page.until(() => location.search.includes("q=firewall") && document.querySelectorAll(".hits a").length > 0);
});

// -- what people and files do

const HOSTILE = "<img src=x onerror=alert(1)> \\u202Eevil";
const NAME = "Longname".repeat(25);
const hostile = once(() => runbook({
  "records/devices/one.toml": `name = "${HOSTILE} zebrafish"\ntype = "switch"\npurpose = "${"<b>zebrafish</b> & ".repeat(400)}"\n`,
  "records/devices/two.toml": `name = "${NAME} zebrafish"\ntype = "switch"\n`,
}));

each("what is written in records stays text, and breaks nothing", { site: hostile, size: [320, 640] }, async (page) => {
  await page.open("index.html");
  await page.click(".search-slot");
  await page.seen(FIELD);
  await page.type("zebrafish");
  await answered(page, "zebrafish");
  const texts = (await page.texts(OPTIONS)).join("\n");
  assert.match(texts, /<img src=x onerror=alert\(1\)>/);
  assert.match(texts, /⟪U\+202E⟫evil/);
  assert.equal(await page.evaluate(() => document.querySelectorAll("dialog :is(img, b:not(label b))").length), 0);
  const [wide, box] = await page.evaluate(() => [document.querySelector(".finder-list").scrollWidth, document.querySelector(".finder-list").clientWidth]);
  assert.ok(wide <= box, "nothing sticks out");
  await page.open("search.html?q=zebrafish");
  await page.seen(".hits a");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

const QUERIES = [
  "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "((((", "[a-z]+$", "\\", "* ? .", "%00%", "&q=1#x", "{q} {az}",
  "\u202Eabc", "עברית", "😀", "\uD800", "constructor __proto__", "10.20.0.0/24", "::1",
];

each("a hostile question is a question", async (page) => {
  await page.open("index.html");
  await page.press("/");
  await page.seen(FIELD);
  for (const query of QUERIES) {
    await page.evaluate((it, text) => {
      const field = document.querySelector(it);
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, FIELD, query);
    await page.until(() => document.querySelectorAll("dialog [role=option], .finder-notes p").length > 0 && !document.querySelector(".finder.busy"));
  }
  assert.equal(await page.evaluate(() => document.querySelectorAll("dialog :is(img, script)").length), 0);
});

each("ten thousand characters are a question as well", async (page) => {
  await page.open("search.html");
  await page.evaluate((text) => {
    const field = document.querySelector(".search-page input[name=q]");
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, "x".repeat(10_000));
  await page.until(() => document.querySelector(".finder-notes").textContent.includes("xxx"));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

/** The example without, or with a damaged part of, what the search needs. */
const spoilt = (name, spoil) => once(() => {
  const site = example().copied(name);
  const files = site.files.map((file) => path.join(site.folder, file));
  spoil({ index: files.filter((it) => /[\\/]search[\\/]/.test(it)), assets: files.filter((it) => /[\\/]assets[\\/]search/.test(it)) });
  return site;
});

const MISSING = /not loaded: script|answered 404|Failed to load resource|ERR_FILE_NOT_FOUND|failed: /;

each("without the index the search says so, and the way on is there", { site: spoilt("no-index", ({ index }) => index.forEach((it) => rmSync(it))) }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.press("/");
  await page.seen(FIELD);
  await page.type("firewall");
  await page.seen(".finder-notes a[href$='a-z.html']");
  assert.match(await page.text(".finder-notes"), /missing|damaged/);
  assert.equal(await page.count(OPTIONS), 0);
  await page.expect(MISSING);
});

each("without the engine as well", { site: spoilt("no-engine", ({ assets }) => assets.filter((it) => !/searchbox/.test(it)).forEach((it) => rmSync(it))) }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.press("/");
  await page.seen(FIELD);
  await page.type("firewall");
  await page.seen(".finder-notes a[href$='a-z.html']");
  assert.match(await page.text(".finder-notes"), /cannot be loaded/);
  await page.expect(MISSING);
});

each("without the box itself a page says so", { site: spoilt("no-box", ({ assets }) => assets.forEach((it) => rmSync(it))) }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.press("/");
  await page.until(() => location.pathname.endsWith("/search.html") && document.querySelector("[data-missing]")?.checkVisibility());
  assert.match(await page.text("[data-missing]"), /cannot be loaded/);
  await page.follow("[data-missing] a");
  assert.equal(await page.place(), "a-z.html");
  await page.expect(MISSING);
});

const noCards = spoilt("no-cards", ({ index }) => index.filter((it) => /c0\.js$/.test(it)).forEach((it) => rmSync(it)));

each("without a part of the index the rest is found, and it is said that something may be missing", { site: noCards }, async (page) => {
  await page.open("search.html?q=firewall");
  await page.seen(".hits a");
  assert.match(await page.text(".finder-notes"), /something may be missing/);
  await page.expect(MISSING);
});

const garbled = spoilt("garbled", ({ index }) => index.forEach((it) => writeFileSync(it, readFileSync(it, "utf8").replace(/\("([^"]*)",\s*"[^"]*/, '("$1","!!!'))));

each("a garbled index gives no error and no wrong hit", { site: garbled }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.press("/");
  await page.seen(FIELD);
  await page.type("firewall");
  await page.seen(".finder-notes p:not(:empty)");
  await page.until(() => /damaged|missing/.test(document.querySelector(".finder-notes").textContent));
});

// -- with scripts off, and the register

each("with scripts off there is no box, and the register in its place", { scripts: false }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  assert.equal(await page.count("button.search-slot"), 0);
  assert.equal(await page.text("a.search-slot"), "A to Z");
  await page.open("a-z.html");
  assert.ok((await page.count(".az li a")) > 300);
  await page.open("search.html");
  assert.match(await page.text("main"), /needs scripts/);
  assert.equal(await page.count("form, main button"), 0);
});

const terms = Array.from({ length: 2100 }, (_, place) => `[t${place}]\nname = "Switch ${place}"\ntext = "One of many."\n`);
const long = once(() => runbook({ "records/terms.toml": terms.join("") }));

each("a long register is cut into pages that lead to each other", { site: long, ways: ["file"] }, async (page, site) => {
  await page.open("a-z.html");
  await page.follow('.letters a[href="a-z.s.html"]');
  const rows = await page.count(".az li");
  assert.ok(rows > 500 && rows <= 1000, `${rows} rows`);
  assert.ok(site.pages.includes("a-z.s.3.html"));
  await page.follow("a[rel=next]");
  assert.match(await page.place(), /^a-z\.s\.2\.html/);
});
