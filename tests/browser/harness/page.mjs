// A page of a site in a window: what a reader does with it, and everything that goes wrong on it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE = 20_000;

/** Requests that were given up because the reader went elsewhere. */
const LEFT = ["net::ERR_ABORTED", "NS_BINDING_ABORTED"];

export class Page {
  /** Everything that went wrong, in words. A test fails if something stands here at its end. */
  problems = [];
  /** The address of every request that the browser tells of. Firefox tells of none for files. */
  requests = [];

  #expected = [];
  #provoked = [];

  /** `raw` is the page of puppeteer, `base` the address of the site with `/` at its end. */
  constructor(raw, { base, browser, way, downloads }) {
    Object.assign(this, { raw, base, browser, way, downloads });
  }

  async listen() {
    const { raw } = this;
    raw.on("console", (it) => ["error", "assert"].includes(it.type()) && this.#problem(`console: ${it.text()}`));
    raw.on("pageerror", (it) => this.#problem(`script: ${it.message ?? it}`));
    raw.on("request", (it) => this.#requested(it.url()));
    raw.on("requestfailed", (it) => {
      if (!LEFT.includes(it.failure()?.errorText)) this.#problem(`failed: ${it.url()}`);
    });
    raw.on("response", (it) => {
      if (it.status() >= 400 && !this.#isOfTheBrowser(it.url())) this.#problem(`answered ${it.status()}: ${it.url()}`);
    });
    // What browsers keep to themselves, each in its way.
    await raw.evaluateOnNewDocument(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`the policy ${event.violatedDirective} was violated by ${event.blockedURI} ${event.sample}`);
      });
      const failed = (event) => {
        // A page that only leads on may leave before its style has come.
        if (document.querySelector('meta[http-equiv="refresh"]')) return;
        const at = event.target;
        if (at instanceof Element) console.error(`not loaded: ${at.localName} ${at.src || at.href}`);
      };
      addEventListener("error", failed, true);
    });
    return this;
  }

  #problem(text) {
    (this.#expected.some((it) => it.test(text)) ? this.#provoked : this.problems).push(text);
  }

  #requested(url) {
    if (/^(data:|blob:|about:)/.test(url) || this.#isOfTheBrowser(url)) return;
    this.requests.push(url);
    if (!url.startsWith(this.base)) this.#problem(`request outside of the site: ${url}`);
  }

