"""Who arranges a talk, who sees what is prepared for it, who answers for the unit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import guarded
from pingyi.apps.people.access import has_role, require, require_another
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import Given, OfficeRequest, View
from pingyi.apps.talks.enums import AFTER, AHEAD, TalkState
from pingyi.apps.talks.models import RectificationReport, Talk
from pingyi.apps.talks.queries import (
    EDITORS,
    OFFICE,
    READERS,
    inner,
    insiders,
    sides,
    visible,
)
from pingyi.base.errors import Missing, Refused
from pingyi.base.references import Rights

__all__ = [
    "EDITORS",
    "OFFICE",
    "OfficeRequest",
    "editor_page",
    "find",
    "find_inner",
    "inner_page",
    "may_edit",
    "previsit_rights",
    "reader_page",
    "require_another",
    "require_head",
    "require_inner",
    "require_organiser",
    "require_unit",
    "rights_at",
    "sides",
    "talk_page",
]

TalkView = Callable[Concatenate[OfficeRequest, Talk, Given], HttpResponseBase]
_WITH = ("programme", "unit", "interviewer", "interviewee", "organiser")


def find(account: Account, number: str) -> Talk:
    """Raises ``Missing`` where there is none that the account may see."""
    return _one(visible(account).filter(number=number).select_related(*_WITH).first())


def find_inner(account: Account, number: str) -> Talk:
    """A talk of which the account sees what is prepared. Raises ``Missing`` for all others, those
    of the unit that is talked to among them, as if there were nothing."""
    return _one(inner(account).filter(number=number).select_related(*_WITH).first())


def _one(found: Talk | None) -> Talk:
    if found is None:
        raise Missing(_("没有找到这次约谈。"), _("请核对编号，或从约谈页进入。"))
    return found


def require_organiser(by: Account, talk: Talk) -> None:
    """To arrange a talk, lead it through, and take its requirements to the ledger."""
    require(by, *EDITORS, unit=talk.unit)
    _not_its_own(by, talk)


def require_inner(by: Account, talk: Talk) -> None:
    """To prepare a talk or to hold it: organisers, inspectors, who leads it."""
    if not inner(by).filter(pk=talk.pk).exists():
        raise Refused(
            _("这次约谈由承办人、督查人员和约谈人办理。"), _("请由他们办理，或请组织者安排。")
        )


def _not_its_own(by: Account, talk: Talk) -> None:
    if Talk.objects.filter(insiders(by), pk=talk.pk).exists():
        raise Refused(
            _("被约谈单位的人不能承办对本单位的约谈。"), _("请由被约谈单位以外的组织者办理。")
        )


def require_unit(by: Account, talk: Talk) -> None:
    """To report back for the unit."""
    if "unit" not in sides(by, talk):
        raise Refused(_("这一项由被约谈单位的经办人或主要负责人办理。"), _("请由被约谈单位办理。"))


def require_head(by: Account, talk: Talk) -> None:
    """To confirm for the unit."""
    if "head" not in sides(by, talk):
        raise Refused(_("备忘录由被约谈单位的主要负责人确认。"), _("请由主要负责人登录后确认。"))


def may_edit(account: Account | AnonymousUser) -> bool:
    return has_role(account, *EDITORS)


def _may_read(account: Account | AnonymousUser) -> bool:
    return has_role(account, *READERS)


def reader_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """A page for whoever may see any talks at all."""
    return guarded(view, READERS, _may_read)


def editor_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """A page for organisers."""
    return guarded(view, EDITORS, may_edit)


def talk_page(view: TalkView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on a talk for everyone who may see it."""
    return _on_talk(view, find)


def inner_page(view: TalkView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on what is prepared for a talk, or on the talk as it is held."""
    return _on_talk(view, find_inner)


def _on_talk(
    view: TalkView[Given], look: Callable[[Account, str], Talk]
) -> Callable[..., HttpResponseBase]:
    @login_required
    @wraps(view)
    def inside(
        request: OfficeRequest, number: str, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        return view(request, look(request.user, number), *args, **kwargs)

    return inside


def rights_at(by: Account, talk_id: str) -> Rights:
    """What is attached to a talk itself (the unit's minutes, its proofs): both sides read; the unit
    adds as long as something is left to do, and removes until its report is handed in."""
    found = visible(by).select_related("unit").filter(pk=talk_id).first()
    if found is None:
        return Rights()
    writes = found.state in AFTER and "unit" in sides(by, found)
    handed_in = RectificationReport.objects.filter(talk=found, handed_in_at__isnull=False)
    return Rights(see=True, add=writes, remove=writes and not handed_in.exists())


def previsit_rights(by: Account, talk_id: str) -> Rights:
    """Evidence of the pre-visit file: never for anybody of the unit, whatever else they are."""
    found = inner(by).filter(pk=talk_id).first()
    if found is None:
        return Rights()
    ahead = found.state in AHEAD
    return Rights(see=True, add=found.state != TalkState.CANCELLED, remove=ahead)
