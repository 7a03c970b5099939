// Every address on every page leads somewhere: links and their anchors, pictures, styles, scripts.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Site, example, newFolder } from "./harness/index.mjs";
import { follow, read } from "./harness/links.mjs";

test("every link, anchor, picture, style and script of the example site is there", () => {
  const { wrong, count, pages } = follow(example());
  assert.ok(pages > 300 && count > 10_000, `only ${count} addresses on ${pages} pages were read`);
  assert.deepEqual(wrong, []);
});

test("styles and scripts name no other place either", () => {
  const site = example();
  const wrong = [];
  for (const file of site.files.filter((it) => /^(assets|search)\/.*\.(css|js|svg)$/.test(it))) {
    const text = site.read(file).replace(/http:\/\/www\.w3\.org\/(2000\/svg|1999\/xlink)/g, "");
    for (const [found] of text.matchAll(/(https?:)?\/\/[a-z0-9-]+\.[a-z]{2,}[^\s"')]*/gi)) wrong.push(`${file}: ${found}`);
    for (const [found] of text.matchAll(/@import[^;]*/g)) wrong.push(`${file}: ${found}`);
    for (const [, quoted, single, bare] of text.matchAll(/url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))/g)) {
      const url = quoted ?? single ?? bare;
      if (!url.startsWith("data:") && !site.files.includes(path.posix.join(path.posix.dirname(file), url))) wrong.push(`${file}: ${url} is not there`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("no two files differ in nothing but case, and names are safe on every disk", () => {
  const { files } = example();
  const seen = new Set();
  for (const file of files) {
    const folded = file.toLowerCase();
    assert.ok(!seen.has(folded), `${file} is there twice`);
    seen.add(folded);
    assert.match(file, /^[A-Za-z0-9._/-]+$/);
    assert.ok(file.length <= 120, `${file} is too long for Windows`);
    for (const name of file.split("/")) assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.$/i);
  }
});

test("the crawler sees what is wrong", () => {
  const folder = newFolder("wrong");
  const write = (name, body) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), `<!doctype html><title>x</title>${body}`);
  };
  write("there.html", '<p id="a">');
  write("sub/index.html", '<a href="../there.html?x=1#a">good</a>');
  write("index.html", `
    <a href="there.html#a">good</a><a href="sub/index.html">good</a><a href="https://example.org/">good</a><a href="#top">good</a>
    <a href="gone.html">1</a><a href="there.html#b">2</a><a href="/there.html">3</a><a href="//example.org/x">4</a><a href="sub/">5</a>
    <a href="sub">6</a><img src="https://example.org/x.png"><script src="gone.js"></script><a href="../outside.html">9</a>
    <a href="javascript:alert(1)">10</a><label for="none">11</label><b id="twice"></b><b id="twice"></b>
    <template><img src="gone.png"></template><svg><use href="gone.svg#x"/></svg>`);
  const { wrong } = follow(new Site(folder));
  assert.equal(wrong.length, 14, wrong.join("\n"));
  assert.ok(read(example().read("index.html")).addresses.length > 50);
});
