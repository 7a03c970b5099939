// Opens a site in a window, in one browser and in one way, and closes it.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { closeAll, open } from "./browsers.mjs";
import { Page } from "./page.mjs";
import { serve } from "./server.mjs";
import { example } from "./site.mjs";

/** Desktop, and the narrow phone that still counts. */
export const DESKTOP = [1280, 800];
export const PHONE = [360, 740];

const servers = new Map();

/** Ends the browsers and servers that were started. */
export async function leave() {
  await closeAll();
  await Promise.all(Array.from(servers.values(), async (it) => (await it).close()));
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
