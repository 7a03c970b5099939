// Takes the pictures of the example site that README.md shows: `node pictures.mjs` writes them into
// docs/pictures. On one machine the same site gives the same pixels; another has other fonts.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import UPNG from "upng-js";
import { TODAY } from "./harness/site.mjs";
import { leave, visit } from "./harness/visit.mjs";

export const FOLDER = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));

const DESKTOP = { width: 1280, height: 860 };
// A4 at 96 pixels an inch, with the margins that the style sheet gives the emergency sheet.
const PAPER = { width: 794, height: 1123, margin: [30, 34, 26, 34] };

/** What is on each picture, by its name: `{ size, scheme, ratio, colours, show(page) }`. */
export const PICTURES = {
  home: { size: DESKTOP, show: (page) => page.open("index.html") },

  label: {
    size: DESKTOP,
    async show(page) {
      await page.open("devices/fw-hq-01.html#settings");
      await page.until(() => scrollY > 0);
    },
  },

  search: {
    size: DESKTOP,
    scheme: "dark",
    async show(page) {
      await page.open("index.html");
      await page.press("/");
      await page.seen("dialog input");
      await page.type("firewall");
      await page.seen("dialog [role=option]");
      // The answer to the whole word, not that to its first letters.
      await page.until(() => Array.from(document.querySelectorAll("dialog mark"), (it) => it.textContent.toLowerCase()).every((it) => it === "firewall"));
      // The caret would be there or not.
      await page.evaluate(() => document.activeElement.style.setProperty("caret-color", "transparent"));
    },
  },

  takeover: { size: DESKTOP, show: (page) => page.open("takeover.html") },

  // As it comes out of the printer: what a screen shows of the styles for paper, within its margins.
  emergency: {
    size: { width: PAPER.width - PAPER.margin[1] - PAPER.margin[3], height: PAPER.height - PAPER.margin[0] - PAPER.margin[2] },
    margin: PAPER.margin,
    colours: 64,
    async show(page) {
      await page.open("emergency.html");
      await page.raw.emulateMediaType("print");
    },
  },

  phone: {
    size: { width: 390, height: 780 },
    ratio: 2,
    scheme: "dark",
    show: (page) => page.open("emergency.html"),
  },
};

/** The size of a picture in pixels: `[width, height]`. */
export function pixels({ size, ratio = 1, margin = [0, 0, 0, 0] }) {
  const [top, right, bottom, left] = margin.map((it) => it * ratio);
  return [size.width * ratio + left + right, size.height * ratio + top + bottom];
}

/** Takes one of the pictures: PNG of at most 256 colours, as bytes. */
export async function take(name) {
  const { size, scheme = "light", ratio = 1, margin, colours = 256, show } = PICTURES[name];
  const png = await visit(`picture ${name}`, { scheme, size: [size.width, size.height] }, async (page) => {
    await page.raw.setViewport({ ...size, deviceScaleFactor: ratio });
    await page.clock(`${TODAY}T09:00:00`);
    await show(page);
    await page.evaluate(() => document.fonts.ready.then(() => true));
    return page.screenshot();
  });
  const { width, height, rgba } = padded(UPNG.decode(png.buffer.slice(png.byteOffset, png.byteOffset + png.byteLength)), margin, ratio);
  return Buffer.from(UPNG.encode([rgba.buffer], width, height, colours));
}

/** Lays a picture on white paper with margins: top, right, bottom, left. */
function padded(decoded, margin = [0, 0, 0, 0], ratio = 1) {
  const [top, right, bottom, left] = margin.map((it) => it * ratio);
  const from = new Uint8Array(UPNG.toRGBA8(decoded)[0]);
  const width = decoded.width + left + right;
  const height = decoded.height + top + bottom;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let row = 0; row < decoded.height; row += 1) {
    const line = from.subarray(row * decoded.width * 4, (row + 1) * decoded.width * 4);
    rgba.set(line, ((row + top) * width + left) * 4);
  }
  return { width, height, rgba };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(FOLDER, { recursive: true });
  const wanted = process.argv.slice(2);
  assert.ok(wanted.every((it) => PICTURES[it]), `the pictures are: ${Object.keys(PICTURES).join(", ")}`);
  try {
    for (const name of wanted.length > 0 ? wanted : Object.keys(PICTURES)) {
      const png = await take(name);
      writeFileSync(path.join(FOLDER, `${name}.png`), png);
      console.log(`${name}.png: ${Math.ceil(png.length / 1000)} kB`);
    }
  } finally {
    await leave();
  }
}
