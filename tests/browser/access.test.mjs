// Pages can be used by everybody: axe-core finds nothing against WCAG 2.2 AA on any kind of page.
//
// `FULL=1` looks at every page of the example instead of one of each kind, which takes many minutes.
// The book is all of them in one: a small one is looked at.
// What axe holds to be good practice beyond WCAG is told, and fails nothing.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { DESKTOP, PHONE, begun, each, still } from "./harness/index.mjs";
import { oneOfEach } from "./harness/kinds_of_pages.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Of all rules, those that look at colours; only their answers can differ in the dark. */
const COLOURS = ["color-contrast", "link-in-text-block"];

// axe judges the tree of elements and the styles, which are the same in all browsers and both ways.
const HERE = { site: still, browsers: ["chromium"], ways: ["file"], timeout: 1_800_000 };

/** Runs axe in the page; returns `{ violations, advice }`, a line for each element that fails. */
async function judge(page, only) {
  const found = await page.evaluate(async (runOnly) => {
    // Style sheets are not fetched once more, which no policy of ours would allow.
    const { violations } = await window.axe.run(document, { runOnly, preload: false, resultTypes: ["violations"] });
    return violations.map(({ id, tags, help, nodes }) => ({
      advice: !tags.some((it) => it.startsWith("wcag")),
      lines: nodes.map((it) => `${id}: ${help}: ${it.target.join(" ")} ${it.any.concat(it.all)[0]?.message ?? ""}`.trim()),
    }));
  }, only);
  const lines = (advice) => found.filter((it) => it.advice === advice).flatMap((it) => it.lines);
  return { violations: lines(false), advice: lines(true) };
}

async function scheme(page, value) {
  await page.raw.emulateMediaFeatures([
    { name: "prefers-color-scheme", value },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
}

each("axe finds nothing against WCAG 2.2 AA, in light and dark, on a desktop and on a phone", HERE, async (page, site) => {
  const wrong = [];
  const advice = new Set();
  for (const place of process.env.FULL ? site.pages.filter((it) => !it.startsWith("book.")) : oneOfEach(site)) {
    await page.open(place);
    await page.evaluate(AXE);
    // What is folded counts too; menus would lie over each other.
    await page.evaluate(() => document.querySelectorAll("details:not(.menu)").forEach((it) => (it.open = true)));
    for (const [what, colours, size, only] of [
      ["light, desktop", "light", DESKTOP, { type: "tag", values: [...WCAG, "best-practice"] }],
      ["dark, desktop", "dark", DESKTOP, { type: "rule", values: COLOURS }],
      ["dark, phone", "dark", PHONE, { type: "rule", values: COLOURS }],
      ["light, phone", "light", PHONE, { type: "tag", values: WCAG }],
    ]) {
      await page.size(...size);
      await scheme(page, colours);
      const found = await judge(page, only);
      wrong.push(...found.violations.map((it) => `${place} (${what}): ${it}`));
      found.advice.forEach((it) => advice.add(`${place}: ${it}`));
    }
  }
  for (const it of advice) console.log(`advice: ${it}`);
  assert.equal(wrong.length, 0, wrong.join("\n"));
});

each("axe finds nothing against WCAG 2.2 AA in a small book", { ...HERE, site: begun }, async (page) => {
  const wrong = [];
  await page.open("book.html");
  await page.evaluate(AXE);
  for (const size of [DESKTOP, PHONE]) {
    await page.size(...size);
    for (const colours of ["light", "dark"]) {
      await scheme(page, colours);
      const { violations } = await judge(page, { type: "tag", values: WCAG });
      wrong.push(...violations.map((it) => `${size[0]} px, ${colours}: ${it}`));
    }
  }
  assert.equal(wrong.length, 0, wrong.join("\n"));
});

each("axe finds nothing against what opens over a page on a phone", { ...HERE, size: PHONE }, async (page) => {
  const wrong = [];
  for (const [button, opened] of [[".menu-open", "#nav"], [".toc-open", "#toc"]]) {
    await page.open("devices/fw-hq-01.html");
    await page.evaluate(AXE);
    await page.click(button);
    await page.seen(`${opened}:popover-open`);
    for (const colours of ["light", "dark"]) {
      await scheme(page, colours);
      const { violations } = await judge(page, { type: "tag", values: WCAG });
      wrong.push(...violations.map((it) => `${opened} (${colours}): ${it}`));
    }
  }
  assert.equal(wrong.length, 0, wrong.join("\n"));
});

each("axe sees what is wrong", HERE, async (page) => {
  await page.open("index.html");
  await page.evaluate(AXE);
  await page.evaluate(() => {
    const main = document.querySelector("main");
    main.append(Object.assign(document.createElement("button"), { type: "button" }));
    main.append(Object.assign(document.createElement("p"), { textContent: "Hardly to be seen", id: "faint" }));
    document.getElementById("faint").style.color = "#ddd";
  });
  const { violations } = await judge(page, { type: "tag", values: WCAG });
  assert.equal(violations.length, 2, violations.join("\n"));
});
