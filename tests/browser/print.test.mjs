// Paper shows everything: what is folded on the screen is open there, and what only a screen can use
// is gone.
import assert from "node:assert/strict";
import { each } from "./harness/index.mjs";

const FOLDED = "documents/fw-hq-01-config.html";

/** How many of the folded parts of the page show what is in them. */
const open = (page) => page.evaluate(() =>
  Array.from(document.querySelectorAll("main details"), (it) => it.lastElementChild.checkVisibility({ contentVisibilityAuto: true }) && it.lastElementChild.getBoundingClientRect().height > 0)
    .filter(Boolean).length);
const all = (page) => page.evaluate(() => document.querySelectorAll("main details").length);

each("printing opens what is folded, and folds it again afterwards", { ways: ["file"] }, async (page) => {
  await page.open(FOLDED);
  assert.ok((await open(page)) < (await all(page)), "something is folded on the screen");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  // Chromium draws what was just unfolded with its next frame.
  await page.until((count) => Array.from(document.querySelectorAll("main details"), (it) => it.lastElementChild)
    .filter((it) => it.checkVisibility({ contentVisibilityAuto: true }) && it.getBoundingClientRect().height > 0).length === count, await all(page));
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok((await open(page)) < (await all(page)), "it is folded again");
});

// Only Chromium can be shown what a printer would get.
const PRINTED = { browsers: ["chromium"], ways: ["file"] };

for (const scripts of [true, false]) {
  each(`what is folded is on the paper, with scripts ${scripts ? "on" : "off"}`, { ...PRINTED, scripts }, async (page) => {
    await page.open(FOLDED);
    const before = pages(await page.raw.pdf());
    await page.evaluate(() => document.querySelectorAll("main details").forEach((it) => it.remove()));
    assert.ok(pages(await page.raw.pdf()) < before, "without what was folded there are fewer pages");
  });
}

each("the paper has no menus, buttons or filters, and says what it is", PRINTED, async (page) => {
  for (const place of ["devices/index.html", "devices/fw-hq-01.html", "procedures/new-domain-controller.html", "takeover.html", FOLDED]) {
    await page.raw.emulateMediaType("screen");
    await page.open(place);
    await page.raw.emulateMediaType("print");
    // Headings of columns and counts by type stay, which are buttons on the screen.
    for (const gone of [".topbar", ".sidebar", ".toc", ".skip", "button:not(.sort, .facets button)", "input[type=search]", "select"]) {
      assert.equal(await page.isSeen(gone), false, `${gone} of ${place}`);
    }
    assert.match(await page.text(".print-head"), /Harborview.*15 November 2026|Harborview.*2026/, place);
  }
});

each("a procedure is a checklist on paper, also half-way through", PRINTED, async (page) => {
  await page.open("procedures/new-domain-controller.html");
  await page.click(".tick input");
  await page.raw.emulateMediaType("print");
  assert.ok((await page.count(".initials")) >= 3, "there is room for initials");
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".tick input"), "::before").content), "none", "boxes are empty on paper");
});

/** How many pages a PDF of Chromium has. */
function pages(pdf) {
  const found = Buffer.from(pdf).toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g);
  assert.ok(found, "the PDF's pages can be counted");
  return found.length;
}
