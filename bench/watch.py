#!/usr/bin/env python3
"""Measures a watch session: from the moment a file is saved to the moment the preview serves what it says.

    cargo build --release && cargo build --release --examples
    python3 bench/watch.py --records 10000

Each kind of edit is made so many times, one after the other, as an editor saves (a file beside it, renamed over
it). After each, the page that has to show it is asked for until it does: the time is what a reader waits,
without the browser's own. Some edits have to show elsewhere too; that is checked, and timed as well:

    prose    a sentence in a device's notes, on the device's page (shown ahead of the whole site)
    title    a device's name, on its page; then in the list of devices, and in what the search finds
    add      a new device, on its page; then in the list
    delete   that device: its page is gone; then from the list

Python 3.11, standard library.
"""

import argparse
import base64
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


class Preview:
    """A running preview."""

    def __init__(self, program: Path, runbook: Path):
        command = [program, "-C", runbook, "serve", "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said: list[str] = []
        self.port = int(self.wait_for(r"http://localhost:(\d+)/"))
        began = time.monotonic()
        self.wait_for(r"( in [\d.]+ s)|stays")
        self.first = time.monotonic() - began
        # What it goes on to say must not fill the pipe.
        threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()
        self.connection = http.client.HTTPConnection("localhost", self.port)

    def wait_for(self, pattern: str) -> str:
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found[1] or ""
        sys.exit("the preview has ended:\n" + "".join(self.said))

    def get(self, path: str) -> str | None:
        """Returns a file of the site, or nothing if it has none there."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        return body.decode() if answer.status == 200 else None

    def until(self, path: str, holds, began: float) -> float:
        """Returns how long after `began` it was true of the file at `path`, in milliseconds."""
        while True:
            if holds(self.get(path)):
                return (time.monotonic() - began) * 1000
            if time.monotonic() - began > PATIENCE:
                sys.exit(f"{path} does not show the change")

    def end(self):
        self.process.terminate()
        code = self.process.wait(PATIENCE)
        if code != 0:
            sys.exit(f"the preview ended with {code}")


def save(path: Path, text: str) -> float:
    """Saves as editors do, and returns when it was done."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text)
    began = time.monotonic()
    os.replace(beside, path)
    return began


def list_pages(preview: Preview, folder: str) -> list[str]:
    """Returns the pages of a kind's list."""
    pages, number = [f"/{folder}/index.html"], 2
    while preview.get(f"/{folder}/index.{number}.html") is not None:
        pages.append(f"/{folder}/index.{number}.html")
        number += 1
    return pages


def unpacked(script: str) -> str:
    """Returns the text of a part of the search's index: deflated, in base64 without padding."""
    packed = script.split('","', 1)[1].rsplit('"', 1)[0]
    return zlib.decompress(base64.b64decode(packed + "=" * (-len(packed) % 4)), -15).decode()


def devices(runbook: Path) -> list[Path]:
    """Returns records of devices that have a file of their own."""
    found = sorted((runbook / "records" / "devices").rglob("*.toml"))
    return found or sys.exit("the runbook has no devices of their own files")


class Session:
    """The edits, and how long each took."""

    def __init__(self, preview: Preview, runbook: Path, times: int, pause: float):
        self.preview, self.runbook, self.times, self.pause = preview, runbook, times, pause
        self.rows: dict[str, list[float]] = {}
        self.files = devices(runbook)
        self.lists = list_pages(preview, "devices")

    def record(self, name: str, milliseconds: float):
        self.rows.setdefault(name, []).append(milliseconds)

    def device(self, number: int) -> tuple[Path, str]:
        """Returns a record, spread over all of them, and its page."""
        path = self.files[number * 7919 % len(self.files)]
        return path, f"/devices/{path.stem}.html"

    def prose(self, number: int):
        path, page = self.device(number)
        before = path.read_text()
        mark = f"prose-mark-{number}"
        began = save(path, with_field(before, "notes", mark))
        self.record("prose", self.preview.until(page, lambda it: it and mark in it, began))

    def title(self, number: int):
        path, page = self.device(number)
        mark = f"Title mark {number}"
        began = save(path, with_field(path.read_text(), "name", mark))
        self.record("title", self.preview.until(page, lambda it: it and mark in it, began))
        self.record("title, in the list", self.somewhere(mark, began))
        self.record("title, in the search", self.found(mark, began))

    def add_and_delete(self, number: int):
        path = self.runbook / "records" / "devices" / f"bench-new-{number}.toml"
        page, mark = f"/devices/{path.stem}.html", f"Added {number}"
        began = save(path, f'name = "{mark}"\ntype = "switch"\n')
        self.record("add", self.preview.until(page, lambda it: it and mark in it, began))
        self.record("add, in the list", self.somewhere(mark, began))
        began = time.monotonic()
        path.unlink()
        self.record("delete", self.preview.until(page, lambda it: it is None, began))
        for place in self.lists:
            if mark in (self.preview.get(place) or ""):
                sys.exit(f"{place} still has {mark}")

    def somewhere(self, mark: str, began: float) -> float:
        """Returns when one of the pages of the list had it."""
        while not any(mark in (self.preview.get(place) or "") for place in self.lists):
            if time.monotonic() - began > PATIENCE:
                sys.exit(f"no list shows {mark}")
        return (time.monotonic() - began) * 1000

    def found(self, mark: str, began: float) -> float:
        """Returns when the cards of the search's index, by which hits are shown, had it."""
        while True:
            number = 0
            while (script := self.preview.get(f"/search/c{number}.js")) is not None:
                if mark in unpacked(script):
                    return (time.monotonic() - began) * 1000
                number += 1
            if time.monotonic() - began > PATIENCE:
                sys.exit(f"the search does not know {mark}")

    def run(self):
        for name, edit in [("prose", self.prose), ("title", self.title), ("add, delete", self.add_and_delete)]:
            print(f"{name} …", file=sys.stderr)
            for number in range(self.times):
                edit(number)
                # Nobody saves again at once; what is still going on would be measured as well.
                time.sleep(self.pause)


def with_field(text: str, name: str, value: str) -> str:
    """Returns the record with a text field set, among those ahead of its tables."""
    head, table, tables = text.partition("\n[")
    line = f'{name} = "{value}"'
    found = re.search(rf'(?m)^{name} = (""".*?"""|".*?"|\'.*?\')$', head, re.S)
    head = head[: found.start()] + line + head[found.end() :] if found else head.rstrip("\n") + "\n" + line + "\n"
    return head + table + tables


def large_runbook(records: int, tool: Path, folder: Path) -> Path:
    runbook = folder / "runbook"
    runbook.mkdir()
    command = [tool, "--records", str(records), "--form", "clearjar", runbook]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return runbook


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--records", type=int, default=10_000)
    arguments.add_argument("--times", type=int, default=50, help="how often each edit is made")
    arguments.add_argument("--pause", type=float, default=2.0, help="seconds between two edits")
    arguments.add_argument("--target", type=Path, default=REPOSITORY / "target" / "release")
    arguments.add_argument("--runbook", type=Path, help="edit a copy of this one instead of a made-up one")
    arguments = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="clearjar-watch-") as scratch:
        if arguments.runbook:
            runbook = Path(shutil.copytree(arguments.runbook, Path(scratch) / "runbook"))
        else:
            runbook = large_runbook(arguments.records, arguments.target / "examples" / "large_runbook", Path(scratch))
        preview = Preview(arguments.target / "clearjar", runbook)
        session = Session(preview, runbook, arguments.times, arguments.pause)
        session.run()
        preview.end()
    print(f"first site: {preview.first:.2f} s")
    print(f"{'from the save, ms':26}{'n':>5}{'median':>9}{'p95':>9}{'most':>9}")
    for name, row in session.rows.items():
        ordered = sorted(row)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(f"{name:26}{len(row):5}{statistics.median(row):9.1f}{p95:9.1f}{ordered[-1]:9.1f}")


if __name__ == "__main__":
    main()
