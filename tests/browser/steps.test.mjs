// Ticks on the steps of a procedure: a bookmark for whoever is half-way through.
import assert from "node:assert/strict";
import { each } from "./harness/index.mjs";

const ticked = (page) => page.evaluate(() =>
  Array.from(document.querySelectorAll(".tick input")).map((it) => it.checked));

for (const procedure of ["new-domain-controller", "internet-down"]) {
  each(`ticks are kept over a reload and stay with their procedure: ${procedure}`, async (page) => {
    await page.open(`procedures/${procedure}.html`);
    const none = await ticked(page);
    assert.ok(none.length >= 3 && none.every((it) => !it), "no step is ticked at first");

    const boxes = await page.raw.$$(".tick input");
    await boxes[0].click();
    await boxes[2].click();
    await page.reload();
    assert.deepEqual((await ticked(page)).slice(0, 4), [true, false, true, false].slice(0, none.length));
    assert.match(await page.text("[data-steps-progress]"), new RegExp(`\\b2\\b.*\\b${none.length}\\b`));

    await page.open("procedures/restore-server.html");
    assert.ok((await ticked(page)).every((it) => !it), "another procedure has its own ticks");

    await page.open(`procedures/${procedure}.html`);
    await page.click("[data-steps-reset]");
    await page.reload();
    assert.deepEqual(await ticked(page), none);
  });
}
