/* What is asked of every tool: identifiers and titles taken evenly from the runbook. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEVICES = 40;
const TITLES = 100;

/** Returns 40 devices: each with five identifiers as written, and six in part or spelt otherwise. */
export function identifiers(runbook) {
  const folder = join(runbook, "records/devices");
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".toml")).sort();
  const step = files.length / DEVICES;
  return Array.from({ length: DEVICES }, (_, n) => {
    const path = files[Math.floor(n * step)];
    const text = readFileSync(join(folder, path), "utf8");
    const value = (key) => new RegExp(`^${key} = "([^"]*)"`, "m").exec(text)?.[1];
    const id = path.split("/").pop().replace(".toml", "");
    const host = value("hostname"), serial = value("serial"), asset = value("asset_tag");
    const mac = value("mac"), address = (value("address") || "").split("/")[0];
    return {
      href: `devices/${id}.html`,
      serial,
      whole: [id, host, serial, asset, mac].filter(Boolean),
      parts: [
        mac && mac.slice(-8),
        mac && mac.toUpperCase().replaceAll(":", "-"),
        mac && mac.replaceAll(":", "").replace(/(....)(....)(....)/, "$1.$2.$3"),
        serial.replace(/^\D+/, ""),
        serial.toLowerCase().replace(/(..)(....)/, "$1-$2-"),
        asset && asset.toLowerCase().replace("-", ""),
        !mac && address,
      ].filter(Boolean).slice(0, 6),
    };
  });
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
