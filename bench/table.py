"""Readable text: tables whose columns line up, and aims beside figures."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version


class Page:
    """Lines that are printed at once and kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.missed: list[str] = []

    def say(self, text: str = "") -> None:
        print(text, flush=True)
        self.lines.append(text)

    def table(self, title: str, rows: Sequence[Sequence[str]]) -> None:
        """The first row is the heading; the first column stands left, the others right."""
        self.say()
        self.say(title)
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        for number, row in enumerate(rows):
            cells = [
                cell.rjust(width) if i else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.say("  " + "  ".join(cells).rstrip())
            if number == 0:
                self.say("  " + "  ".join("-" * width for width in widths))

    def aim(self, name: str, found: str, wanted: str, is_met: bool) -> None:
        """One figure beside its aim."""
        verdict = "met" if is_met else "MISSED"
        self.say(f"  {name}: {found}; aim: {wanted}: {verdict}")
        if not is_met:
            self.missed.append(f"{name}: {found}; aim: {wanted}")


def machine() -> list[str]:
    """What the figures were found on."""
    names = ("numpy", "pyarrow", "pandas")
    parts = [f"{name} {version(name)}" for name in names]
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {', '.join(parts)}",
        f"load average before the run: {load}"
        + (" (busy: figures of the clock will be too high)" if os.getloadavg()[0] > 0.5 else ""),
    ]
