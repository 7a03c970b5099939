// The pictures of README.md: they are there, small enough, and can be taken anew.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import UPNG from "upng-js";
import "./harness/index.mjs";
import { FOLDER, PICTURES, pixels, take } from "./pictures.mjs";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));

/** Fails unless it is a picture of the right size, small as a file, with something on it. */
function look(name, png) {
  assert.ok(png.length < 150_000, `${name} has ${png.length} bytes`);
  const picture = UPNG.decode(png.buffer.slice(png.byteOffset, png.byteOffset + png.byteLength));
  assert.deepEqual([picture.width, picture.height], pixels(PICTURES[name]), name);
  const colours = new Map();
  for (const colour of new Uint32Array(UPNG.toRGBA8(picture)[0])) colours.set(colour, (colours.get(colour) ?? 0) + 1);
  const most = Math.max(...colours.values()) / (picture.width * picture.height);
  assert.ok(colours.size > 40 && most < 0.97, `${name} is all but blank: ${colours.size} colours, one on ${Math.round(most * 100)} %`);
}

test("every picture that the README shows is one that the script takes, and is there", () => {
  const shown = Array.from(readFileSync(README, "utf8").matchAll(/docs\/pictures\/([a-z-]+)\.png/g), ([, name]) => name);
  assert.ok(shown.length >= 2, "the README shows pictures");
  for (const name of shown) {
    assert.ok(PICTURES[name], `no ${name} among ${Object.keys(PICTURES).join(", ")}`);
    look(name, readFileSync(path.join(FOLDER, `${name}.png`)));
  }
});

for (const name of Object.keys(PICTURES)) {
  test(`the picture ${name} can be taken anew`, { timeout: 120_000 }, async () => look(name, await take(name)));
}
