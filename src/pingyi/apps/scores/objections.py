"""Objections of units to published results: raised within the notice, ruled on, answered."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require, require_another, require_for_all
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.models import RoundTarget
from pingyi.apps.rounds.queries import own_targets
from pingyi.apps.scores import queries
from pingyi.apps.scores.access import CHECKERS, OBJECTORS
from pingyi.apps.scores.enums import ObjectionState, Scope
from pingyi.apps.scores.models import Objection, Publication
from pingyi.apps.scores.telling import tell_answer, tell_objection, tell_upheld
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Missing
from pingyi.base.figures import day, moment


@transaction.atomic
def raise_objection(
    *, by: Account, publication: Publication, target: RoundTarget, text: str
) -> Objection:
    """A unit objects to its own result while the public notice runs."""
    require(by, *OBJECTORS)
    found = publication.computation.round
    if target.unit is None or not own_targets(by, found).filter(pk=target.pk).exists():
        raise Missing(_("没有这个评议对象。"))
    require(by, *OBJECTORS, unit=target.unit)
    if publication.scope == Scope.INTERNAL or queries.publication(found) != publication:
        raise Conflict(_("这个结果没有公布，或已有更新的公布。"))
    if timezone.localdate() > publication.ends_on:
        raise Conflict(
            _("公示已于%(day)s截止，不能再提异议。") % {"day": day(publication.ends_on)},
            _("如确有错误，请与组织单位联系。"),
        )
    if not text.strip():
        raise Invalid(_("请写明异议内容和理由。"), field="text")
    made = Objection.objects.create(
        publication=publication, target=target, unit=target.unit, text=text.strip(), raised_by=by
    )
    audit.record(by=by, verb="scores.objection.raised", subject=found, target=target.code)
    tell_objection(by, made)
    return made


@transaction.atomic
def rule(*, by: Account, objection: Objection, upheld: bool, answer: str) -> Objection:
    """Rule on an objection and answer the unit. Who computed the result doesn't rule on it; an
    objection that is upheld is followed by a correction."""
    require_for_all(by, *CHECKERS)
    rows = Objection.objects.select_for_update(of=("self",))
    one = rows.select_related("publication__computation__round").get(pk=objection.pk)
    if one.state != ObjectionState.RAISED:
        told = {"name": one.ruled_by, "at": moment(one.ruled_at)}
        raise Conflict(_("这项异议已由%(name)s于%(at)s处理。") % told, _("请到异议页看答复。"))
    maker = one.publication.computation.computed_by
    require_another(by, str(maker), _("计算人不能处理对自己计算结果的异议。"))
    if not answer.strip():
        raise Invalid(_("请写明答复。"), field="answer")
    one.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    one.answer, one.ruled_by, one.ruled_at = answer.strip(), by, timezone.now()
    one.save()
    found = one.publication.computation.round
    verb = "scores.objection.upheld" if upheld else "scores.objection.dismissed"
    audit.record(by=by, verb=verb, subject=found, target=one.target.code)
    tell_answer(by, one)
    if queries.uncorrected(found).filter(pk=one.pk).exists():
        tell_upheld(by, one)
    return one
