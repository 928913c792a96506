"""Fault tolerance and protection (容错、担当保护): applied for, reviewed by another, granted or
refused by a third. What is granted counts from the next computation on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.actions import lock_round
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Round, RoundTarget
from pingyi.apps.schemes.tables import nodes_of
from pingyi.apps.scores.access import CHECKERS, EDITORS, SIGNERS
from pingyi.apps.scores.enums import DeterminationState
from pingyi.apps.scores.models import Determination
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import moment


@dataclass(frozen=True)
class Application:
    """What is asked for, of which part of whose score, and why."""

    kind: str
    target: RoundTarget
    node: str
    number: str
    reason: str
    basis: str
    authority: str


@transaction.atomic
def apply_for(*, by: Account, round: Round, application: Application) -> Determination:
    """Ask that a part of a target's score be tolerated or left out. Raises ``Invalid``."""
    require_for_all(by, *EDITORS)
    found = lock_round(round)
    if found.state == RoundState.ARCHIVED:
        raise Conflict(_("轮次已归档。"))
    titles = {part.key: part.title for part in nodes_of(found.version)}
    node = application.node
    if node not in titles:
        raise Invalid(_("方案里没有这个计分项。"), field="node")
    same = found.determinations.filter(target=application.target, node=node)
    if same.exclude(state=DeterminationState.REFUSED).exists():
        raise Invalid(_("这个对象的这个计分项已有认定或申请。"), field="node")
    try:
        with transaction.atomic():
            made = Determination.objects.create(
                round=found,
                target=application.target,
                kind=application.kind,
                node=node,
                node_title=titles[node],
                number=application.number.strip(),
                reason=application.reason.strip(),
                basis=application.basis.strip(),
                authority=application.authority.strip(),
                applied_by=by,
            )
    except IntegrityError:
        raise Invalid(_("认定编号已用过。"), field="number") from None
    audit.record(by=by, verb="scores.determination.applied", subject=found, number=made.number)
    return made


@transaction.atomic
def review(*, by: Account, determination: Determination, fit: bool, opinion: str) -> Determination:
    """Another person reviews the application: fit to be decided on, or refused."""
    require_for_all(by, *CHECKERS)
    one = _lock(determination)
    if one.state != DeterminationState.APPLIED:
        told = {"name": one.reviewed_by, "at": moment(one.reviewed_at)}
        raise Conflict(_("这个申请已由%(name)s于%(at)s审核。") % told, _("请看审核意见。"))
    require_another(by, str(one.applied_by), _("审核人不能是申请人。"))
    if not opinion.strip():
        raise Invalid(_("请写明审核意见。"), field="opinion")
    one.state = DeterminationState.REVIEWED if fit else DeterminationState.REFUSED
    one.reviewed_by, one.reviewed_at, one.review = by, timezone.now(), opinion.strip()
    one.save()
    verb = "scores.determination.reviewed" if fit else "scores.determination.refused"
    audit.record(by=by, verb=verb, subject=one.round, number=one.number)
    return one


@transaction.atomic
def decide(
    *, by: Account, determination: Determination, grant: bool, signatories: str
) -> Determination:
    """Enter what the authority decided, with who signed. It counts from the next computation on,
    after a signed result by a correction."""
    require_for_all(by, *SIGNERS)
    one = _lock(determination)
    if one.state != DeterminationState.REVIEWED:
        if one.decided_by is None:
            raise Conflict(_("申请还没有审核，或审核未通过。"), _("请看现在的状态。"))
        told = {"name": one.decided_by, "at": moment(one.decided_at)}
        raise Conflict(_("认定结果已由%(name)s于%(at)s登记。") % told, _("请看登记的结果。"))
    require_another(by, str(one.reviewed_by), _("认定登记人不能是审核人。"))
    if grant and not signatories.strip():
        raise Invalid(_("请填写签批人。"), field="signatories")
    one.state = DeterminationState.GRANTED if grant else DeterminationState.REFUSED
    one.decided_by, one.decided_at = by, timezone.now()
    one.signatories = signatories.strip()
    one.save()
    verb = "scores.determination.granted" if grant else "scores.determination.refused"
    audit.record(by=by, verb=verb, subject=one.round, number=one.number)
    return one


def _lock(determination: Determination) -> Determination:
    rows = Determination.objects.select_for_update(of=("self",)).select_related("round")
    return rows.get(pk=determination.pk)
