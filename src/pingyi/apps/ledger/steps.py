"""What an account may do with an entry as it stands: the buttons of its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger.enums import EntryState as S
from pingyi.apps.ledger.enums import ExtensionState
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.workflow import ENTRY


@dataclass(frozen=True)
class Verb:
    """``name`` is that of the page or the post; ``ask`` makes it a button with a question.
    ``of`` is who does it: the unit that owns the entry, or those who supervise it."""

    name: str
    title: object
    icon: str
    of: str
    step: str
    ask: object = ""


VERBS = (
    Verb("claim", _("认领"), "hand-grab", "owner", "claim"),
    Verb("plan", _("制定整改措施"), "route", "owner", "plan"),
    Verb("report", _("填报进展"), "progress", "owner", "report"),
    Verb("apply", _("申请销号"), "flag", "owner", "apply"),
    Verb("give-back", _("退回"), "arrow-back-up", "owner", "give_back"),
    Verb("extend", _("申请延期"), "calendar-plus", "owner", "extend"),
    Verb("assign", _("分派"), "user-share", "registrar", "assign"),
    Verb("rule-extension", _("审批延期"), "calendar-check", "supervisor", "edit"),
    Verb("verify", _("验收"), "circle-check", "supervisor", "verify"),
    Verb(
        "close",
        _("销号"),
        "checks",
        "supervisor",
        "close",
        _("销号后事项结束，到期回头看。确定销号吗？"),
    ),
    Verb("look-back", _("回头看"), "eye-search", "supervisor", "look_back"),
    Verb("urge", _("催办"), "bell-ringing", "registrar", "urge"),
    Verb("edit", _("更正内容"), "edit", "registrar", "edit"),
    Verb("split", _("拆分"), "arrows-split", "registrar", "split"),
    Verb("merge", _("并入其他事项"), "arrow-merge", "registrar", "merge"),
    Verb("suspend", _("中止"), "player-pause", "registrar", "suspend"),
    Verb("resume", _("恢复"), "player-play", "registrar", "resume"),
    Verb("reopen", _("重新挂账"), "rotate", "supervisor", "reopen"),
)
BY_NAME = {verb.name: verb for verb in VERBS}

_FIRST = {
    S.REGISTERED: ("claim", "assign"),
    S.RETURNED: ("assign",),
    S.ACCEPTED: ("plan",),
    S.RECTIFYING: ("report",),
    S.APPLIED: ("verify",),
    S.VERIFIED: ("close",),
    S.CLOSED: ("look-back",),
    S.SUSPENDED: ("resume",),
}
"""What comes next, by state."""


def possible(entry: Entry, step: str) -> bool:
    return any(one.name == step and entry.state in one.sources for one in ENTRY.transitions)


def verbs_for(entry: Entry, sides: frozenset[str]) -> Iterator[Verb]:
    """What may be done now by somebody who stands on these sides of the entry."""
    asked = entry.extensions.filter(state=ExtensionState.APPLIED).exists()
    for verb in VERBS:
        if verb.of not in sides or not possible(entry, verb.step):
            continue
        if verb.name == "rule-extension" and not asked:
            continue
        if verb.name == "extend" and (asked or not _runs(entry)):
            continue
        if verb.name == "urge" and entry.lead_unit_id is None:
            continue
        yield verb


def _runs(entry: Entry) -> bool:
    return entry.due_on is not None and entry.due_on >= timezone.localdate()


def first_of(entry: Entry, verbs: list[Verb]) -> Verb | None:
    """The one to be done next, where it is among ``verbs``."""
    names = {verb.name: verb for verb in verbs}
    if "rule-extension" in names:
        return names["rule-extension"]
    if entry.state == S.RECTIFYING and entry.progress == 100 and "apply" in names:
        return names["apply"]
    if entry.state == S.CLOSED and not _due_again(entry):
        return None
    if entry.state == S.REGISTERED and entry.lead_unit_id is not None:
        return names.get("claim")
    return next((names[name] for name in _FIRST.get(S(entry.state), ()) if name in names), None)


def _due_again(entry: Entry) -> bool:
    return entry.look_back_on is not None and entry.look_back_on <= timezone.localdate()
