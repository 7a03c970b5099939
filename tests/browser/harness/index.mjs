// One test body, in every browser and in both ways of opening a site: by double-click from a disk, and
// from somebody's server below a path.
//
//     import { each } from "./harness/index.mjs";
//
//     each("the first page has a heading", async (page, site) => {
//       await page.open("index.html");
//       assert.equal(await page.count("h1"), 1);
//     });
//
// A test fails by what it asserts and by what the page complains of: errors of scripts, violations of
// the policy, files that are missing, requests that leave the site. README.md lists what a page can do.
import { after, test } from "node:test";
import { BROWSERS } from "./browsers.mjs";
import { leave, visit } from "./visit.mjs";

export { Site, TODAY, awkward, begun, build, clearjar, example, large, newFolder, once, runbook, still } from "./site.mjs";
export { BROWSERS } from "./browsers.mjs";
export { DESKTOP, PHONE, visit } from "./visit.mjs";

const WAYS = ["file", "http"];

after(leave);

/**
 * Registers a test for each browser and each way: `each(name, body)` or `each(name, options, body)`.
 *
 * - `site`: a function that returns the site, `example` by default
 * - `browsers`: `["chromium"]` where the other cannot do it; say why
 * - `ways`: `["file"]` where the way makes no difference
 * - `size`: `[width, height]` of the window
 * - `scheme`: "light" or "dark", as the reader's computer has it
 * - `scripts`: false for a browser with scripts off; then only reading calls and keys work
 * - `timeout`: in milliseconds
 */
export function each(name, ...rest) {
  const body = rest.pop();
  const { browsers = BROWSERS, ways = WAYS, timeout = 120_000, ...options } = rest.pop() ?? {};
  for (const browser of BROWSERS.filter((it) => browsers.includes(it))) {
    for (const way of ways) {
      test(`${name} [${browser}, ${way}]`, { timeout }, () => visit(`${name} ${browser} ${way}`, { browser, way, ...options }, body));
    }
  }
}
