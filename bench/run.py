"""Side by side, in one run: scoring against pandas, counting against numpy, growth.

``python bench/run.py`` runs everything; see README.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median

from measure import Runs, in_turns
from places import BENCH, LARGE, OUT, QUICK, SCHEME, USUAL, Data, data_of
from table import Page, machine

REPEATS = 5
NAMES = ("score", "count", "growth")
PANDAS = {"pandas, plain": "pandas_script.py", "pandas, tuned": "pandas_wide.py"}

FASTER, LEANER, WITHIN = 10, 3, 3
"""Score: times as fast as plain pandas, its memory this many times ours; count: times numpy's."""
BUFFERS = 64
"""MiB by which the peak may grow from the smallest round to the largest."""

Measured = dict[int, Runs]
"""``pingyi score`` by number of ballots, where it was measured already."""


def score(page: Page, data: Data, known: Measured) -> None:
    """The whole command against two pandas scripts."""
    with tempfile.TemporaryDirectory() as folder:
        ours, tables = Path(folder) / "pingyi", {}
        commands = {"pingyi score": data.score_command(ours)}
        for name, script in PANDAS.items():
            tables[name] = Path(folder) / f"{script}.csv"
            files = (BENCH / script, data.ballots, data.targets, tables[name])
            commands[name] = [sys.executable, *map(str, files)]
        found = dict(zip(commands, in_turns(list(commands.values()), REPEATS), strict=True))
        expected = scores_of(ours / "scores.csv", "得分", "位次")
        for name, path in tables.items():
            if scores_of(path, "score", "rank") != expected:
                raise SystemExit(f"{name}: scores or ranks differ from those of pingyi score")
    mine = known[data.number] = found["pingyi score"]
    rows = [["", "best s", "ratio", "median s", "CPU s", "ratio", "peak MiB", "ratio", "all runs"]]
    for name, runs in found.items():
        rows.append(
            [
                name,
                f"{runs.best:.2f}",
                f"{runs.best / mine.best:.1f}",
                f"{runs.middle:.2f}",
                f"{runs.cpu:.2f}",
                f"{runs.cpu / mine.cpu:.1f}",
                f"{runs.memory:.0f}",
                f"{runs.memory / mine.memory:.1f}",
                runs.shown(),
            ]
        )
    page.table(f"score: {data.number:,} ballots from Parquet to result and report", rows)
    page.say(f"  scores to 2 places and ranks of all {len(expected)} targets are the same")
    if data.number < USUAL:
        return
    plain = found["pandas, plain"]
    speed, memory = plain.best / mine.best, plain.memory / mine.memory
    page.aim("speed", f"{speed:.1f} times plain pandas", f"at least {FASTER}", speed >= FASTER)
    lean = memory >= LEANER
    page.aim("memory", f"1/{memory:.1f} of plain pandas", f"at most 1/{LEANER}", lean)


def scores_of(path: Path, score_name: str, rank_name: str) -> dict[str, tuple[str, int]]:
    """Score and rank of every target, from a table whose first column is the target."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    first = next(iter(found[0]))
    return {row[first]: (row[score_name], int(row[rank_name])) for row in found}


def count(page: Page, data: Data, known: Measured) -> None:
    """The kernel against a bare histogram, both in memory."""
    command = [sys.executable, BENCH / "count.py", SCHEME, data.folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    if not found["same"]:
        raise SystemExit("count: the kernel's counts differ from the histogram")
    ours, theirs = found["kernel"], found["histogram"]
    lines = {f"kernel, {found['threads']} threads": ours, "numpy.bincount, 1 thread": theirs}
    rows = [["", "best s", "ratio", "median s", "CPU s", "ratio", "M scores/s", "all runs"]]
    for name, times in lines.items():
        best, cpu = min(times["wall"]), min(times["cpu"])
        rows.append(
            [
                name,
                f"{best:.3f}",
                f"{best / min(theirs['wall']):.1f}",
                f"{median(times['wall']):.3f}",
                f"{cpu:.3f}",
                f"{cpu / min(theirs['cpu']):.1f}",
                f"{found['scores'] / best / 1e6:.0f}",
                " ".join(f"{wall:.2f}" for wall in times["wall"]),
            ]
        )
    title = f"count: {found['scores']:,} scores in {found['rows']:,} rows, already in memory"
    page.table(title, rows)
    page.say("  the counts of valid ballots are the same")
    if data.number < USUAL:
        return
    ratio = min(ours["wall"]) / min(theirs["wall"])
    page.aim("count", f"{ratio:.1f} times numpy", f"at most {WITHIN}", ratio <= WITHIN)


def growth(page: Page, sizes: tuple[int, ...], known: Measured) -> None:
    """The whole command on ten and a hundred times the ballots."""
    for number in sizes:
        if number not in known:
            with tempfile.TemporaryDirectory() as folder:
                command = data_of(number).score_command(Path(folder) / "pingyi")
                known[number] = in_turns([command], 1 if number == LARGE else REPEATS)[0]
    small = sizes[0]
    first = known[small]
    rows = [["ballots", "rows", "rows ×", "best s", "time ×", "CPU s", "CPU ×", "rows/s"]]
    rows[0] += ["peak MiB", "more MiB", "all runs"]
    rows_of = {number: lines_in(data_of(number)) for number in sizes}
    for number in sizes:
        runs = known[number]
        rows.append(
            [
                f"{number:,}",
                f"{rows_of[number]:,}",
                f"{rows_of[number] / rows_of[small]:.0f}",
                f"{runs.best:.2f}",
                f"{runs.best / first.best:.1f}",
                f"{runs.cpu:.2f}",
                f"{runs.cpu / first.cpu:.1f}",
                f"{rows_of[number] / runs.best:,.0f}",
                f"{runs.memory:.0f}",
                f"{runs.memory - first.memory:+.0f}",
                runs.shown(),
            ]
        )
    page.table("growth: pingyi score on more ballots", rows)
    for before, after in pairwise(sizes):
        times = known[after].best / known[before].best
        more = rows_of[after] / rows_of[before]
        text = f"{times:.1f} times for {more:.1f} times the rows"
        page.aim(f"time to {after:,}", text, "no faster than rows", times <= more)
    grown = known[sizes[-1]].memory - first.memory
    aim = f"at most {BUFFERS} MiB, the reader's buffers"
    page.aim("memory", f"{grown:+.0f} MiB", aim, grown <= BUFFERS)


def lines_in(data: Data) -> int:
    """Rows of the ballots, asked of another process: this one stays small."""
    code = "import sys, pyarrow.parquet as pq; print(pq.ParquetFile(sys.argv[1]).metadata.num_rows)"
    command = [sys.executable, "-c", code, str(data.ballots)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK:,} ballots, no growth")
    parser.add_argument("--names", nargs="+", choices=NAMES, default=NAMES, help="what to measure")
    return parser.parse_args()


def main() -> None:
    asked = asked_for()
    page, known = Page(), Measured()
    for line in machine():
        page.say(line)
    data = data_of(QUICK if asked.quick else USUAL)
    if "score" in asked.names:
        score(page, data, known)
    if "count" in asked.names:
        count(page, data, known)
    if "growth" in asked.names and not asked.quick:
        growth(page, (QUICK, USUAL, LARGE), known)
    page.say()
    if asked.quick:
        page.say(f"a quick run: the aims are for {USUAL:,} ballots and more")
    else:
        page.say(f"aims missed: {len(page.missed)}")
    for line in page.missed:
        page.say(f"  {line}")
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.txt").write_text("\n".join(page.lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
