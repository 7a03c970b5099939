// Every kind of page opens, is whole and asks nobody for anything.
import assert from "node:assert/strict";
import { awkward, each, still } from "./harness/index.mjs";
import { oneOfEach } from "./harness/kinds_of_pages.mjs";

each("a page opens without an error, a violation of the policy or a request to others", { site: still }, async (page, site) => {
  for (const path of oneOfEach(site)) {
    await page.open(path);
    assert.ok(await page.count("h1") === 1, `${path} has one heading of the first level that is to be seen`);
    assert.match(await page.evaluate(() => document.title), / · Harborview Dental Group$|^Harborview/, path);
    assert.deepEqual(page.problems, [], path);
  }
});

each("a site may lie in a folder of any name", { site: awkward }, async (page) => {
  await page.open("index.html");
  await page.follow('a[href="devices/index.html"]');
  await page.follow('main a[href$="/fw-hq-01.html"]');
  assert.equal(await page.place(), "devices/fw-hq-01.html");
  await page.follow(".brand");
  assert.equal(await page.place(), "index.html");
  // The style sheet has arrived, so the sentence for those who lack it is not to be seen.
  assert.equal(await page.isSeen(".unpacked"), false);
});

each("no page scrolls sideways at 320 pixels", { site: still, ways: ["file"], size: [320, 640] }, async (page, site) => {
  const wide = [];
  for (const path of oneOfEach(site)) {
    await page.open(path);
    const [has, needs] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
    if (needs > has) wide.push(`${path} needs ${needs} pixels`);
  }
  assert.deepEqual(wide, []);
});
