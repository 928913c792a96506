"""What an account may do with an inspection as it stands: the buttons of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pingyi.apps.inspections.enums import InspectionState as S
from pingyi.apps.inspections.models import Circular, Inspection
from pingyi.apps.inspections.workflow import INSPECTION


@dataclass(frozen=True)
class Verb:
    """``name`` is that of the page or the post; ``ask`` makes it a button with a question. ``of``
    is the side of the inspection on which it is done."""

    name: str
    title: object
    icon: str
    of: str
    ask: object = ""
    page: str = ""
    """A page of its own; without, the one of all verbs."""
    ready: Callable[[Inspection], bool] = lambda inspection: True


def _needs_seed(one: Inspection) -> bool:
    return one.samples and not one.seed


def _may_draw(one: Inspection) -> bool:
    return bool(one.samples and one.seed and one.drawn_at is None)


def _may_start(one: Inspection) -> bool:
    return one.is_drawn and one.members.filter(leads=True).exists()


def _is_drafted(one: Inspection) -> bool:
    return Circular.objects.filter(inspection=one).exists()


VERBS = (
    Verb("edit", _("修改方案"), "edit", "officer", page="edit"),
    Verb("approve", _("批准"), "circle-check", "office"),
    Verb("seed", _("录入抽样种子"), "dice", "officer", ready=_needs_seed),
    Verb(
        "draw",
        _("抽取样本"),
        "dice-5",
        "officer",
        _("按公布的种子抽取，只抽一次，不能重抽。现在抽取吗？"),
        ready=_may_draw,
    ),
    Verb("team", _("督导组和回避"), "users", "officer", page="team"),
    Verb(
        "start",
        _("开始督查"),
        "player-play",
        "officer",
        _("通知督导组成员，开始走访。确定吗？"),
        ready=_may_start,
    ),
    Verb("visit", _("现场走访"), "walk", "team", page="field"),
    Verb("conclude", _("形成结论"), "file-check", "officer"),
    Verb("circular", _("起草通报"), "file-text", "officer"),
    Verb(
        "issue",
        _("签发通报"),
        "send",
        "office",
        _("通报和各单位的结论将告知被走访单位，暗访情况同时公开，不能收回。确定印发吗？"),
        ready=_is_drafted,
    ),
    Verb("close", _("办结"), "checks", "officer", _("办结后不能再申请复核。确定办结吗？")),
)
BY_NAME = {verb.name: verb for verb in VERBS}
_FIRST = {
    S.DRAFTED: ("approve", "edit"),
    S.APPROVED: ("seed", "draw", "start", "team"),
    S.RUNNING: ("visit", "conclude"),
    S.CONCLUDED: ("issue", "circular"),
    S.CIRCULATED: ("close",),
}
"""What comes next, by state: the first that can be done."""


def possible(inspection: Inspection, verb: Verb) -> bool:
    transitions = INSPECTION.transitions
    fits = any(one.name == verb.name and inspection.state in one.sources for one in transitions)
    return fits and verb.ready(inspection)


def verbs_for(inspection: Inspection, sides: frozenset[str], *, is_author: bool) -> Iterator[Verb]:
    """What may be done now by somebody who stands on these sides."""
    for verb in VERBS:
        if verb.of not in sides or not possible(inspection, verb):
            continue
        if verb.name == "approve" and is_author:
            continue
        yield verb


def first_of(inspection: Inspection, verbs: list[Verb]) -> Verb | None:
    """The one to be done next, where it is among ``verbs``."""
    names = {verb.name: verb for verb in verbs}
    wanted = _FIRST.get(S(inspection.state), ())
    return next((names[name] for name in wanted if name in names), None)
