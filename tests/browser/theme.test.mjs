// Light or dark: as the computer has it, or as the reader chose, on every page that is opened then.
import assert from "node:assert/strict";
import { each } from "./harness/index.mjs";

const isDark = (page) => page.evaluate(() => {
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
  return red + green + blue < 200;
});
const chosen = (page) => page.evaluate(() => document.documentElement.dataset.theme ?? "system");

async function choose(page, choice) {
  for (let tries = 0; (await chosen(page)) !== choice; tries += 1) {
    assert.ok(tries < 3, `the button does not come to ${choice}`);
    await page.click("[data-theme-toggle]");
  }
}

each("a reader who chose nothing gets the computer's colours, dark", { scheme: "dark" }, async (page) => {
  await page.open("index.html");
  assert.ok(await isDark(page));
});

each("a reader who chose nothing gets the computer's colours, light", async (page) => {
  await page.open("index.html");
  assert.ok(!(await isDark(page)));
});

each("the choice of dark goes along from page to page, and back", async (page) => {
  await page.open("index.html");
  await choose(page, "dark");
  assert.ok(await isDark(page));
  await page.follow('.sidebar a[href^="takeover.html"]');
  assert.ok(await isDark(page), "on the next page");
  await page.follow('.sidebar a[href^="emergency.html"]');
  assert.ok(await isDark(page), "and the one after");
  await page.reload();
  assert.ok(await isDark(page), "after a reload");
  await choose(page, "light");
  await page.follow(".brand");
  assert.equal(await chosen(page), "light");
  assert.ok(!(await isDark(page)), "light again at home");
});

each("the button says what it is set to", async (page) => {
  await page.open("index.html");
  const names = new Set();
  for (let press = 0; press < 3; press += 1) {
    names.add(await page.text("[data-theme-toggle]"));
    await page.click("[data-theme-toggle]");
  }
  assert.equal(names.size, 3, Array.from(names).join(", "));
});
