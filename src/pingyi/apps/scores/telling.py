"""Who learns of a result on its way. What waits for whom stands on the desk: ``rounds`` and
``scores`` say so from the state of things."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.notices.actions import settle, tell
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_at, holders_of
from pingyi.apps.polls.access import may
from pingyi.apps.rounds.telling import people_of
from pingyi.apps.scores.access import CHECKERS, EDITORS, OBJECTORS, SIGNERS
from pingyi.apps.scores.enums import Scope
from pingyi.apps.scores.models import Computation, Objection, Publication
from pingyi.base.references import Reference

COMPUTED, CHECKED = "scores.computation.computed", "scores.computation.checked"
PUBLISHED = "scores.publication.published"
RAISED, ANSWERED = "scores.objection.raised", "scores.objection.answered"
RECEIVED, UPHELD = "scores.objection.received", "scores.objection.upheld"


def tell_computed(by: Account, one: Computation) -> None:
    """A computation waits for a checker who is not who made it."""
    _tell_office(by, one, COMPUTED, CHECKERS, _("%(title)s：得分已计算，待核对"))


def tell_checked(by: Account, one: Computation) -> None:
    settle(reference=_of(one), kind=COMPUTED)
    _tell_office(by, one, CHECKED, SIGNERS, _("%(title)s：结果已核对，待签发"))


def tell_done(one: Computation) -> None:
    """Signed or sent back: it waits for nobody any more."""
    for kind in (COMPUTED, CHECKED):
        settle(reference=_of(one), kind=kind)


def tell_published(by: Account, one: Publication) -> None:
    """To the people of the units, unless the result stays inside; corrections that it brings wait
    for nobody any more."""
    _corrected(one)
    if one.scope == Scope.INTERNAL:
        return
    found = one.computation.round
    tell(
        by=by,
        accounts=people_of(found),
        kind=PUBLISHED,
        title=_("结果已公布：%(title)s") % {"title": one.title},
        reference=Reference("scores.publication", str(one.pk)),
        address=reverse("scores:told", args=[found.slug]),
    )


def tell_objection(by: Account, one: Objection) -> None:
    """An objection waits for a checker, and the organiser knows of it."""
    found = one.publication.computation.round
    for kind, roles, title, address in (
        (
            RAISED,
            CHECKERS,
            _("%(title)s：收到一项异议，待处理"),
            reverse("scores:rule", args=[found.slug, one.pk]),
        ),
        (
            RECEIVED,
            EDITORS,
            _("%(title)s：收到一项异议，由核对人处理"),
            reverse("scores:objections", args=[found.slug]),
        ),
    ):
        tell(
            by=by,
            accounts=_office(by, roles),
            kind=kind,
            title=title % {"title": found.title},
            reference=Reference("scores.objection", str(one.pk)),
            address=address,
        )


def tell_answer(by: Account, one: Objection) -> None:
    """The unit that objected is answered: whoever wrote the objection, and who else may."""
    reference = Reference("scores.objection", str(one.pk))
    for kind in (RAISED, RECEIVED):
        settle(reference=reference, kind=kind)
    found = one.publication.computation.round
    tell(
        by=by,
        accounts=[one.raised_by, *holders_at(one.unit, *OBJECTORS)],
        kind=ANSWERED,
        title=_("%(title)s：贵单位的异议已答复") % {"title": found.title},
        reference=reference,
        address=reverse("scores:told", args=[found.slug]),
    )


def tell_upheld(by: Account, one: Objection) -> None:
    """A correction is due, by the organisers."""
    found = one.publication.computation.round
    tell(
        by=by,
        accounts=_office(by, EDITORS),
        kind=UPHELD,
        title=_("%(title)s：一项异议成立，须作更正") % {"title": found.title},
        reference=Reference("scores.objection", str(one.pk)),
        address=reverse("scores:result", args=[found.slug]),
    )


def _corrected(told: Publication) -> None:
    rows = Objection.objects.filter(publication__computation__round=told.computation.round)
    for one in rows.exclude(publication__computation=told.computation):
        settle(reference=Reference("scores.objection", str(one.pk)), kind=UPHELD)


def _tell_office(
    by: Account, one: Computation, kind: str, roles: tuple[Role, ...], title: str
) -> None:
    tell(
        by=by,
        accounts=_office(by, roles),
        kind=kind,
        title=title % {"title": one.round.title},
        reference=_of(one),
        address=reverse("scores:result", args=[one.round.slug]),
    )


def _office(by: Account, roles: tuple[Role, ...]) -> list[Account]:
    """Those who hold one of the roles for all units, but not who has just acted."""
    holders = {one.pk: one for role in roles for one in holders_of(role)}
    return [one for one in holders.values() if one.pk != by.pk and may(one, *roles)]


def _of(one: Computation) -> Reference:
    return Reference("scores.computation", str(one.pk))
