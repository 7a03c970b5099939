// Turns runbooks into sites on the disk, by the program itself.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The day that stands on the pages of all sites under test. */
export const TODAY = "2026-11-15";

const scratch = mkdtempSync(path.join(tmpdir(), "clearjar-browser-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;

/** Returns a folder that nobody has used yet; it goes when the tests end. */
export function newFolder(name = "folder") {
  folders += 1;
  const folder = path.join(scratch, String(folders), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A built site. `folder` is where it lies. */
export class Site {
  constructor(folder) {
    this.folder = folder;
  }

  /** Every file, by its path within the site, in the order of their names. */
  get files() {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
      .sort();
  }

  /** Every page, by its path within the site. */
  get pages() {
    return this.files.filter((file) => file.endsWith(".html") && !file.startsWith("source/"));
  }

  read(file) {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  /** Returns the same site in a folder of another name. */
  copied(name) {
    const folder = newFolder(name);
    cpSync(this.folder, folder, { recursive: true });
    return new Site(folder);
  }
}

let program;

/** Returns the path of the program: what `CLEARJAR` names, or what cargo builds. */
export function clearjar() {
  program ??= process.env.CLEARJAR ?? cargo(["build", "--all-features"], ["bin", "clearjar"]);
  return path.resolve(program);
}

// Cargo says where it has put the program, which need not be `target/`.
function cargo(args, [kind, name]) {
  const command = [...args, `--${kind}`, name, "--locked", "--quiet", "--message-format", "json-render-diagnostics"];
  const said = execFileSync("cargo", command, { cwd: ROOT, encoding: "utf8", maxBuffer: 1e9, stdio: ["ignore", "pipe", "inherit"] });
  const made = said.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return made.findLast((it) => it.executable && it.target.name === name && it.target.kind.includes(kind)).executable;
}

/** Builds the runbook in `folder`. Its errors are the test's. */
export function build(folder) {
  const output = path.join(newFolder("made"), "site");
  execFileSync(clearjar(), ["-C", folder, "--today", TODAY, "build", "--output", output], { stdio: ["ignore", "ignore", "pipe"] });
  return new Site(output);
}

/** Returns a function that gives the same thing each time, made when it is first asked for. */
export function once(make) {
  let made;
  return () => (made ??= make());
}

/** The example site. */
export const example = once(() => build(path.join(ROOT, "example-site")));

/** The example site with pages at old addresses that stay, so that they can be looked at. */
export const still = once(() => {
  const site = example().copied("still");
  for (const page of site.pages) {
    const html = site.read(page);
    const staying = html.replace(/\n<meta http-equiv="refresh"[^>]*>/, "").replace(" data-moved>", ">");
    if (staying !== html) writeFileSync(path.join(site.folder, page), staying);
  }
  return site;
});

/** The example site in a folder whose name has all that is awkward in an address. */
export const awkward = once(() => example().copied("we#ird %41 100%?x ü [a]"));

/** The runbook that `clearjar init` begins: few records, but one of each main kind. */
export const begun = once(() => {
  const folder = path.join(newFolder("begun"), "runbook");
  execFileSync(clearjar(), ["init", folder], { stdio: "ignore" });
  return build(folder);
});

/**
 * Builds a runbook of these files, by their paths: `{ "records/devices/a.toml": "name = …" }`.
 * A `clearjar.toml` is there if none is given.
 */
export function runbook(files) {
  const folder = newFolder("runbook");
  const settings = `[site]\ntitle = "Runbook under test"\n`;
  for (const [name, text] of Object.entries({ "clearjar.toml": settings, ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return build(folder);
}

/** A made-up runbook of so many records (150 or more), three in five of them devices. */
export function large(records) {
  const folder = newFolder("large");
  const tool = process.env.CLEARJAR_LARGE_RUNBOOK ?? cargo(["build"], ["example", "large_runbook"]);
  execFileSync(tool, ["--records", String(records), "--form", "clearjar", folder], { stdio: ["ignore", "ignore", "pipe"] });
  return build(folder);
}
