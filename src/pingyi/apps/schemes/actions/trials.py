"""Trials: started in the background, waited for a moment, and looked at when done."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account
from pingyi.apps.schemes import access, queries, trials
from pingyi.apps.schemes.enums import TrialKind, TrialState
from pingyi.apps.schemes.models import SchemeVersion, Trial
from pingyi.apps.schemes.problems import findings
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.engine.errors import PingyiError

log = logging.getLogger(__name__)

BUDGET = 4
"""Seconds that a request waits for its trial; longer ones show their progress."""
MOST_BYTES = 200_000_000
MOST_UNPACKED = 1_000_000_000
MOST_TARGETS, MOST_BALLOTS, MOST_SEED = 100, 100_000, 2**32 - 1
MOST_SHEETS = 300_000
"""Targets times ballots. Counts are kept by fold, target and sum: at these bounds a run takes a
gigabyte of memory, a hundred times as many would take all that there is."""
SUFFIXES = {"priors": (".json",)}
TABLE_SUFFIXES = (".csv", ".xlsx", ".parquet")
_BEAT = 0.5
_PULSE = 10
_slot = threading.Semaphore(1)

Files: TypeAlias = "Mapping[str, Iterable[UploadedFile[Any]]]"
"""By table: targets, rolls, ballots (several), …, last; ``priors/NAME`` for earlier results."""


def start_trial(
    *, by: Account, version: SchemeVersion, files: Files, against: SchemeVersion | None = None
) -> Trial:
    """Run a version over uploaded tables, beside last year's results (table ``last``) or beside
    ``against``, a sealed version, on the same tables."""
    given = {name: [*found] for name, found in files.items() if found}
    for name, found in given.items():
        for file in found:
            _check_file(name, file)
    if "targets" not in given:
        raise Invalid(_("没有评议对象表。"), _("请上传评议对象表。"), field="targets")

    def fill(folder: Path) -> None:
        for name, found in given.items():
            for file in found:
                _write(folder / trials.TABLES, name, file)

    plan = {"files": {name: [file.name for file in found] for name, found in given.items()}}
    return _start(by, version, TrialKind.FIGURES, plan, fill, against)


def start_sample(
    *, by: Account, version: SchemeVersion, against: SchemeVersion | None = None
) -> Trial:
    """Run a version over the invented sample round of its pack."""
    sample = trials.sample_files(version.pack, version.pack_scheme)
    if not sample:
        raise Invalid(_("这个制度包没有示例数据。"), _("请上传数据，或用模拟选票试算。"))

    def fill(folder: Path) -> None:
        for name, paths in sample.items():
            place = folder / trials.TABLES / name
            place.mkdir(parents=True, exist_ok=True)
            for path in paths:
                shutil.copyfile(path, place / path.name)

    return _start(by, version, TrialKind.FIGURES, {"sample": version.pack}, fill, against)


def start_simulation(
    *, by: Account, version: SchemeVersion, targets: int, ballots: int, seed: int
) -> Trial:
    """Run a version over invented targets and ballots: the same for the same seed."""
    limits = (
        ("targets", targets, 2, MOST_TARGETS),
        ("ballots", ballots, 1, MOST_BALLOTS),
        ("seed", seed, 0, MOST_SEED),
    )
    for name, value, least, most in limits:
        if not least <= value <= most:
            facts = {"least": least, "most": most}
            raise Invalid(_("应在 %(least)s 到 %(most)s 之间。") % facts, field=name)
    if targets * ballots > MOST_SHEETS:
        facts = {"targets": targets, "most": MOST_SHEETS // targets}
        raise Invalid(_("%(targets)s 个对象最多模拟 %(most)s 张选票。") % facts, field="ballots")
    plan = {"targets": targets, "ballots": ballots, "seed": seed}
    return _start(by, version, TrialKind.SYNTHETIC, plan, lambda folder: None, None)


def resume(*, by: Account, trial: Trial) -> None:
    """Run a trial whose process died again, over the tables that still lie there."""
    access.require_editor(by)
    if not queries.is_lost(trial):
        raise Conflict(_("这次试算没有中断。"), _("请等它算完，或另做一次试算。"))
    with transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(
            state=TrialState.WAITING, stage="", done=0, whole=None, beat_at=timezone.now()
        )
        audit.record(by=by, verb="schemes.trial.resumed", subject=trial.version)
    launch(trial)


def _start(
    by: Account,
    version: SchemeVersion,
    kind: TrialKind,
    plan: Mapping[str, Any],
    fill: Callable[[Path], None],
    against: SchemeVersion | None,
) -> Trial:
    access.require_editor(by)
    queries.read_text(version.text)
    if against is not None:
        queries.load(against)
    folder = secrets.token_hex(16)
    try:
        place_of(folder).mkdir(parents=True, mode=0o700)
        fill(place_of(folder))
        with transaction.atomic():
            trial = Trial.objects.create(
                version=version,
                against=against,
                kind=kind,
                text=version.text,
                folder=folder,
                plan=dict(plan),
                created_by=by,
            )
            audit.record(by=by, verb="schemes.trial.started", subject=version, kind=kind.value)
    except BaseException:
        shutil.rmtree(place_of(folder), ignore_errors=True)
        raise
    launch(trial)
    trial.refresh_from_db()
    return trial


def place_of(folder: str) -> Path:
    """Where the files of a trial lie."""
    return Path(settings.MEDIA_ROOT) / "schemes" / folder


def launch(trial: Trial) -> None:
    """Run in the background; returns when it is done, at the latest after the budget."""
    words = get_language() or settings.LANGUAGE_CODE

    def work() -> None:
        try:
            with _slot, override(words):
                perform(trial.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, name=f"trial-{trial.pk}", daemon=True)
    thread.start()
    thread.join(BUDGET)
    if thread.is_alive():
        threading.Thread(target=_pulse, args=(trial.pk, thread), daemon=True).start()


def _pulse(pk: int, worker: threading.Thread) -> None:
    """A sign of life, also while a trial waits or is at a step that tells nothing."""
    while worker.is_alive():
        Trial.objects.filter(pk=pk).update(beat_at=timezone.now())
        worker.join(_PULSE)
    connections.close_all()


def perform(pk: int) -> None:
    """Run a trial here and now, and keep what came of it."""
    trial = Trial.objects.select_related("against").get(pk=pk)
    if trial.state != TrialState.WAITING:
        return
    rows = Trial.objects.filter(pk=pk)
    rows.update(state=TrialState.RUNNING, beat_at=timezone.now())
    folder = place_of(trial.folder)
    told: list[dict[str, Any]] = []
    outcome: dict[str, Any] | None = None
    order = trials.Order(
        text=trial.text,
        folder=folder,
        synthetic=trial.plan if trial.kind == TrialKind.SYNTHETIC else {},
        against=trial.against.text if trial.against else "",
    )
    try:
        outcome = trials.run(order, _beat(pk))
    except PingyiError as error:
        told = [vars(finding) for finding in findings(error.problems)]
    except Exception:
        log.exception("trial %s", pk)
        what = _("试算时系统出错。")
        told = [{"place": "", "what": what, "mend": _("请重试；仍不行请联系系统管理员。")}]
    shutil.rmtree(folder / trials.TABLES, ignore_errors=True)
    state = TrialState.FAILED if outcome is None else TrialState.DONE
    rows.update(state=state, outcome=outcome, findings=told, finished_at=timezone.now())


def _beat(pk: int) -> Callable[[str, int, int | None], None]:
    """Writes down how far a trial is, twice a second at most."""
    last = 0.0

    def progress(stage: str, done: int, whole: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _BEAT:
            last = now
            rows = Trial.objects.filter(pk=pk)
            rows.update(stage=stage, done=done, whole=whole, beat_at=timezone.now())

    return progress


def _check_file(name: str, file: UploadedFile[Any]) -> None:
    table, _slash, _prior = name.partition("/")
    suffixes = SUFFIXES.get(table, TABLE_SUFFIXES)
    title = str(file.name)
    if not title.lower().endswith(suffixes):
        kinds = "、".join(suffixes)
        raise Invalid(
            _("“%(file)s”不是可以读取的文件。") % {"file": title},
            _("请上传 %(kinds)s 文件。") % {"kinds": kinds},
            field=table,
        )
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(_("“%(file)s”太大。") % {"file": title}, _("请分成几次。"), field=table)
    if title.lower().endswith(".xlsx"):
        _check_unpacked(file, title, table)


def _check_unpacked(file: UploadedFile[Any], title: str, table: str) -> None:
    """A workbook is a ZIP file: a small one may unpack to something that fills the memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise Invalid(
            _("“%(file)s”不是 Excel 文件，或已损坏。") % {"file": title},
            _("请用 Excel 或 WPS 打开，另存为 .xlsx。"),
            field=table,
        ) from None
    finally:
        file.seek(0)
    if size > MOST_UNPACKED:
        raise Invalid(_("“%(file)s”展开后太大。") % {"file": title}, field=table)


def _write(tables: Path, name: str, file: UploadedFile[Any]) -> None:
    """Under its own name, so that messages name it; priors under the name that the scheme has."""
    table, _slash, prior = name.partition("/")
    place = tables / table
    place.mkdir(parents=True, exist_ok=True)
    title = f"{prior}.json" if prior else _harmless(str(file.name))
    path = place / title
    if path.exists():
        raise Conflict(_("有两个文件同名：%(file)s。") % {"file": title}, _("请改名后再上传。"))
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)


def _harmless(name: str) -> str:
    """A file name without anything that means something to a file system."""
    stem, dot, suffix = name.rpartition(".")
    kept = "".join(sign if sign.isalnum() or sign in "-_（）() " else "_" for sign in stem)
    return f"{kept.strip()[-60:] or 'file'}{dot}{suffix.lower()}"
