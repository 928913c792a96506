"""Writing and reading the members of a bundle.

A bundle is a folder (what ``pingyi score --out`` writes) or a ZIP file of it. ``manifest.json``
lists the SHA-256 of every member but itself and the report; the SHA-256 of the manifest is *the*
digest of the bundle, and the report prints it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pingyi import __version__
from pingyi.engine.bundle.counts import counts_data, counts_from
from pingyi.engine.counted.layout import make_layout
from pingyi.engine.counted.stream import Counted
from pingyi.engine.details import reason
from pingyi.engine.errors import CheckFailed, Place, Problem
from pingyi.engine.grammar.load import SchemeFile, load_scheme
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.head import Head
from pingyi.engine.messages import Language
from pingyi.engine.numbers import exact_text
from pingyi.engine.rounds import prior_of
from pingyi.engine.tables import columns
from pingyi.engine.tables.inputs import (
    Event,
    FigureKey,
    FigureValue,
    Roll,
    RoundInput,
    Ruling,
    RulingKind,
    Special,
    TallyLine,
    Target,
)
from pingyi.engine.validity.report import MOST_DRAWS, ValidityPlan

BUNDLE_FORMAT = "pingyi-bundle/1"
MANIFEST, REPORT, RESULT, SCHEME = "manifest.json", "report.html", "result.json", "scheme.yaml"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
Members = dict[str, bytes]

MAKES_NO_SENSE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    csv.Error,
)
"""What reading or recomputing members that were tampered with may raise."""


@dataclass(frozen=True)
class Contents:
    """What a bundle holds, read back."""

    scheme: SchemeFile
    data: RoundInput
    counted: Counted
    plan: ValidityPlan
    language: Language
    """The language that the report is written in."""
    program: str
    """The version that wrote it."""
    head: Head


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def input_members(
    scheme: SchemeFile,
    data: RoundInput,
    counted: Counted,
    plan: ValidityPlan,
    priors: Mapping[str, bytes],
    language: Language,
    head: Head,
) -> Members:
    """Everything that the result is computed from, as files."""
    run: dict[str, object] = {
        "format": BUNDLE_FORMAT,
        "program": __version__,
        "seed": plan.seed,
        "draws": plan.draws,
        "stability": plan.stability,
        "language": language,
    }
    if head.given():
        run["head"] = head.given()
    if plan.salt:
        run["salt"] = plan.salt
    members = {
        SCHEME: scheme.text.encode(),
        "run.json": json_bytes(run),
        "counts.json": json.dumps(
            counts_data(counted), ensure_ascii=False, separators=(",", ":")
        ).encode(),
    }
    members |= table_members(scheme.scheme, data)
    for name, raw in sorted(priors.items()):
        members[f"priors/{name}.json"] = raw
    return members


def table_members(scheme: Scheme, data: RoundInput) -> Members:
    """The tables of a round that hold anything."""
    return {f"{name}.csv": _csv(rows) for name, rows in _tables(scheme, data) if rows}


def manifest_of(members: Members) -> bytes:
    """The manifest over all members but itself and the report."""
    listed = {
        name: digest_of(raw)
        for name, raw in sorted(members.items())
        if name not in (MANIFEST, REPORT)
    }
    return json_bytes({"format": BUNDLE_FORMAT, "members": listed})


def write_folder(members: Members, folder: Path) -> None:
    """Write the members; the result last, so that a broken run leaves none."""
    for name in sorted(members, key=lambda name: name == RESULT):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(members[name])


def pack(members: Members) -> bytes:
    """The bundle as a ZIP file: stored, sorted, dateless: the same members, the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, raw in sorted(members.items()):
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, raw)
    return buffer.getvalue()


def read_members(path: Path) -> Members:
    """The members of a bundle file or folder. Raises ``CheckFailed`` if it is damaged."""
    place = Place(file=path.name)
    if path.is_dir():
        names = _known_members(path)
        return {name: (path / name).read_bytes() for name in names}
    try:
        return unpack(path.read_bytes(), path.name)
    except FileNotFoundError as error:
        raise CheckFailed(Problem.of("file_missing", Place(file=str(path)))) from error
    except OSError as error:
        raise CheckFailed(Problem.of("bundle_broken", place, detail=reason(error))) from error


