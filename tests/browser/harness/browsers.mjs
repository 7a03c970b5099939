// Starts the browsers, each once for a test file and each setting that only a start can make.
//
// One library drives both: Chromium over its own protocol, Firefox over WebDriver BiDi. So a test
// has the same calls at hand in both.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { newFolder } from "./site.mjs";

/** Where browsers are found; the environment goes first. */
const PROGRAMS = {
  chromium: [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  firefox: [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"],
};

/** The browsers that tests run in. `BROWSERS=firefox` takes one alone. */
export const BROWSERS = (process.env.BROWSERS ?? "chromium,firefox").split(",");

function program(name) {
  const found = PROGRAMS[name].find((path) => path && existsSync(path));
  if (!found) throw new Error(`${name} was not found: install it, or name it in the variable ${name.toUpperCase()}`);
  return found;
}

const started = new Map();

/**
 * Opens a window. Motion is reduced: while one page fades into the next, clicks go nowhere.
 * It shares nothing with others: `{ page, downloads, close }` is returned.
 * `scheme` is "light" or "dark", `scripts` whether pages may run theirs.
 */
export async function open(name, { scheme = "light", scripts = true } = {}) {
  const key = name === "firefox" ? `${name} ${scheme} ${scripts}` : name;
  if (!started.has(key)) started.set(key, start(name, scheme, scripts));
  const { browser, downloads } = await started.get(key);
  const context = await browser.createBrowserContext({ downloadBehavior: { policy: "allow", downloadPath: downloads } });
  const page = await context.newPage();
  if (name === "chromium") {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    await page.setJavaScriptEnabled(scripts);
  }
  await page.bringToFront();
  return { page, downloads, close: () => context.close() };
}

async function start(name, scheme, scripts) {
  const downloads = newFolder("downloads");
  const settings = name === "chromium" ? chromium() : firefox({ scheme, scripts, downloads });
  const browser = await puppeteer.launch({ executablePath: program(name), headless: true, ...settings });
  return { browser, downloads };
}

function chromium() {
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const same = ["--font-render-hinting=none", "--force-color-profile=srgb", "--hide-scrollbars"];
  // The sandbox does not start for root, as in a container; what is opened is our own.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return { args: [...quiet, ...same, ...root] };
}

function firefox({ scheme, scripts, downloads }) {
  return {
    browser: "firefox",
    extraPrefsFirefox: {
      // Puppeteer lets files read each other, which no reader's Firefox does.
      "security.fileuri.strict_origin_policy": true,
      "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1,
      "ui.prefersReducedMotion": 1,
      "javascript.enabled": scripts,
      "browser.download.folderList": 2,
      "browser.download.dir": downloads,
      "browser.download.useDownloadDir": true,
      "browser.download.always_ask_before_handling_new_types": false,
      "browser.helperApps.neverAsk.saveToDisk": "text/csv,text/plain,application/octet-stream",
    },
  };
}

/** Ends every browser that was started here. */
export async function closeAll() {
  const all = await Promise.allSettled(started.values());
  started.clear();
  await Promise.all(all.filter((it) => it.value).map((it) => it.value.browser.close()));
}
