// Reads the built pages and follows every address on them, as a browser on a disk would.
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "parse5";

/** The attributes that hold an address, by element; `*` for any. */
const ADDRESSES = {
  a: ["href"], area: ["href"], link: ["href"], script: ["src"], img: ["src"], source: ["src"], iframe: ["src"],
  embed: ["src"], object: ["data"], form: ["action"], button: ["formaction"], input: ["src", "formaction"],
  video: ["src", "poster"], audio: ["src"], track: ["src"], use: ["href", "xlink:href"], image: ["href", "xlink:href"],
  blockquote: ["cite"], q: ["cite"], base: ["href"],
};

/** What a reader may be led to outside of the site, by a click and never by the page itself. */
const OUTSIDE = /^(https?|mailto|tel|ssh|rdp|sip|sms):/;

/** Returns a page's ids and addresses: `{ ids, addresses: [{ element, url }] }`. Templates are read too. */
export function read(html) {
  const ids = new Map();
  const addresses = [];
  const labels = [];
  walk(parse(html), (element) => {
    const values = new Map(element.attrs.map((it) => [it.prefix ? `${it.prefix}:${it.name}` : it.name, it.value]));
    if (values.has("id")) ids.set(values.get("id"), (ids.get(values.get("id")) ?? 0) + 1);
    for (const name of ADDRESSES[element.tagName] ?? []) {
      if (values.has(name)) addresses.push({ element: element.tagName, url: values.get(name) });
    }
    for (const candidate of (values.get("srcset") ?? "").split(",").filter(Boolean)) {
      addresses.push({ element: element.tagName, url: candidate.trim().split(/\s+/)[0] });
    }
    for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget"]) {
      for (const id of (values.get(name) ?? "").split(/\s+/).filter(Boolean)) labels.push({ element: element.tagName, name, id });
    }
  });
  return { ids, addresses, labels };
}

function walk(node, visit) {
  if (node.tagName) visit(node);
  for (const child of node.childNodes ?? []) walk(child, visit);
  if (node.content) walk(node.content, visit);
}

/** Returns what is wrong with the addresses of all pages of a site, one line each, and how many there are. */
export function follow(site) {
  const pages = new Map(site.pages.map((page) => [page, read(site.read(page))]));
  const wrong = [];
  let count = 0;
  for (const [page, { addresses, labels, ids }] of pages) {
    for (const { element, url } of addresses) {
      count += 1;
      const why = mistake(site, pages, page, element, url);
      if (why) wrong.push(`${page}: <${element}> ${JSON.stringify(url)}: ${why}`);
    }
    for (const { element, name, id } of labels) {
      if (!ids.has(id)) wrong.push(`${page}: <${element} ${name}="${id}">: no element has this id`);
    }
    for (const [id, times] of ids) {
      if (times > 1) wrong.push(`${page}: the id ${JSON.stringify(id)} is given ${times} times`);
    }
  }
  return { wrong, count, pages: pages.size };
}

function mistake(site, pages, page, element, url) {
  if (element === "base") return "would change every link of the page";
  if (OUTSIDE.test(url)) return element === "a" ? null : "is loaded from outside of the site";
  if (url.startsWith("data:")) return ["img", "image", "link"].includes(element) ? null : "is not a picture";
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return "has a scheme that no page needs";
  if (/^[/\\]/.test(url)) return "is absolute";
  if (url === "" && element !== "a") return "is empty";

  const [, file, , fragment] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(url);
  const target = file === "" ? page : path.posix.join(path.posix.dirname(page), decoded(file));
  if (target.startsWith("..")) return "leads out of the site";
  const there = path.join(site.folder, target);
  if (!existsSync(there)) return "leads to nothing";
  if (statSync(there).isDirectory()) return "leads to a folder, which a disk shows as a listing";
  if (/[\s"<>\\^`{|}]|[^\x20-\x7e]/.test(file)) return "has characters that an address must encode";
  // "#top" is the one fragment that needs no id.
  if (fragment && fragment !== "top" && pages.has(target) && !pages.get(target).ids.has(decoded(fragment))) {
    return `${target} has no ${JSON.stringify(decoded(fragment))}`;
  }
  return null;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
