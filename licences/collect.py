#!/usr/bin/env python3
"""Collects the licence texts of every crate that is compiled into the program, for `crates.txt`.

    python3 licences/collect.py            writes licences/crates.txt
    python3 licences/collect.py --check    says whether it is what it would write; exit code 1 if not

The crates are those of `Cargo.lock` that the program needs on any system, without those that only build it
or test it. Texts that are the same but for spaces stand once, below all crates that carry them. A crate
that carries no text of its own is listed with the licence that it names.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
TARGET = HERE / "crates.txt"
NAMES = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)


def metadata():
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, cwd=HERE.parent).stdout)


def needed(data):
    """The packages that end up in the program, from its root along normal dependencies."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    packages = {package["id"]: package for package in data["packages"]}
    root = data["resolve"]["root"]
    seen, open_ids = set(), [root]
    while open_ids:
        node = nodes[open_ids.pop()]
        for dep in node["deps"]:
            is_normal = any(kind["kind"] is None for kind in dep["dep_kinds"])
            is_macro = any("proc-macro" in target["kind"] for target in packages[dep["pkg"]]["targets"])
            if is_normal and not is_macro and dep["pkg"] not in seen:
                seen.add(dep["pkg"])
                open_ids.append(dep["pkg"])
    return sorted((packages[ix] for ix in seen), key=lambda it: (it["name"], it["version"]))


def texts_of(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    files = {path for path in folder.iterdir() if path.is_file() and NAMES.match(path.name)}
    named = package.get("license_file")
    if named and (folder / named).is_file():
        files.add(folder / named)
    for path in sorted(files):
        text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        yield "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def collected():
    packages = needed(metadata())
    carriers, bare, seen = {}, [], {}
    for package in packages:
        label = f"{package['name']} {package['version']}"
        texts = list(texts_of(package))
        if not texts:
            bare.append(f"{label}: {package['license']}; {package['repository'] or ''}".rstrip("; "))
        for text in texts:
            key = " ".join(text.split())
            seen.setdefault(key, text)
            carriers.setdefault(key, []).append(label)
    lines = ["Crates of others that are part of Clearjar, and the terms on which they are.", ""]
    lines += [f"  {p['name']} {p['version']}: {p['license']}" for p in packages]
    if bare:
        lines += ["", "Without a text of their own, under the licence that they name:", ""]
        lines += [f"  {it}" for it in bare]
    for key, labels in sorted(carriers.items(), key=lambda it: (-len(it[1]), it[1])):
        lines += ["", "=" * 80, ", ".join(labels), "=" * 80, "", seen[key]]
    return "\n".join(lines) + "\n"


def main():
    text = collected()
    if "--check" in sys.argv[1:]:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("licences/crates.txt is out of date: run python3 licences/collect.py")
        return
    TARGET.write_text(text, encoding="utf-8")


main()
