"""Reading schemes."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.schemes.enums import State, TrialState
from pingyi.apps.schemes.models import SchemeVersion, Trial, Versions
from pingyi.apps.schemes.parameters import entries
from pingyi.apps.schemes.problems import house_error
from pingyi.base.errors import Conflict, Missing
from pingyi.base.figures import day
from pingyi.base.models import AuditEntry
from pingyi.base.parts import Event
from pingyi.base.stories import words_of
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.document import parse_document
from pingyi.engine.grammar.load import SchemeFile, load_scheme

KEPT = 64
"""Loaded schemes that are kept in memory."""


def sealed_versions() -> Versions:
    """Everything that a poll may be held by, newest first."""
    return SchemeVersion.objects.sealed().order_by("-sealed_at", "-pk")


def find(pk: int) -> SchemeVersion:
    """Raises ``Missing``."""
    related = ("created_by", "sealed_by", "predecessor")
    version = SchemeVersion.objects.select_related(*related).filter(pk=pk).first()
    if version is None:
        raise Missing(_("没有这个方案。"), _("可能已被删除；请从方案列表进入。"))
    return version


def find_trial(pk: int) -> Trial:
    """Raises ``Missing``."""
    trial = Trial.objects.select_related("version", "against", "created_by").filter(pk=pk).first()
    if trial is None:
        raise Missing(_("没有这次试算。"), _("方案草稿可能已被删除。"))
    return trial


LOST = timedelta(minutes=1)
"""A trial that gave no sign of life for so long has lost its process."""


def is_lost(trial: Trial) -> bool:
    running = trial.state in (TrialState.WAITING, TrialState.RUNNING)
    return running and timezone.now() - trial.beat_at > LOST


def named(version: SchemeVersion) -> str:
    """Title with the day of sealing: several years' versions have one title."""
    if version.sealed_at is None:
        return _("%(title)s（草稿）") % {"title": version.title}
    return _("%(title)s（%(day)s 封存）") % {"title": version.title, "day": day(version.sealed_at)}


STORY = 40
"""Entries of a version's story that its page shows."""


def story_of(version: SchemeVersion) -> list[Event]:
    """What was done with a version, newest first."""
    titles = {
        "title": _("方案名称"),
        "basis_document": _("依据文号"),
        "filing_number": _("备案号"),
        **parameter_titles(version.text),
    }
    rows = AuditEntry.objects.filter(
        subject_kind=SchemeVersion._meta.label_lower, subject_id=str(version.pk)
    )
    return [
        Event(
            entry.at,
            words_of(entry.verb)[0],
            entry.actor_name,
            _note(entry.details, titles),
            words_of(entry.verb)[1],
        )
        for entry in rows.order_by("-number")[:STORY]
    ]


def _note(details: dict[str, Any], titles: dict[str, str]) -> str:
    if "from" not in details:
        return str(details.get("title") or "")
    key = str(details.get("key") or details.get("name") or "")
    name = titles.get(key, key)
    if details.get("part") == "basis":
        return _("“%(name)s”的依据：%(to)s") % {"name": name, "to": details["to"]}
    return f"{name}：{details['from'] or '—'} → {details['to'] or '—'}"


def parameter_titles(text: str) -> dict[str, str]:
    """Titles of the parameters by key; none of a text that cannot be read."""
    try:
        data = parse_document(text).data
    except PingyiError:
        return {}
    return {key: str(entry.get("title") or key) for key, entry in entries(data).items()}


def load(version: SchemeVersion) -> SchemeFile:
    """The scheme of a sealed version. Raises ``Conflict`` for a draft, and where what is stored is
    not what was sealed."""
    if version.state != State.SEALED:
        raise Conflict(_("方案还没有封存。"), _("请先封存方案。"))
    try:
        scheme = _loaded(version.text)
    except PingyiError:
        scheme = None
    if not scheme or scheme.digest != version.digest or version.seal != version.seal_of():
        raise Conflict(
            _("方案“%(title)s”与封存时不一致，已停止使用。") % {"title": version.title},
            _("数据库可能被改动过；请立即报告系统管理员和审计管理员。"),
        )
    return scheme


def read_text(text: str) -> SchemeFile:
    """The scheme of a text. Raises ``SchemeRefused`` with everything that is wrong with it."""
    try:
        return _loaded(text)
    except PingyiError as error:
        raise house_error(error) from None


@lru_cache(maxsize=KEPT)
def _loaded(text: str) -> SchemeFile:
    return load_scheme(text)