def unpack(raw: bytes, name: str) -> Members:
    """The members of a bundle as ``pack`` made it; ``name`` stands in messages. Raises
    ``CheckFailed`` if it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
                raise zipfile.BadZipFile("compressed")
            return {info.filename: archive.read(info) for info in infos}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ) as error:
        place = Place(file=name)
        raise CheckFailed(Problem.of("bundle_broken", place, detail=reason(error))) from error


def _known_members(folder: Path) -> list[str]:
    """Members that a manifest lists, and those that always are; other files are no members."""
    names = [MANIFEST, REPORT]
    try:
        names += map(str, json.loads((folder / MANIFEST).read_bytes())["members"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        place = Place(file=str(folder))
        raise CheckFailed(Problem.of("bundle_broken", place, detail=MANIFEST)) from error
    return [name for name in names if _is_inside(folder, name)]


def _is_inside(folder: Path, name: str) -> bool:
    """Is this a file of the folder? A manifest may name anything."""
    try:
        file = folder / name
        return file.is_file() and file.resolve().is_relative_to(folder.resolve())
    except OSError:
        return False


def read_contents(members: Members) -> Contents:
    """Read the input back from the members. Raises ``CheckFailed`` if it doesn't fit together."""
    try:
        scheme = load_scheme(members[SCHEME].decode(), SCHEME)
        run = json.loads(members["run.json"])
        plan = ValidityPlan(run["seed"], run["draws"], run["stability"])
        if not 0 <= plan.draws <= MOST_DRAWS:
            raise ValueError(plan.draws)
        language: Language = "en" if run["language"] == "en" else "zh"
        program = str(run["program"])
        head = Head.of(run.get("head", {}))
        data = round_input(scheme.scheme, members)
        layout = make_layout(scheme.scheme, data.targets)
        counted = counts_from(json.loads(members["counts.json"]), layout)
    except MAKES_NO_SENSE as error:
        raise CheckFailed(Problem.of("bundle_broken", detail=reason(error))) from error
    return Contents(scheme, data, counted, plan, language, program, head)


# -- tables ------------------------------------------------------------------------------------


def json_bytes(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return buffer.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return exact_text(value) if isinstance(value, Fraction) else str(value)


def _tables(scheme: Scheme, data: RoundInput) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Every table of the input as rows, with column keys as headings."""
    yield (
        columns.TARGETS.key,
        [
            {"target": t.code, "title": t.title, "parent": t.parent, **t.attributes}
            for t in data.targets
        ],
    )
    yield columns.ROLLS.key, [_without_row(roll) for roll in data.rolls]
    yield columns.TALLIES.key, [_tally_row(scheme, line) for line in data.tallies]
    yield (
        columns.FIGURES.key,
        [
            {
                "figure": key[0],
                "target": key[1],
                "rater_class": key[2],
                "value": found.value,
                "sample": found.sample,
            }
            for key, found in data.figures.items()
        ],
    )
    yield columns.EVENTS.key, [dict(vars(event)) for event in data.events]
    yield (
        columns.RULINGS.key,
        [{**vars(ruling), "kind": ruling.kind.value} for ruling in data.rulings],
    )


def _without_row(roll: Roll) -> dict[str, Any]:
    return {key: value for key, value in vars(roll).items() if key != "row"}


def _tally_row(scheme: Scheme, line: TallyLine) -> dict[str, Any]:
    answers = scheme.papers[line.paper].answers
    answer = line.answer.value if isinstance(line.answer, Special) else answers[line.answer]
    return {**vars(line), "answer": answer}


def _rows(members: Members, name: str) -> list[dict[str, str | None]]:
    raw = members.get(f"{name}.csv")
    if raw is None:
        return []
    reader = csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True)
    return [{key: value or None for key, value in row.items()} for row in reader]


def round_input(scheme: Scheme, members: Members) -> RoundInput:
    """The tables among the members, read back."""

    def text(value: str | None) -> str:
        return value or ""

    targets = tuple(
        Target(
            text(row["target"]),
            text(row["title"]),
            row["parent"],
            {key: text(row[key]) for key in scheme.attributes},
        )
        for row in _rows(members, "targets")
    )
    priors = {
        name[len("priors/") : -len(".json")]: prior_of(json.loads(raw))
        for name, raw in members.items()
        if name.startswith("priors/")
    }
    return RoundInput(
        targets=targets,
        rolls=tuple(_roll(row) for row in _rows(members, "rolls")),
        tallies=tuple(_tally(scheme, row) for row in _rows(members, "tallies")),
        figures=dict(_figure(row) for row in _rows(members, "figures")),
        events=tuple(_event(row) for row in _rows(members, "events")),
        rulings=tuple(_ruling(row) for row in _rows(members, "rulings")),
        priors=priors,
    )


def _roll(row: dict[str, Any]) -> Roll:
    names = ("input", "rater_class", "paper", "target")
    cells: dict[str, Any] = {
        key: value if key in names or value is None else int(value) for key, value in row.items()
    }
    return Roll(**cells)


def _tally(scheme: Scheme, row: dict[str, Any]) -> TallyLine:
    answers = scheme.papers[row["paper"]].answers
    specials = {special.value: special for special in Special}
    answer = row["answer"]
    code = specials[answer] if answer in specials else answers.index(answer)
    return TallyLine(**{**row, "answer": code, "count": int(row["count"])})


def _figure(row: dict[str, Any]) -> tuple[FigureKey, FigureValue]:
    sample = None if row["sample"] is None else int(row["sample"])
    key = (row["figure"], row["target"], row["rater_class"])
    return key, FigureValue(Fraction(row["value"]), sample)


def _event(row: dict[str, Any]) -> Event:
    return Event(**{**row, "number": Fraction(row["number"])})


def _ruling(row: dict[str, Any]) -> Ruling:
    return Ruling(**{**row, "kind": RulingKind(row["kind"])})
