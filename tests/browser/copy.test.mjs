// The copy buttons put into the clipboard what they stand beside, and say so.
import assert from "node:assert/strict";
import { each } from "./harness/index.mjs";

each("an identifier is copied as it is written", async (page) => {
  await page.open("devices/fw-hq-01.html");
  const wanted = await page.evaluate(() => {
    const place = document.querySelector("main [data-copy]");
    return place.dataset.copy || place.firstElementChild.textContent.trim();
  });
  assert.ok(wanted.length > 2);
  await page.click("main .copy");
  await page.seen(".copy.copied");
  assert.notEqual(await page.text(".copy.copied [role=status]"), "", "it is said");
  assert.equal(await page.pasted(), wanted);
});

each("a block of code is copied whole, line by line", async (page) => {
  await page.open("documents/fw-hq-01-config.html");
  const folded = await page.isSeen("main summary");
  if (folded) await page.evaluate(() => document.querySelectorAll("main details").forEach((it) => (it.open = true)));
  const wanted = await page.evaluate(() => document.querySelector(".codeblock code").textContent.trim());
  assert.ok(wanted.split("\n").length > 10);
  await page.click(".codeblock .copy");
  await page.seen(".copy.copied");
  assert.equal(await page.pasted(), wanted);
});
