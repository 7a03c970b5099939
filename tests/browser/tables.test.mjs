// Tables: sorted, filtered, counted, narrowed to some columns, handed on as an address and as CSV.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { each, once, runbook } from "./harness/index.mjs";

const names = (page) => page.texts("[data-table=list] tbody th a");
const facet = (label) => `.facets[data-label="${label}"] li > button:not(.quiet)`;

/** Presses the word of a facet. */
async function pick(page, label, word) {
  const buttons = await page.raw.$$(facet(label));
  for (const button of buttons) {
    if (await button.evaluate((it, wanted) => it.textContent.replace(/\s*\d+$/, "") === wanted, word)) return button.click();
  }
  throw new Error(`${label} has no ${word}`);
}

each("a list is sorted by a column, up, down and as it was, and its address says so", async (page) => {
  await page.open("devices/index.html");
  const before = await names(page);
  await page.click("th:nth-child(6) .sort");
  assert.equal(await page.place(), "devices/index.html?sort=management-address");
  const sorted = (await page.texts("[data-table=list] td:nth-child(6)")).filter(Boolean);
  const number = (it) => it.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const addresses = sorted.filter((it) => /^[\d.]+$/.test(it));
  assert.ok(addresses.length > 20);
  assert.deepEqual(addresses, addresses.toSorted((a, b) => number(a) - number(b)));
  assert.equal(await page.evaluate(() => document.querySelector("th:nth-child(6)").getAttribute("aria-sort")), "ascending");
  await page.click("th:nth-child(6) .sort");
  assert.match(await page.place(), /\?sort=-management-address$/);
  const last = await page.evaluate(() => Array.from(document.querySelectorAll("td:nth-child(6)")).at(-1).textContent);
  assert.equal(last, "", "what is not known comes last either way");
  await page.click("th:nth-child(6) .sort");
  assert.equal(await page.place(), "devices/index.html");
  assert.deepEqual(await names(page), before);
});

each("facets count what the other filters leave, several words of one add up, and Back undoes each", async (page) => {
  await page.open("devices/index.html");
  await page.seen(".found");
  assert.equal(await page.text(".found"), "39 of 39");
  await pick(page, "Type", "Switch");
  assert.equal((await names(page)).length, 3);
  assert.deepEqual(await page.texts(facet("Site")), ["Harborview HQ 2", "Northside branch 1"]);
  await pick(page, "Type", "Firewall");
  assert.equal((await names(page)).length, 5);
  assert.match(await page.place(), /\?type=Switch&type=Firewall$/);
  await page.fill(".table-tools input", "no such thing");
  assert.ok(await page.isSeen(".none"));
  assert.ok(!(await page.isSeen(".table-wrap")), "an empty table is not shown");
  await page.back();
  assert.equal((await names(page)).length, 5);
  await page.back();
  assert.equal((await names(page)).length, 3);
  await page.reload();
  assert.equal((await names(page)).length, 3, "the address alone brings the rows back");
  await page.click("[data-clear]");
  assert.equal((await names(page)).length, 39);
  assert.equal(await page.place(), "devices/index.html");
});

each("columns can be left out, in the table and in the CSV", { ways: ["file"] }, async (page) => {
  await page.open("devices/index.html?hide=model%20status&type=Switch&sort=-name");
  assert.deepEqual(
    (await page.texts("thead th")).map((it) => it.replace(/\s*[↑↓↕]$/, "")),
    ["Name", "Type", "Site", "Manufacturer", "Management address"],
  );
  const { name, text } = await page.download(() => page.click("[data-csv]"));
  assert.equal(name, "harborview-dental-group-devices-2026-11-15.csv");
  const [head, first, ...rest] = text.split("\r\n");
  assert.equal(head, "\ufeffName,Type,Site,Manufacturer,Management address");
  assert.match(first, /^Northside switch,Switch,Northside branch,/);
  assert.equal(rest.length, 3, "two more rows and the end of the last line");
  await page.click("[data-columns] summary");
  await page.click("[data-columns] li:nth-child(4) label");
  assert.equal((await page.texts("thead th")).length, 6);
});

const hostile = once(() => runbook({
  "records/devices.toml": ["=1+1", "+1 555 0100", "-2", "@SUM(A1)", "＝1+1", "'=2", 'say \\"no\\"', "a, b"]
    .map((name, at) => `[d${at}]\nname = "${name}"\ntype = "switch"\n`).join("\n"),
}));

each("a spreadsheet takes no cell of a CSV for a formula", { ways: ["file"], site: hostile }, async (page) => {
  await page.open("devices/index.html");
  const { text } = await page.download(() => page.click("[data-csv]"));
  assert.deepEqual(text.split("\r\n").slice(1, -1).map((line) => line.replace(/,Switch.*$/, "")).sort(), [
    '"a, b"', '"say ""no"""', "'+1 555 0100", "'-2", "'=1+1", "'@SUM(A1)", "'＝1+1", "''=2",
  ].sort());
});

