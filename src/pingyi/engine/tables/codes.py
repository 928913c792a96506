"""Codes of targets, and what a spreadsheet may have made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pingyi.engine.errors import Collector, Place, Problem
from pingyi.engine.tables.sheets import Row, Sheet

SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
"""What a long code becomes when a spreadsheet takes it for a number."""

BECAME_NUMBER = frozenset({"cell_code", "target_zeros"})
"""Codes of problems: a code became a number, where it was read or in the table of targets."""


class CodeBook:
    """Knows all codes; tells an unknown code from one that lost its leading zeros, here or in the
    table of targets.

    Without ``codes`` (their table cannot be read) any code may be right.
    """

    def __init__(self, codes: Iterable[str] | None) -> None:
        self.takes_any = codes is None
        self.codes = frozenset(codes or ())
        self._without_zeros = {code.lstrip("0"): code for code in self.codes}

    def problem(self, text: str, place: Place) -> Problem | None:
        """What is wrong with a code, or None."""
        if text in self.codes or (text and self.takes_any):
            return None
        if not text:
            return Problem.of("cell_empty", place)
        meant = self._without_zeros.get(text.lstrip("0"))
        if meant is not None and len(meant) < len(text):
            return Problem.of("target_zeros", place, text=text, known=meant)
        if meant is not None or SCIENTIFIC.fullmatch(text):
            return Problem.of("cell_code", place, text=text, example=meant or min(self.codes))
        return Problem.of("unknown_target", place, name=text)

    def need(self, sheet: Sheet, row: Row, problems: Collector) -> str | None:
        """The code in the row's target column; else a problem and None."""
        text = row.get("target")
        problem = self.problem(text, sheet.place(row, "target"))
        if problem is None:
            return text
        problems.take(problem)
        return None