  /** Firefox asks for this of itself when it goes back, also where pages name their icon. */
  #isOfTheBrowser(url) {
    return this.browser === "firefox" && this.way === "http" && url === new URL("/favicon.ico", this.base).href;
  }

  /** Waits for a problem that the test provokes, and lets all that match pass; there must be one. */
  async expect(pattern) {
    this.#expected.push(pattern);
    const before = this.problems;
    this.problems = [];
    before.forEach((it) => this.#problem(it));
    return this.untilHere(() => this.#provoked.find((it) => pattern.test(it)), `a problem like ${pattern}`);
  }

  /** The address of a page of the site. */
  url(place) {
    return this.base + place;
  }

  /** Where the reader is: the path within the site, with query and fragment. */
  async place() {
    // Asked of the page: Firefox does not tell when it takes a page from its history.
    const url = await this.evaluate(() => location.href);
    return url.startsWith(this.base) ? url.slice(this.base.length) : url;
  }

  /** Opens `devices/index.html?x=1#y` of the site, from the address bar. */
  async open(place) {
    await this.raw.goto(this.url(place), { waitUntil: "load", timeout: PATIENCE });
  }

  async reload() {
    await this.evaluate(() => (window.isTheOldPage = true));
    await this.raw.reload({ waitUntil: "load", timeout: PATIENCE });
    await this.#arrived();
  }

  // Between two pages Firefox shows an empty one for a moment.
  #arrived() {
    return this.until(() => !window.isTheOldPage && document.body && location.href !== "about:blank" && document.readyState === "complete");
  }

  /** Goes back in the history, also within a page. */
  async back() {
    const before = await this.place();
    await this.evaluate(() => history.back());
    await this.until((it) => location.href !== it && document.readyState === "complete", this.url(before));
  }

  /** Follows the link to its page. */
  async follow(selector) {
    await this.evaluate(() => (window.isTheOldPage = true));
    await this.click(selector);
    await this.#arrived();
  }

  /** Runs a function in the page. What it uses must come as arguments. */
  evaluate(body, ...values) {
    return this.raw.evaluate(body, ...values);
  }

  /** Waits until a function, run in the page, gives something that is true; returns that. */
  until(body, ...values) {
    // Between two pages there is none to ask.
    const ask = () => this.evaluate(body, ...values).catch((error) => this.#ifAsking(error));
    return this.untilHere(ask, `${body}${values.length ? ` of ${JSON.stringify(values)}` : ""}`);
  }

  #ifAsking(error) {
    if (/context|navigat|frame|no such window/i.test(error.message)) return false;
    throw error;
  }

  /** Waits until a function, run in the test, gives something that is true; returns that. */
  async untilHere(ask, what) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = await ask();
      if (found) return found;
      if (Date.now() > end) throw new Error(`waited in vain at ${this.raw.url()} for: ${what}\n${this.problems.join("\n")}`);
      await pause(20);
    }
  }

  /** Waits until an element is there and to be seen. */
  async seen(selector) {
    await this.until((it) => Array.from(document.querySelectorAll(it)).some((at) => at.checkVisibility({ visibilityProperty: true })), selector);
  }

  /** Whether an element is there and to be seen, now. */
  isSeen(selector) {
    return this.evaluate((it) => Array.from(document.querySelectorAll(it)).some((at) => at.checkVisibility({ visibilityProperty: true })), selector);
  }

  /** Clicks on the first element that is to be seen, with the mouse, as a reader does. */
  async click(selector, options) {
    await this.seen(selector);
    for (const element of await this.raw.$$(selector)) {
      if (await element.evaluate((it) => it.checkVisibility({ visibilityProperty: true }))) return element.click(options);
    }
    throw new Error(`${selector} went away`);
  }

  /** Presses a key, or several together: `Enter`, `Shift+Tab`, `Control+k`. */
  async press(keys) {
    const names = keys === "+" ? ["+"] : keys.split("+");
    for (const name of names.slice(0, -1)) await this.raw.keyboard.down(name);
    await this.raw.keyboard.press(names.at(-1));
    for (const name of names.slice(0, -1).reverse()) await this.raw.keyboard.up(name);
  }

  /** Types into what has the focus. */
  async type(text) {
    await this.raw.keyboard.type(text);
  }

  /** Replaces what stands in a field. */
  async fill(selector, text) {
    await this.click(selector);
    await this.press("Control+a");
    await this.press("Delete");
    await this.type(text);
  }

  /** The texts of all elements that match and are to be seen, white space as on the screen. */
  texts(selector) {
    const read = (it) => Array.from(document.querySelectorAll(it))
      .filter((at) => at.checkVisibility({ visibilityProperty: true }))
      .map((at) => at.innerText.replace(/\s+/g, " ").trim());
    return this.evaluate(read, selector);
  }

  /** The text of the first element that matches and is to be seen. */
  async text(selector) {
    const [text] = await this.texts(selector);
    assert.notEqual(text, undefined, `there is no ${selector} at ${this.raw.url()}`);
    return text;
  }

  /** How many elements match and are to be seen. */
  async count(selector) {
    return (await this.texts(selector)).length;
  }

  /** What has the focus: `{ tag, id, text, href, seen }`, or null if nothing has. */
  focused() {
    return this.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return null;
      const box = at.getBoundingClientRect();
      const inView = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
      const style = getComputedStyle(at);
      const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      const text = (at.innerText || at.getAttribute("aria-label") || "").replace(/\s+/g, " ").trim();
      return { tag: at.localName, id: at.id, class: at.className, text, href: at.getAttribute("href"), seen: at.checkVisibility({ visibilityProperty: true }) && inView, ring };
    });
  }

  /** Gives the pages that are opened from now on another clock; `later(hours)` in a page moves it on. */
  clock(day) {
    return this.raw.evaluateOnNewDocument((start) => {
      const Real = Date;
      let now = new Real(start).getTime();
      window.later = (hours) => { now += hours * 3600000; };
      window.Date = class extends Real {
        constructor(...parts) {
          if (parts.length) super(...parts);
          else super(now);
        }
        static now() {
          return now;
        }
      };
    }, day);
  }

  async size(width, height) {
    await this.raw.setViewport({ width, height });
  }

  /** A picture of the window as PNG bytes; `{ fullPage: true }` of the whole page. */
  screenshot(options) {
    return this.raw.screenshot(options);
  }

  /** What is in the clipboard, read by pasting, which every browser lets a reader do. */
  async pasted() {
    await this.evaluate(() => {
      const area = document.createElement("textarea");
      area.id = "pasted";
      document.body.append(area);
      area.focus();
    });
    await this.press("Control+v");
    return this.evaluate(() => {
      const area = document.getElementById("pasted");
      area.remove();
      return area.value;
    });
  }

  /** Does what starts a download; returns `{ name, text }` when it is done. */
  async download(action) {
    for (const name of readdirSync(this.downloads)) rmSync(path.join(this.downloads, name));
    await action();
    const name = await this.untilHere(() => {
      const now = readdirSync(this.downloads);
      if (now.some((it) => /\.(part|crdownload|tmp)$/.test(it))) return null;
      return now.find((it) => !it.startsWith(".") && readFileSync(path.join(this.downloads, it)).length > 0);
    }, "a file is saved");
    return { name, text: readFileSync(path.join(this.downloads, name), "utf8") };
  }

  /** Asks the page once more, so that what it had still to say is said. */
  async settle() {
    await this.evaluate(() => document.readyState).catch(() => {});
  }
}
