// Makes the one script of others that sites carry: the library of age, joined with what it uses into a
// classic script, as pages on a disk cannot load modules. `npm run vendor` writes it, its licences and
// the list with their sums into the theme; a test compares what is there with what comes out here.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

export const FOLDER = fileURLToPath(new URL("../../themes/default/static/age/", import.meta.url));
const MODULES = new URL("node_modules/", import.meta.url);

// What is in the script, as esbuild tells.
const ENTRY = "import { Decrypter } from \"age-encryption\"; window.clearjar.Decrypter = Decrypter;";

const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function bundle() {
  const made = await esbuild.build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true, minify: true, format: "iife", target: "es2022", charset: "ascii",
    legalComments: "none", metafile: true, write: false,
  });
  const inputs = Object.values(made.metafile.outputs)[0].inputs;
  const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  const folders = used.flatMap((path) => path.match(/^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[0] ?? []);
  return { script: made.outputFiles[0].text, folders: [...new Set(folders)].sort() };
}

async function packages(folders) {
  const lock = JSON.parse(await readFile(new URL("package-lock.json", import.meta.url), "utf8"));
  return Promise.all(folders.map(async (folder) => {
    const place = folder.slice(folder.indexOf("node_modules/"), -1);
    const { version, integrity, license } = lock.packages[place];
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const text = await readFile(new URL(`../${place}/LICENSE`, MODULES), "utf8");
    const file = `LICENSE-${name.replace("@", "").replace("/", "-")}-${version}`;
    const source = `https://registry.npmjs.org/${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
    return { name, version, source, integrity, license, file, text };
  }));
}

function list(script, all) {
  const lines = ["# Libraries that the script beside was made of. A test makes it anew and compares."];
  for (const it of all) {
    lines.push("", "[[package]]", `name = "${it.name}"`, `version = "${it.version}"`, `licence = "${it.license}"`,
      `integrity = "${it.integrity}"`, `source = "${it.source}"`, `licence_file = "${it.file}"`, "",
      "[package.sha256]", `"${it.file}" = "${sum(it.text)}"`);
    if (it.name === "age-encryption") lines.push(`"age.js" = "${sum(script)}"`);
  }
  return `${lines.join("\n")}\n`;
}

// Returns the files of the folder by name.
export async function made() {
  const { script, folders } = await bundle();
  const all = await packages(folders);
  const licences = all.map(({ file, text }) => [file, text]);
  return Object.fromEntries([["age.js", script], ...licences, ["vendor.toml", list(script, all)]]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await made())) await writeFile(`${FOLDER}${name}`, text);
}
