// What makes pages good to read: links that lead to what they name, contents, dates that are true today.
import assert from "node:assert/strict";
import { each, once, runbook } from "./harness/index.mjs";

const SETTINGS = Array.from({ length: 120 }, (_, at) =>
  `[[setting]]\ngroup = "Group ${at % 6}"\nname = "Setting ${at}"\nvalue = ${at}\ndefault = ${at % 2 ? at : 0}\n`);
const PORTS = Array.from({ length: 80 }, (_, at) => `[[interface]]\nname = "port${at}"\n`);
const folded = once(() => runbook({
  "records/devices/core.toml": ['name = "Core switch"\ntype = "switch"\n', ...PORTS, ...SETTINGS].join("\n"),
}));

/** Whether an element is to be seen below the bar at the top. */
const inSight = (page, id) => page.until((it) => {
  const at = document.getElementById(it);
  const box = at.getBoundingClientRect();
  const bar = document.querySelector(".topbar").getBoundingClientRect().bottom;
  return at.checkVisibility() && box.top >= bar - 1 && box.top < innerHeight;
}, id);

each("a link to what is folded away unfolds it", { site: folded }, async (page) => {
  await page.open("devices/core.html#set.group-3.setting-117");
  await inSight(page, "set.group-3.setting-117");
  assert.equal(await page.evaluate(() => document.querySelectorAll(".label-fold[open]").length), 1);
  await page.evaluate(() => { location.hash = "#interface.port70"; });
  await inSight(page, "interface.port70");
});

each("a link to a row that a filter hides takes the filter away", { ways: ["file"], site: folded }, async (page) => {
  await page.open("devices/core.html?settings.filter=setting%205#set.group-3.setting-117");
  await inSight(page, "set.group-3.setting-117");
});

each("a link to a heading leaves it below the bar, and marks it", async (page) => {
  await page.open("devices/fw-hq-01.html#settings");
  await inSight(page, "settings");
});

each("the contents say where the reader is", { ways: ["file"] }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  const current = () => page.evaluate(() => document.querySelector(".toc [aria-current]").textContent);
  const first = await current();
  await page.evaluate(() => document.getElementById("settings").scrollIntoView({ behavior: "instant" }));
  await page.until((it) => document.querySelector(".toc [aria-current]").textContent !== it, first);
  assert.match(await current(), /Settings/);
  await page.evaluate(() => window.scrollTo({ top: 1e6, behavior: "instant" }));
  await page.until(() => document.querySelector(".toc li:last-child a").getAttribute("aria-current"));
});

each("a heading hands out its own address", async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.click("#settings .self");
  await page.until(() => document.querySelector(".toast")?.textContent);
  assert.equal(await page.pasted(), page.url("devices/fw-hq-01.html#settings"));
});

each("dates in words count from the reader's today, and from tomorrow after midnight", { ways: ["file"] }, async (page) => {
  await page.clock("2026-11-20T22:30:00");
  await page.open("renewals.html");
  const words = () => page.evaluate(() => document.querySelector('time[data-rel][datetime="2026-12-05"]').textContent);
  assert.equal(await words(), "in 15 days");
  await page.evaluate(() => {
    window.later(2);
    document.dispatchEvent(new Event("visibilitychange"));
  });
  assert.equal(await words(), "in 14 days");
  assert.ok(!(await page.isSeen(".aged")), "a copy of last week is not old");
});

each("an old copy says how old it is, without alarm", { ways: ["file"] }, async (page) => {
  await page.clock("2027-06-20T09:00:00");
  await page.open("devices/fw-hq-01.html");
  assert.equal(
    await page.text(".aged"),
    "This copy says how things stood on 15 Nov 2026, 7 months ago. There may be a newer one.",
  );
});

each("the former address of a record leads on, with the place on the page and the colours", async (page) => {
  await page.open("index.html");
  await page.click("[data-theme-toggle]");
  await page.click("[data-theme-toggle]");
  const query = page.way === "file" ? "?theme=dark" : "";
  await page.open(`devices/fw-01.html${query}#settings`);
  await page.until(() => /fw-hq-01\.html/.test(location.href) && document.readyState === "complete");
  assert.equal(await page.place(), `devices/fw-hq-01.html${query}#settings`);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
});

each("the choice of colours is there when a page is opened directly later", { ways: ["file"] }, async (page) => {
  await page.open("index.html");
  await page.click("[data-theme-toggle]");
  await page.click("[data-theme-toggle]");
  await page.follow('.sidebar a[href^="renewals.html"]');
  await page.open("renewals.html");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
});

each("a phone's drawer opens, closes by Escape and gives the focus back", { ways: ["file"], size: [320, 640] }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.click(".menu-open");
  await page.seen(".sidebar a");
  await page.press("Escape");
  assert.ok(!(await page.isSeen(".sidebar a")));
  assert.match((await page.focused()).class, /menu-open/);
  await page.click(".toc-open");
  await page.click('.toc a[href="#settings"]');
  await inSight(page, "settings");
  assert.ok(!(await page.isSeen(".toc a")), "the contents do not lie over what they lead to");
});
