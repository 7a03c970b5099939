// What people write is text, whatever it looks like: nothing of it runs, loads or breaks a page.
import assert from "node:assert/strict";
import { each, once, runbook } from "./harness/index.mjs";

const EVIL = `"><script>window.evil = 1</script><img src=x onerror="window.evil = 1">' onclick=evil() {{ 1 }} </template>`;
const PROSE = `<script>window.evil = 1</script>\n\n<img src="https://example.org/x.png" onerror="window.evil = 1">\n\n` +
  `- [ ] <iframe src="https://example.org/"></iframe>\n- \`<svg onload=evil()>\` and **<b onclick=evil()>**\n\n    <script>window.evil = 1</script>\n`;

const hostile = once(() => runbook({
  "clearjar.toml": `[site]\ntitle = '''${EVIL}'''\n`,
  "records/devices/evil.toml": `name = '''${EVIL}'''\ntype = "switch"\nserial = '''${EVIL}'''\npurpose = '''${PROSE}'''\n`,
  "records/procedures/evil.toml": `name = '''${EVIL}'''\n\n[[step]]\ntext = '''${PROSE}'''\ncommand = '''${EVIL}'''\n`,
  "records/documents/evil.md": `+++\nname = '''${EVIL}'''\n+++\n\n# ${EVIL}\n\n${PROSE}\n`,
}));

each("text that looks like code is shown as text on every page", { site: hostile, timeout: 300_000 }, async (page, site) => {
  for (const place of site.pages.filter((it) => !/^(404|about|glossary)/.test(it))) {
    await page.open(place);
    assert.equal(await page.evaluate(() => typeof window.evil), "undefined", place);
    const inside = await page.evaluate(() => Array.from(document.querySelectorAll("script:not([src]), iframe, img:not([src^='data:']):not([src^='../'])"), (it) => it.outerHTML));
    assert.deepEqual(inside, [], place);
    const links = await page.evaluate(() => Array.from(document.links, (it) => it.protocol).filter((it) => !/^(file|https?|mailto|tel):$/.test(it)));
    assert.deepEqual(links, [], place);
  }
  await page.open("devices/evil.html");
  assert.match(await page.text("h1"), /^"><script>window\.evil = 1<\/script>/, "it is there, word for word");
});
