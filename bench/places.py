"""Where things are, and the input that all measurements share."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent
SCHEME = BENCH / "scheme.yaml"
DATA = BENCH / ".data"
OUT = BENCH / "out"
PINGYI = Path(sys.executable).with_name("pingyi")
SIMULATOR = BENCH.parent / "src" / "pingyi" / "engine" / "simulate.py"

TARGETS = 21
SEED = 7
QUICK, USUAL, LARGE = 46_000, 460_000, 4_600_000


@dataclass(frozen=True)
class Data:
    """A simulated round on disk."""

    number: int
    folder: Path

    @property
    def ballots(self) -> Path:
        return self.folder / "ballots.parquet"

    @property
    def targets(self) -> Path:
        return self.folder / "targets.csv"

    @property
    def rolls(self) -> Path:
        return self.folder / "rolls.csv"

    def score_command(self, out: Path) -> list[str]:
        """The whole command as a user would type it."""
        words = (PINGYI, "score", SCHEME, "--targets", self.targets, "--rolls", self.rolls)
        return [str(w) for w in (*words, "--ballots", self.ballots, "--out", out)]


def data_of(number: int) -> Data:
    """The round of so many ballots, simulated anew only if scheme or simulator changed."""
    data = Data(number, DATA / str(number))
    mark = hashlib.sha256(SCHEME.read_bytes() + SIMULATOR.read_bytes()).hexdigest()
    stamp = data.folder / "stamp"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return data
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA) as fresh:
        begun = time.perf_counter()
        words = (PINGYI, "simulate", SCHEME, "--targets", TARGETS, "--ballots", number)
        command = [str(w) for w in (*words, "--seed", SEED, "--out", fresh)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (Path(fresh) / "stamp").write_text(mark, encoding="utf-8")
        shutil.rmtree(data.folder, ignore_errors=True)
        shutil.copytree(fresh, data.folder)
        taken = time.perf_counter() - begun
    print(f"simulated {number:,} ballots in {taken:.1f} s", flush=True)
    return data
