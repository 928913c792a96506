"""Recomputing a bundle: every byte of every member is either confirmed or found out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pingyi import __version__
from pingyi.engine.bundle.folder import (
    MAKES_NO_SENSE,
    MANIFEST,
    REPORT,
    RESULT,
    Contents,
    Members,
    digest_of,
    manifest_of,
    pack,
    read_contents,
    read_members,
)
from pingyi.engine.bundle.partial import GIVEN, recomputed
from pingyi.engine.counted.execute import Executed, evaluate_counts
from pingyi.engine.details import reason
from pingyi.engine.errors import CheckFailed, PingyiError, Place, Problem
from pingyi.engine.messages import Phrase
from pingyi.engine.report.html import report_html
from pingyi.engine.result import build_result, result_bytes


def verify_bundle(path: Path, digest: str | None = None) -> str:
    """The digest of a bundle that holds. Raises ``CheckFailed`` with every finding.

    Checked: the manifest against ``digest`` (from the signed report; without it a rewritten
    manifest cannot be found out), every member against the manifest, result and report against
    a recomputation, and of a file the bytes outside its members.
    """
    members = read_members(path)
    findings = list(_findings(path, members, digest))
    if findings:
        raise CheckFailed(findings)
    return digest_of(members[MANIFEST])


def _findings(path: Path, members: Members, digest: str | None) -> Iterator[Problem]:
    place = Place(file=path.name)
    if MANIFEST not in members:
        yield Problem.of("bundle_member_missing", place, name=MANIFEST)
        return
    got = digest_of(members[MANIFEST])
    if digest is not None and digest.lower() != got:
        yield Problem.of("bundle_digest", place, got=got, wants=digest)
    try:
        listed = json.loads(members[MANIFEST])["members"]
        entries = {str(name): str(wants) for name, wants in listed.items()}
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        why = reason(error)
        told = Phrase(f"{MANIFEST} {why.zh}", f"{MANIFEST} {why.en}")
        yield Problem.of("bundle_broken", place, detail=told)
        return
    yield from _member_findings(entries, members, place)
    if manifest_of(members) != members[MANIFEST]:
        yield Problem.of("bundle_recompute", place, name=MANIFEST)
    yield from _recomputed(members, place)
    if not path.is_dir() and path.read_bytes() != pack(members):
        yield Problem.of("bundle_bytes", place)


def _member_findings(entries: dict[str, str], members: Members, place: Place) -> Iterator[Problem]:
    for name, wants in entries.items():
        if name not in members:
            yield Problem.of("bundle_member_missing", place, name=name)
        elif (got := digest_of(members[name])) != wants:
            yield Problem.of("bundle_member_changed", place, name=name, wants=wants, got=got)
    for name in members:
        if name not in entries and name not in (MANIFEST, REPORT):
            yield Problem.of("bundle_member_extra", place, name=name)


def _recomputed(members: Members, place: Place) -> Iterator[Problem]:
    yield from (_public if GIVEN in members else _internal)(members, place)


def _public(members: Members, place: Place) -> Iterator[Problem]:
    try:
        same = recomputed(members) == members[RESULT]
    except PingyiError as error:
        yield from error.problems
        return
    except MAKES_NO_SENSE as error:
        yield Problem.of("bundle_broken", place, detail=reason(error))
        return
    if not same:
        yield Problem.of("bundle_recompute", place, name=RESULT)


def _internal(members: Members, place: Place) -> Iterator[Problem]:
    for name in (RESULT, REPORT):
        if name not in members:
            yield Problem.of("bundle_member_missing", place, name=name)
            return
    try:
        contents, executed = executed_again(members)
        result = build_result(contents.scheme, executed, contents.plan)
        digest = digest_of(members[MANIFEST])
        words = (contents.language, contents.head)
        report = report_html(contents.scheme, executed, result, digest, *words)
    except PingyiError as error:
        yield from error.problems
        return
    except MAKES_NO_SENSE as error:
        yield Problem.of("bundle_broken", place, detail=reason(error))
        return
    same = {RESULT: result_bytes(result) == members[RESULT], REPORT: report == members[REPORT]}
    for name in (name for name, holds in same.items() if not holds):
        yield Problem.of("bundle_recompute", place, name=name)
    if not all(same.values()) and contents.program != __version__:
        yield Problem.of("bundle_version", place, wrote=contents.program, mine=__version__)


def executed_again(members: Members) -> tuple[Contents, Executed]:
    """The round of a bundle, recomputed. Raises ``CheckFailed`` if its members make no sense."""
    contents = read_contents(members)
    try:
        return contents, evaluate_counts(contents.scheme.scheme, contents.data, contents.counted)
    except MAKES_NO_SENSE as error:
        raise CheckFailed(Problem.of("bundle_broken", detail=reason(error))) from error
