"""Wall time, processor time and peak memory of a command, run as a process of its own.

The measuring process imports nothing large: on Linux a child's peak memory is never reported below
the memory of the process that started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
MIB = 1 << 20


@dataclass(frozen=True)
class Run:
    """Seconds of the clock, seconds of processors, peak resident memory in MiB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Runs:
    """The same command several times."""

    all: tuple[Run, ...]

    @property
    def best(self) -> float:
        return min(run.wall for run in self.all)

    @property
    def middle(self) -> float:
        return median(run.wall for run in self.all)

    @property
    def cpu(self) -> float:
        return min(run.cpu for run in self.all)

    @property
    def memory(self) -> float:
        """The highest peak of all runs."""
        return max(run.memory for run in self.all)

    def shown(self) -> str:
        return " ".join(f"{run.wall:.2f}" for run in self.all)


def run_once(command: Sequence[str]) -> Run:
    """Run a command; its output is shown only if it fails."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=output, env=env)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            print(output.read().decode(errors="replace"), file=sys.stderr)
            raise SystemExit(f"{Path(command[0]).name} ended with {child.returncode}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _RSS_UNIT / MIB)


def in_turns(commands: Sequence[Sequence[str]], times: int) -> list[Runs]:
    """Run all commands in turns, so that a busy minute strikes all alike. Of several rounds, one
    run of the first command goes before, unmeasured, to warm the disk's cache."""
    if times > 1:
        run_once(commands[0])
    rounds = [[run_once(command) for command in commands] for _ in range(times)]
    return [Runs(runs) for runs in zip(*rounds, strict=True)]
