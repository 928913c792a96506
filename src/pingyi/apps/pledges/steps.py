"""What an account may do with a pledge as it stands: the buttons of its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pingyi.apps.pledges.enums import CampaignState
from pingyi.apps.pledges.enums import PledgeState as S
from pingyi.apps.pledges.models import Pledge
from pingyi.apps.pledges.workflow import PLEDGE


@dataclass(frozen=True)
class Verb:
    """``name`` is the step's; ``of`` is the side that does it; ``ask`` makes it a button with a
    question, without it a link to a form."""

    name: str
    title: object
    icon: str
    of: str
    ask: object = ""

    @property
    def page(self) -> str:
        return f"pledges:{self.name}"


VERBS = (
    Verb(
        "hand_in",
        _("提交承诺书"),
        "send",
        "owner",
        _("提交后不能再改，组织者审阅后公布。确定提交吗？"),
    ),
    Verb("write", _("填写承诺人和形式"), "edit", "owner"),
    Verb("account", _("填报完成情况"), "report", "owner"),
    Verb(
        "publish",
        _("公布"),
        "speakerphone",
        "organiser",
        _("公布后人人可以查看，各承诺事项同时转入台账，不能再改。确定公布吗？"),
    ),
    Verb("give_back", _("退回修改"), "arrow-back-up", "organiser"),
    Verb("admit", _("准予逾期提交"), "calendar-plus", "organiser"),
    Verb("settle", _("核实交账"), "checks", "supervisor"),
    Verb(
        "close",
        _("办结"),
        "circle-check",
        "supervisor",
        _("办结后核实结果向社会公布，不能再改。确定办结吗？"),
    ),
    Verb("send_back", _("退回重新核实"), "arrow-back-up", "supervisor"),
)
BY_NAME = {verb.name: verb for verb in VERBS}
_FIRST = {
    S.DRAFTED: ("hand_in",),
    S.HANDED_IN: ("publish",),
    S.PUBLISHED: ("settle", "account"),
    S.SETTLED: ("close",),
}
"""What comes next, by state."""


def possible(pledge: Pledge, step: str) -> bool:
    announced = pledge.campaign.state == CampaignState.ANNOUNCED
    return announced and any(
        one.name == step and pledge.state in one.sources for one in PLEDGE.transitions
    )


def verbs_for(pledge: Pledge, on: frozenset[str], late: bool) -> Iterator[Verb]:
    """What may be done now by somebody who stands on these sides of the pledge; ``late``: the
    window is over, and nobody has admitted it."""
    for verb in VERBS:
        if verb.of not in on or not possible(pledge, verb.name):
            continue
        if late if verb.name == "hand_in" else verb.name == "admit" and not late:
            continue
        yield verb


def first_of(pledge: Pledge, verbs: list[Verb]) -> Verb | None:
    """The one to be done next, where it is among ``verbs``."""
    names = {verb.name: verb for verb in verbs}
    return next((names[name] for name in _FIRST.get(S(pledge.state), ()) if name in names), None)
