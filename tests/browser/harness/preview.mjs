// Starts the preview of a runbook for a test, and ends it with the test.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { BROWSERS, open } from "./browsers.mjs";
import { Page } from "./page.mjs";
import { TODAY, clearjar, newFolder } from "./site.mjs";
import { DESKTOP } from "./visit.mjs";

const SETTINGS = `[site]\ntitle = "Runbook under test"\n`;

/** A runbook that is being worked in. */
export class Desk {
  constructor(files) {
    this.folder = newFolder("desk");
    for (const [name, text] of Object.entries({ "clearjar.toml": SETTINGS, ...files })) this.save(name, text);
  }

  /** Writes a file of the runbook. */
  save(name, text) {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(name) {
    return readFileSync(path.join(this.folder, name), "utf8");
  }

  /** Begins the preview; resolves when there is a first site, or something against one. */
  async start(port = 0) {
    this.process = spawn(clearjar(), ["-C", this.folder, "--today", TODAY, "serve", "--port", String(port)], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    for await (const piece of this.process.stdout) {
      said += piece;
      if (/ in [\d.]+ s|stays\n/.test(said)) break;
    }
    this.process.stdout.resume();
    this.base = /http:\/\/localhost:\d+\//.exec(said)[0];
    return this;
  }

  /** Ends the preview, as Ctrl-C does; resolves to its exit code. */
  end() {
    const gone = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGINT");
    return gone;
  }
}

/** Registers a test in each browser: `body(page, desk)` with a preview of `files` and a window on it. */
export function previewed(name, files, ...rest) {
  const body = rest.pop();
  const { size = DESKTOP, ...options } = rest.pop() ?? {};
  for (const browser of BROWSERS) {
    test(`${name} [${browser}]`, { timeout: 120_000 }, async () => {
      const desk = await new Desk(files).start();
      const window = await open(browser, options);
      try {
        const page = await new Page(window.page, { base: desk.base, browser, way: "http", downloads: window.downloads }).listen();
        await page.size(...size);
        await body(page, desk);
        if (page.problems.length > 0) throw new Error(`the page complains:\n${page.problems.join("\n")}`);
      } finally {
        await window.close();
        if (desk.process.exitCode === null) await desk.end();
      }
    });
  }
}
