/* Runs the engine that searches a site in node: a stand-in for the page reads scripts as files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

/** Returns the engine of a site, and what it has read; `damage(name, text)` may change a script. */
export function openEngine(site, { root = "", damage = (_, text) => text } = {}) {
  const read = { files: 0, bytes: 0 };
  const handlers = [];
  const page = {
    atob, btoa, clearTimeout, setTimeout, Blob, DecompressionStream, Response,
    addEventListener: (type, handler) => type === "error" && handlers.push(handler),
    document: {
      documentElement: { dataset: { root } },
      createElement: () => ({ remove() {} }),
      head: { append: (script) => setImmediate(run, script) },
    },
    clearjar: {},
  };
  page.window = page;
  vm.createContext(page);

  function run(script) {
    const path = join(site, script.src);
    if (!existsSync(path)) return script.onerror();
    const text = damage(script.src, readFileSync(path, "utf8"));
    if (text === null) return script.onerror();
    read.files += 1;
    read.bytes += Buffer.byteLength(text);
    try {
      vm.runInContext(text, page);
    } catch {
      let quiet = false;
      const event = { filename: script.src, preventDefault: () => (quiet = true) };
      handlers.forEach((handler) => handler(event));
      if (!quiet) throw new Error(`${script.src} would show an error in the console`);
    }
    script.onload();
  }

  const bundle = readFileSync(join(site, "index.html"), "utf8").match(/assets\/site-[0-9a-f]+\.js/)[0];
  vm.runInContext(policy(readFileSync(join(site, bundle), "utf8")), page);
  vm.runInContext(readFileSync(engineOf(site), "utf8"), page);
  return { search: page.clearjar.search, read, page };
}

/** The part of the page's script that the engine stands on. */
function policy(bundle) {
  const start = bundle.indexOf("var own = ");
  return bundle.slice(bundle.lastIndexOf("(function", start), bundle.indexOf("})();", start) + 5);
}

/** The path of a site's engine. */
export function engineOf(site) {
  const names = readdirSync(join(site, "assets")).filter((name) => /^search-[0-9a-f]+\.js$/.test(name));
  if (names.length !== 1) throw new Error(`no engine, or more than one: ${names}`);
  return join(site, "assets", names[0]);
}
