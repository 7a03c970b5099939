// What comes out of the printer: the emergency sheet on one side, and a book whose contents are right.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { begun, each, newFolder, once, runbook } from "./harness/index.mjs";

// poppler-utils counts pages and reads them.
const readers = spawnSync("pdftotext", ["-v"]).error === undefined;
const PAPERS = ["A4", "Letter"];

/** Prints the page that is open and returns the text of each of its pages. */
async function printed(page, format) {
  const file = path.join(newFolder("pdf"), "page.pdf");
  writeFileSync(file, await page.raw.pdf({ format, timeout: 0 }));
  const pages = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", maxBuffer: 1e9 }).split("\f");
  return { file, pages: pages.slice(0, -1) };
}

/** The sizes of the words on the first page, in points, smallest first. */
function sizes(file) {
  const said = execFileSync("pdftotext", ["-bbox", "-l", "1", file, "-"], { encoding: "utf8" });
  // A line of DejaVu, which Debian has, is 1.164 times as high as its size.
  return Array.from(said.matchAll(/yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"/g), (it) => (it[2] - it[1]) / 1.164).sort((a, b) => a - b);
}

const long = "Hold the power button until the light goes out and wait for the second beep. ".repeat(6).trim();

/** More than any sheet holds: every part of it with forty records and long texts. */
const full = once(() => {
  const table = (body) => Array.from({ length: 40 }, (_, i) => body(i)).join("\n");
  return runbook({
    "records/people.toml": table((i) => `[p${i}]\nname = "Person ${i} with a long name"\njob_title = "Head of something"\ncall_order = ${i + 1}\nphone = "+1 206 555 01${String(i).padStart(2, "0")}"\nmobile = "+1 206 555 02${String(i).padStart(2, "0")}"`),
    "records/vendors.toml": table((i) => `[v${i}]\nname = "Vendor ${i} ${"of a long name ".repeat(12).trim()}"\ncategory = "${["msp", "isp", "software"][i % 3]}"\nsupport_phone = "+1 206 555 03${String(i).padStart(2, "0")}"\naccount_no = "ACCT-${i}"\nhours = "${long}"`),
    "records/sites.toml": table((i) => `[s${i}]\nname = "Site ${i}"\naddress = "14 Some Street, 98101 Seattle"\naccess = "${long}"`),
    "records/devices.toml": table((i) => `[d${i}]\nname = "Device ${i}"\ntype = "server"\nsite = "s${i}"\nrecovery_order = ${i + 1}\nrestart_notes = "${long}"`),
    "records/services.toml": table((i) => `[x${i}]\nname = "Service ${i}"\ntype = "dns"\nrecovery_order = ${i + 1}\nrestart_notes = "${long}"`),
    "records/accounts.toml": table((i) => `[a${i}]\nname = "Break glass ${i}"\ntype = "break-glass"\nvault = "${long}"`),
  });
});

for (const [name, options] of [["the example", {}], ["a new runbook", { site: begun }], ["a runbook of too much", { site: full }]]) {
  each(`the emergency sheet of ${name} is one side that can be read`, { ...options, browsers: ["chromium"], ways: ["file"] }, async (page) => {
    if (!readers) return;
    await page.open("emergency.html");
    for (const paper of PAPERS) {
      const { file, pages } = await printed(page, paper);
      assert.equal(pages.length, 1, paper);
      assert.ok(sizes(file)[0] >= 7, `the smallest text on ${paper} is ${sizes(file)[0]} pt`);
    }
  });
}

for (const [name, options] of [["the example", {}], ["a new runbook", { site: begun }], ["a runbook of too much", { site: full }]]) {
  each(`what is signed at a hand-over of ${name} is two sides at most`, { ...options, browsers: ["chromium"], ways: ["file"] }, async (page) => {
    if (!readers) return;
    await page.open("acceptance.html");
    for (const paper of PAPERS) {
      const { file, pages } = await printed(page, paper);
      assert.ok(pages.length <= 2, `${pages.length} sides of ${paper}`);
      assert.ok(sizes(file)[0] >= 7, `the smallest text on ${paper} is ${sizes(file)[0]} pt`);
      // Nobody signs a list that goes on overleaf: all three names stand on one side.
      assert.ok(pages.some((side) => side.split("Place and date").length === 4), paper);
    }
  });
}

each("a sheet that leaves something out says how much and where", { site: full, ways: ["file"] }, async (page) => {
  await page.open("emergency.html");
  const more = await page.texts(".sheet .more");
  assert.ok(more.length >= 6, `${more.length} parts say it`);
  for (const line of more) assert.match(line, /^\d+ more: [A-Z]/);
});

// Short and long records, tables over several pages, and code that is longer than a page.
const booklet = once(() => {
  const code = Array.from({ length: 150 }, (_, i) => `set line ${i} to something`).join("\n");
  const table = (count, body) => Array.from({ length: count }, (_, i) => body(i)).join("\n");
  const ports = (count) => table(count, (i) => `[[d0.interface]]\nname = "port${i}"\ndescription = "To room ${i}"`);
  return runbook({
    "records/sites.toml": '[hq]\nname = "HQ"\naccess = "By the key in the box."\n',
    "records/devices.toml": `[d0]\nname = "Switch"\ntype = "switch"\nsite = "hq"\n${ports(90)}\n` + table(60, (i) => `[e${i}]\nname = "Device ${i}"\ntype = "server"\nsite = "hq"\nnotes = "${long.slice(0, (i % 7) * 60)} See [[e${(i + 1) % 60}]]."`),
    "records/procedures/long.md": `+++\nname = "A long procedure"\n+++\n\n1. Type this:\n\n   \`\`\`\n   ${code.replaceAll("\n", "\n   ")}\n   \`\`\`\n\n2. Done.\n`,
    "records/terms.toml": table(40, (i) => `[t${i}]\nname = "Term ${i}"\ntext = "${long.slice(0, 60 + i * 9)}"`),
  });
});

for (const paper of PAPERS) {
  // Firefox cannot be told where a column ends, and shows no pages.
  each(`the contents of the book say on which page of ${paper} everything stands`, { site: booklet, browsers: ["chromium"], ways: ["file"] }, async (page) => {
    if (!readers) return;
    await page.open("book.html");
    const links = await page.evaluate(() => Array.from(document.querySelectorAll(".book-contents a"), (link) => {
      const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      return place.querySelector("h2, h3").textContent.replace(/\s+/g, " ").trim();
    }));
    const { pages } = await printed(page, paper);
    const attribute = `data-${paper.toLowerCase()}`;
    const numbers = await page.evaluate((name) => Array.from(document.querySelectorAll(".book-contents a"), (link) => Number(link.getAttribute(name))), attribute);
    assert.ok(links.length > 100 && numbers.every((number) => number > 1));
    const plain = pages.map((text) => text.replace(/\s+/g, " "));
    const wrong = links.map((title, i) => [title, numbers[i]]).filter(([title, number]) => !plain[number - 1]?.includes(title));
    assert.deepEqual(wrong, [], `of ${links.length}, on ${pages.length} pages`);
    // And the paper shows them.
    const shown = plain.slice(1, numbers[0] - 1).join(" ");
    assert.ok(shown.includes(`${links[0]} ${numbers[0]}`), "the first entry has its page behind it");
  });
}

each("without numbers of pages the contents lead by the numbers of headings", { site: booklet, browsers: ["firefox"], ways: ["file"] }, async (page) => {
  await page.open("book.html");
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.count("[data-a4], [data-letter]"), 0);
  assert.ok((await page.texts(".book-contents a .no")).length > 100);
});

test("pages that are printed are read", { skip: readers ? "" : "poppler-utils is not installed, so nothing printed was looked at" }, () => {});
