// Pages are HTML as the standard has it, so that browsers of other makes and years read them alike.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HtmlValidate } from "html-validate";
import config from "./html-validate.config.mjs";
import { example } from "./harness/index.mjs";

const checker = new HtmlValidate(config);

/** Returns what is wrong with a page, one line each. */
async function mistakes(name, html) {
  const { results } = await checker.validateString(html, name);
  return results.flatMap((it) => it.messages).map((it) => `${name}:${it.line}:${it.column} ${it.message} (${it.ruleId})`);
}

test("every page of the example site is well-formed", { timeout: 600_000 }, async () => {
  const site = example();
  const wrong = [];
  for (const page of site.pages) wrong.push(...(await mistakes(page, site.read(page))));
  assert.deepEqual(wrong, []);
});

test("the checker sees what is wrong", async () => {
  const page = '<!doctype html>\n<html lang="en">\n<head><title>x</title></head>\n<body><p><div id="a">1</div></p><img src="a.png"><b id="a"></b></body>\n</html>\n';
  const wrong = await mistakes("wrong.html", page);
  for (const rule of ["no-dup-id", "wcag/h37", "close-order"]) assert.ok(wrong.some((it) => it.endsWith(`(${rule})`)), `${rule}: ${wrong.join("\n")}`);
});
