/* What is asked of every tool: identifiers and titles taken evenly from the runbook. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEVICES = 40;
const TITLES = 100;

/** Returns 40 of the devices, evenly taken. */
export function sample(devices) {
  return Array.from({ length: DEVICES }, (_, n) => devices[Math.floor(n * devices.length / DEVICES)]);
}

/** Returns the devices: each with five identifiers as written, and six in part or spelt otherwise. */
export function identifiers(runbook) {
  const folder = join(runbook, "records/devices");
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".toml")).sort();
  return files.map((path) => device(path.split("/").pop().replace(".toml", ""), readFileSync(join(folder, path), "utf8")))
    .filter(Boolean);
}

/** Returns what a record of a device says that can be asked for; nothing where some of it is not written. */
function device(id, text) {
  const value = (key) => new RegExp(`^${key} = "([^"]*)"`, "m").exec(text)?.[1];
  const serial = value("serial"), asset = value("asset_tag"), mac = value("mac"), address = value("address");
  if (!serial || !asset || !mac || !address) return null;
  const ip = address.split("/")[0];
  return {
    href: `devices/${id}.html`,
    serial,
    whole: [id, serial, asset, mac, ip],
    parts: [
      mac.slice(-8),
      mac.toUpperCase().replaceAll(":", "-"),
      mac.replaceAll(":", "").replace(/(....)(....)(....)/, "$1.$2.$3"),
      serial.replace(/^\D+/, ""),
      `${serial.slice(0, 2)}-${serial.slice(2)}`.toLowerCase(),
      asset.toLowerCase().replace("-", ""),
    ],
  };
}

/** Returns 100 titles of which each stands on one page only. */
export function titles(entries) {
  const step = entries.length / TITLES;
  return Array.from({ length: TITLES }, (_, n) => entries[Math.floor(n * step)])
    .map(({ id, title }) => ({ href: id, title, query: title }));
}

/** Returns the same with two letters of the first long word swapped. */
export function slipped(list) {
  return list.map((one) => {
    let done = false;
    const query = one.query.replace(/\p{L}{5,}/gu, (word) => {
      if (done || word[2] === word[3]) return word;
      done = true;
      return word.slice(0, 2) + word[3] + word[2] + word.slice(4);
    });
    return { ...one, query };
  });
}
