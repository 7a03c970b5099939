// What is sealed opens in its page for whoever has the key, stands in one place, and goes away again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { build, clearjar, each, example, newFolder } from "./harness/index.mjs";
import { FOLDER, made } from "./vendor.mjs";

const SECRET = "Walrus-Teapot-Lantern-Seven äö <b>bold</b>";
const PASSPHRASE = "open sesame by the sea";
const KEY = await generateX25519Identity();

let built;

/** A site with three sealed files: to a key, to a key and no text, and to a key of SSH alone. */
function site() {
  if (built) return built;
  const folder = path.join(newFolder("sealed"), "rb");
  const run = (...words) => execFileSync(clearjar(), words, { stdio: ["ignore", "ignore", "pipe"] });
  run("init", folder);
  const plain = newFolder("plain");
  const write = (name, content) => (writeFileSync(path.join(plain, name), content), path.join(plain, name));
  const seal = (file, to) => run("-C", folder, "seal", file, "--to", to, "--for", "Ann");
  return seal(write("text", SECRET), PUBLIC), seal(write("binary", Buffer.from([255, 254, 0, 1])), PUBLIC),
    seal(write("ssh", SECRET), SSH), (built = build(folder));
}

const PUBLIC = await identityToRecipient(KEY);
const SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHY3SzRbCfR32rSEPcmhuV5GoEjRt+cl8aOLAfKNdGE someone";

const form = (name) => `form[data-unseal]:has([aria-labelledby^="${name}"])`;
const said = async (page, name) => page.text(`${form(name)} [role=status]`);

each("a passphrase opens the example's file, whose words were nowhere in the site", async (page, site) => {
  await page.open("sealed.html");
  assert.ok(site.files.every((file) => !site.read(file).includes("Fennel-Harbor")));
  await page.fill("form.unseal input", PASSPHRASE);
  await page.press("Enter");
  await page.seen(".unsealed pre");
  assert.match(await page.text(".unsealed pre"), /Fennel-Harbor-Kettle-Ninety/);
  assert.equal(await page.evaluate(() => document.querySelector("form.unseal input").value), "");
});

each("a key opens a file, as text and not as markup, and leaves no trace", { site }, async (page) => {
  await page.open("sealed.html");
  await page.fill(`${form("text")} input`, `# created: today\n${KEY}`);
  await page.press("Enter");
  await page.seen(`${form("text")} pre`);
  assert.equal(await page.text(`${form("text")} pre`), SECRET);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie]));
  assert.ok(!kept.includes("Walrus") && !kept.includes("AGE-SECRET"), kept);
  await page.click(`${form("text")} [data-opened] button`);
  assert.equal(await page.isSeen(`${form("text")} pre`), false);
  assert.ok(!(await page.evaluate(() => document.documentElement.outerHTML)).includes("Walrus"));
});

each("what was opened goes by itself, by the clock", { site }, async (page) => {
  await page.open("sealed.html");
  await page.fill(`${form("text")} input`, KEY);
  await page.press("Enter");
  await page.seen(`${form("text")} pre`);
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 119_000;
  });
  await page.until(() => /\b1\b/.test(document.querySelector("form:has([aria-labelledby^=text]) [data-left]").textContent));
  await page.until(() => document.querySelector("form:has([aria-labelledby^=text]) pre").textContent === "");
  assert.equal(await page.isSeen(`${form("text")} pre`), false);
});

each("what was opened is gone for whoever goes back to the page", { site }, async (page) => {
  await page.open("sealed.html");
  await page.fill(`${form("text")} input`, KEY);
  await page.press("Enter");
  await page.seen(`${form("text")} pre`);
  await page.follow(".brand");
  await page.back();
  assert.ok(!(await page.evaluate(() => document.documentElement.outerHTML)).includes("Walrus"));
  assert.equal(await page.isSeen(`${form("text")} pre`), false);
});

each("a wrong key, and what is no text, are told in words", { site }, async (page) => {
  await page.open("sealed.html");
  for (const wrong of ["not the key", await generateX25519Identity(), `${KEY.slice(0, -1)}Q`]) {
    await page.fill(`${form("text")} input`, wrong);
    await page.press("Enter");
    await page.until(() => /does not open/.test(document.querySelector("form:has([aria-labelledby^=text]) [role=status]").textContent));
    assert.equal(await page.isSeen(`${form("text")} pre`), false);
  }
  await page.fill(`${form("binary")} input`, KEY);
  await page.press("Enter");
  await page.until(() => /is no text/.test(document.querySelector("form:has([aria-labelledby^=binary]) [role=status]").textContent));
  assert.match(await said(page, "binary"), /no text/);
  assert.equal(await page.count(form("ssh")), 0, "no page knows keys of SSH");
});

each("without scripts the page says how it is done without them", { scripts: false }, async (page) => {
  await page.open("sealed.html");
  assert.equal(await page.isSeen("form.unseal"), false);
  assert.match(await page.text("main"), /age -d -o break-glass source\/sealed\/break-glass\.age/);
});

test("a site without sealed files carries nothing for them", () => {
  const folder = path.join(newFolder("plain"), "rb");
  execFileSync(clearjar(), ["init", folder], { stdio: "ignore" });
  const { files } = build(folder);
  assert.deepEqual(files.filter((file) => /sealed|noble|age-license/.test(file)), []);
  assert.notDeepEqual(example().files.filter((file) => /sealed|noble/.test(file)), []);
});

test("the library in the theme is the one that its packages make", async () => {
  const wanted = await made();
  assert.deepEqual(readdirSync(FOLDER).sort(), Object.keys(wanted).sort());
  for (const [name, text] of Object.entries(wanted)) assert.equal(readFileSync(path.join(FOLDER, name), "utf8"), text, name);
});
