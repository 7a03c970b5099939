// With scripts off a runbook is still a runbook: everything can be read, and nothing is dead.
import assert from "node:assert/strict";
import { PHONE, each, still } from "./harness/index.mjs";
import { oneOfEach } from "./harness/kinds_of_pages.mjs";

const OFF = { scripts: false, ways: ["file"] };
// Firefox is told where to click by a script of its driver, which is off as well.
const CLICKS = { ...OFF, browsers: ["chromium"] };

/** What works by markup alone: it opens a popover, folds, or sends a form. */
const LIVE = "[popovertarget], summary, form *";

each("with scripts off every page is there with its navigation, and no control is dead", { ...OFF, site: still, timeout: 300_000 }, async (page, site) => {
  for (const place of oneOfEach(site)) {
    await page.open(place);
    assert.equal(await page.evaluate(() => document.documentElement.classList.contains("js")), false, "scripts are off");
    assert.equal(await page.count("h1"), 1, place);
    assert.ok((await page.count(".sidebar .nav-top a")) > 5, `${place} has its navigation`);
    const dead = await page.evaluate((live) =>
      Array.from(document.querySelectorAll("button, input, select, textarea, [role=button]"))
        .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.matches(live))
        // A box to tick works without any script; only keeping the tick takes one.
        .filter((it) => it.type !== "checkbox")
        .map((it) => it.outerHTML), LIVE);
    assert.deepEqual(dead, [], place);
  }
});

each("with scripts off lists and settings show all their rows", OFF, async (page) => {
  await page.open("devices/index.html");
  const rows = await page.count("main table tbody tr:not(.group)");
  assert.ok(rows >= 30, `${rows} devices`);
  await page.open("devices/fw-hq-01.html");
  assert.ok((await page.count(".label .row")) > 5, "the settings are there");
});

each("with scripts off links are followed", CLICKS, async (page) => {
  await page.open("devices/index.html");
  await page.follow('main table a[href$="fw-hq-01.html"]');
  assert.equal(await page.place(), "devices/fw-hq-01.html");
});

each("with scripts off what is folded can be unfolded", CLICKS, async (page) => {
  await page.open("documents/fw-hq-01-config.html");
  const folded = await page.evaluate(() => document.querySelectorAll("main details:not([open])").length);
  assert.ok(folded > 0, "something is folded");
  await page.click("main details:not([open]) > summary");
  await page.until((before) => document.querySelectorAll("main details:not([open])").length < before, folded);
});

each("with scripts off the menu and the contents open on a phone", { ...CLICKS, size: PHONE }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  assert.equal(await page.isSeen("#nav"), false);
  await page.click(".menu-open");
  await page.seen("#nav .nav-top a");
  await page.follow('#nav .nav-top a[href$="takeover.html"]');
  assert.equal(await page.place(), "takeover.html");
  await page.click(".toc-open");
  await page.seen("#toc a");
});

each("with scripts off an old address leads to the record, and says so by itself", OFF, async (page, site) => {
  const html = site.read("devices/fw-01.html");
  assert.match(html, /<main[\s\S]*<a href="[^"]*fw-hq-01\.html"[^>]*>HQ firewall<\/a>[\s\S]*<\/main>/, "who is not led on finds a link");
  assert.match(html, /<meta name="robots" content="noindex">/);
  await page.open("devices/fw-01.html");
  await page.until(() => location.pathname.endsWith("/fw-hq-01.html") && document.readyState === "complete");
});
