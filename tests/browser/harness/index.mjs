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
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { BROWSERS, closeAll, open } from "./browsers.mjs";
import { Page } from "./page.mjs";
import { serve } from "./server.mjs";
import { example } from "./site.mjs";

export { Site, TODAY, awkward, build, clearjar, example, large, newFolder, once, runbook } from "./site.mjs";
export { BROWSERS } from "./browsers.mjs";

/** Desktop, and the narrow phone that still counts. */
export const DESKTOP = [1280, 800];
export const PHONE = [360, 740];

const WAYS = ["file", "http"];
const servers = new Map();

after(async () => {
  await closeAll();
  await Promise.all(Array.from(servers.values(), async (it) => (await it).close()));
});

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

/** Opens one window on a site for `body`, and closes it; a failure leaves a picture if `PICTURES` names a folder. */
export async function visit(name, { browser = "chromium", way = "file", site = example, size = DESKTOP, ...options }, body) {
  const built = await site();
  const window = await open(browser, options);
  const page = await new Page(window.page, { base: await base(built, way), browser, way, downloads: window.downloads }).listen();
  try {
    await page.size(...size);
    const result = await body(page, built);
    await page.settle();
    assert.deepEqual(page.problems, [], "the page complains");
    return result;
  } catch (error) {
    await picture(name, page);
    throw error;
  } finally {
    await window.close();
  }
}

/** The address under which a site is opened, with `/` at its end. */
async function base(site, way) {
  if (way === "file") return pathToFileURL(site.folder).href + "/";
  if (!servers.has(site.folder)) servers.set(site.folder, serve(site.folder));
  return (await servers.get(site.folder)).base;
}

async function picture(name, page) {
  if (!process.env.PICTURES) return;
  mkdirSync(process.env.PICTURES, { recursive: true });
  const file = path.join(process.env.PICTURES, name.replace(/[^a-z0-9]+/gi, "-") + ".png");
  writeFileSync(file, await page.screenshot().catch(() => ""));
}
