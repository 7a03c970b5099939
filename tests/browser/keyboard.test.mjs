// Everything is done with the keyboard alone, and who uses it sees where they are.
import assert from "node:assert/strict";
import { PHONE, each } from "./harness/index.mjs";

const ONE_WAY = { ways: ["file"] };

each("the first Tab gives the way past the navigation", ONE_WAY, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.press("Tab");
  const first = await page.focused();
  assert.equal(first.href, "#main");
  assert.ok(first.seen, "it can be seen as soon as it has the focus");
  await page.press("Enter");
  await page.until(() => location.hash === "#main");
  await page.press("Tab");
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("main"))), "the next Tab is within the page");
});

for (const place of ["index.html", "devices/index.html", "procedures/new-domain-controller.html", "takeover.html"]) {
  each(`Tab goes through ${place} from top to bottom, and its place can be seen all the way`, { ...ONE_WAY, timeout: 300_000 }, async (page) => {
    await page.open(place);
    const stops = await page.evaluate(() => {
      const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
      return Array.from(document.querySelectorAll(all)).filter((it) => it.tabIndex >= 0 && !it.disabled && it.checkVisibility({ visibilityProperty: true })).length;
    });
    const met = new Set();
    const lost = [];
    for (let at = 0; at < Math.min(stops, 70); at += 1) {
      await page.press("Tab");
      const stop = await page.evaluate(where);
      if (!stop) break;
      assert.ok(!met.has(stop.number), `${stop.what} has the focus twice: the way is a circle`);
      met.add(stop.number);
      for (const problem of stop.problems) lost.push(`${stop.what}: ${problem}`);
    }
    assert.deepEqual(lost, []);
    assert.ok(met.size >= Math.min(stops, 70) - 2, `${met.size} of ${stops} can be reached`);
  });
}

each("Shift+Tab goes back, and the bar at the top does not cover where it is", { ...ONE_WAY, timeout: 300_000 }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await page.evaluate(() => {
    const links = document.querySelectorAll("main a[href]");
    links[links.length - 1].focus();
  });
  const lost = [];
  for (let at = 0; at < 40; at += 1) {
    await page.press("Shift+Tab");
    const stop = await page.evaluate(where);
    assert.ok(stop, "the focus is not lost");
    for (const problem of stop.problems) lost.push(`${stop.what}: ${problem}`);
  }
  assert.deepEqual(lost, []);
});

each("menu and contents open with Enter, close with Escape, and give the focus back", { ...ONE_WAY, size: PHONE }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  for (const [button, opened] of [[".menu-open", "#nav"], [".toc-open", "#toc"]]) {
    await tabTo(page, button);
    await page.press("Enter");
    await page.seen(`${opened}:popover-open`);
    await page.press("Tab");
    assert.ok(await page.evaluate((it) => Boolean(document.activeElement.closest(it)), opened), `the next Tab is within ${opened}`);
    await page.press("Escape");
    await page.until((it) => !document.querySelector(it).matches(":popover-open"), opened);
    assert.ok(await page.evaluate((it) => document.activeElement.matches(it), button), `${button} has the focus again`);
  }
});

each("a link in the menu is followed with Enter", { ...ONE_WAY, size: PHONE }, async (page) => {
  await page.open("devices/fw-hq-01.html");
  await tabTo(page, ".menu-open");
  await page.press("Enter");
  await page.seen("#nav:popover-open");
  await tabTo(page, '#nav a[href$="emergency.html"]');
  await page.press("Enter");
  await page.until(() => location.pathname.endsWith("/emergency.html") && document.readyState === "complete");
});

each("a column is sorted, a step ticked and the theme chosen with the keyboard", ONE_WAY, async (page) => {
  await page.open("devices/index.html");
  await page.evaluate(() => document.querySelector("main .sort").focus());
  await page.press("Enter");
  await page.until(() => document.querySelector("main th[aria-sort]") !== null);

  await page.open("procedures/new-domain-controller.html");
  await page.evaluate(() => document.querySelector(".tick input").focus());
  await page.press(" ");
  assert.ok(await page.evaluate(() => document.querySelector(".tick input").checked));

  const before = await page.text("[data-theme-toggle]");
  await page.evaluate(() => document.querySelector("[data-theme-toggle]").focus());
  await page.press("Enter");
  assert.notEqual(await page.text("[data-theme-toggle]"), before);
});

/** Presses Tab until the element has the focus. */
async function tabTo(page, selector) {
  for (let tries = 0; tries < 60; tries += 1) {
    if (await page.evaluate((it) => document.activeElement.matches(it), selector)) return;
    await page.press("Tab");
  }
  assert.fail(`Tab does not come to ${selector}`);
}

/** In the page: what has the focus, and what keeps a reader from seeing so; null at the end of the page. */
function where() {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const style = getComputedStyle(at);
  const [box] = at.getClientRects();
  const problems = [];
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  if (!ring) problems.push("nothing is drawn around it");
  if (!box || box.width === 0) problems.push("it has no place");
  else {
    // Seen where at least one point of it is not covered by something else.
    const points = [.5, .1, .9].flatMap((x) => [.5, .1, .9].map((y) => [box.left + box.width * x, box.top + box.height * y]));
    const free = points.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (at.contains(top) || top.contains(at) || (top.closest("label") ?? top).contains(at));
    });
    if (!free) problems.push(`it is covered or outside of the window, at ${Math.round(box.left)}, ${Math.round(box.top)}`);
  }
  const all = Array.from(document.querySelectorAll("*"));
  return { number: all.indexOf(at), what: at.outerHTML.replace(/\s+/g, " ").slice(0, 120), problems };
}