each("tables of one name are one: filtered together, with their parts as a column of the CSV", { ways: ["file"] }, async (page) => {
  await page.open("control.html?filter=domain");
  const groups = await page.texts("tr.group th");
  const all = await page.evaluate(() => document.querySelectorAll("tr.group").length);
  assert.ok(groups.length > 0 && groups.length < all, groups.join(", "));
  const { text } = await page.download(() => page.click("[data-csv]"));
  assert.match(text, /^\ufeffKind,What,Owner,/);
  await page.open("takeover.html");
  const areas = await page.count("[data-table-part]");
  await pick(page, "State", "Not applicable");
  const left = await page.count("[data-table-part]");
  assert.ok(left > 0 && left < areas, "areas without such an item are gone");
});

each("two tables on a page keep their states apart", { ways: ["file"] }, async (page) => {
  await page.open("addresses.html");
  await page.click("[data-table=addresses] th:nth-child(2) .sort");
  await page.click("[data-table=vlans] th:nth-child(2) .sort");
  const place = new URL(await page.place(), "http://x/");
  assert.deepEqual(Object.fromEntries(place.searchParams), { "addresses.sort": "record", "vlans.sort": "network" });
});

each("the settings label is filtered, and tells what differs from its default", { ways: ["file"] }, async (page) => {
  await page.open("devices/fw-hq-01.html?settings.filter=idle");
  assert.deepEqual(await page.texts(".label .row > dt"), ["Idle timeout"]);
  assert.equal((await page.texts(".label h3")).length, 1);
  await page.click(".label [data-clear]");
  await page.click(".label .menu summary");
  await page.click(".label .menu li:first-child button");
  const shown = await page.count(".label .row");
  assert.ok(shown > 0 && shown === (await page.count(".label .row.changed")));
});

each("a click anywhere in a row of a list opens its record", { ways: ["file"] }, async (page) => {
  await page.open("devices/index.html");
  await page.seen(".found");
  await page.follow("tbody tr:nth-child(2) td:nth-child(4)");
  assert.match(await page.place(), /^devices\/ap-hq-01\.html/);
});

each("with scripts off a list has its counts and no tools", { ways: ["file"], scripts: false }, async (page) => {
  await page.open("devices/index.html");
  const text = await page.evaluate(() => [document.querySelectorAll("main button:not(.menu-open)").length, document.querySelector(".facets").textContent]);
  assert.equal(text[0], 0);
  assert.match(text[1], /Workstation 4/);
});

const long = once(() => runbook({
  "records/devices.toml": Array.from({ length: 1200 }, (_, at) =>
    `[d${at}]\nname = "Box ${at}"\ntype = "${at % 3 ? "switch" : "server"}"\nserial = "S${at}"\nmanagement = "10.9.${at >> 8}.${at & 255}"\n`).join("\n"),
}));
const rows = (page) => page.evaluate(() => document.querySelectorAll(".windowed tbody:not(.space) tr").length);

each("a list of 1,200 is one table of which only the rows in sight are made", { site: long }, async (page) => {
  await page.open("devices/index.html");
  await page.seen(".windowed");
  assert.ok((await rows(page)) < 60);
  assert.equal(await page.evaluate(() => document.querySelector(".windowed table").getAttribute("aria-rowcount")), "1201");
  assert.ok(!(await page.isSeen(".parts")));
  await page.fill(".table-tools input", "box 1199");
  assert.deepEqual(await page.texts(".windowed tbody th a"), ["Box 1199"]);
  await page.click("[data-clear]");
  await pick(page, "Type", "Server");
  assert.equal(await page.text(".found"), "400 of 1200");
  await page.click("th:nth-child(1) .sort");
  await page.click("th:nth-child(1) .sort");
  assert.equal((await page.texts(".windowed tbody th a"))[0], "Box 1197");
  const { text } = await page.download(() => page.click("[data-csv]"));
  assert.equal(text.split("\r\n").length, 402);
  await page.follow(".windowed tbody tr:nth-child(1) th a");
  assert.match(await page.place(), /^devices\/d1197\.html/);
});

each("a long list is walked by the keyboard beyond what is in sight", { ways: ["file"], site: long }, async (page) => {
  await page.open("devices/index.html");
  await page.seen(".windowed");
  await page.evaluate(() => document.querySelector(".windowed tbody:not(.space) a").focus());
  for (let press = 0; press < 45; press += 1) await page.press("ArrowDown");
  const at = await page.evaluate(() => {
    const link = document.activeElement;
    const [row, box] = [link.closest("tr").getBoundingClientRect(), link.closest(".windowed").getBoundingClientRect()];
    return { text: link.textContent, inSight: row.top >= box.top && row.bottom <= box.bottom };
  });
  assert.equal(at.text, await page.evaluate(() => document.querySelector('tr[aria-rowindex="47"] a').textContent));
  assert.ok(at.inSight);
});

const damaged = once(() => {
  const site = long().copied("damaged");
  site.files.filter((file) => /list\.\w+\.js$/.test(file)).forEach((file) => rmSync(path.join(site.folder, file)));
  return site;
});

each("where its rows cannot be read, a long list stays in parts and says so", { ways: ["file"], site: damaged }, async (page) => {
  await page.open("devices/index.html");
  await page.expect(/list\.\w+\.js|ERR_FILE_NOT_FOUND/);
  await page.seen("[data-long-broken]");
  assert.ok(await page.isSeen(".parts"));
  assert.equal(await page.count("tbody tr"), 500);
});
