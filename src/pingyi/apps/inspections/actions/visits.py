"""What comes in from the field, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.inspections.access import require_officer, require_visitor
from pingyi.apps.inspections.actions.keeping import go, locked, told
from pingyi.apps.inspections.incoming import Sent
from pingyi.apps.inspections.models import Finding, Inspection, Upload, Visit
from pingyi.apps.inspections.sources import findings_to_enter, reference_of
from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.ledger.queries import entered
from pingyi.apps.people.models import Account
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import day as shown


@dataclass(frozen=True)
class Received:
    """The visit as it stands. ``diverged``: another device was there first; what was sent is kept
    beside, and new findings were taken."""

    visit: Visit
    diverged: bool = False


@transaction.atomic
def receive(*, by: Account, inspection: Inspection, sent: Sent) -> Received:
    """Take in a visit. Sent again, it is there once; sent on top of a version that isn't the last
    one, neither is lost."""
    one = locked(inspection)
    place = one.places.select_related("unit").filter(pk=sent.place, chosen=True).first()
    if place is None:
        raise Invalid(_("这个单位不在走访名单里。"), _("请刷新页面，核对名单。"))
    require_visitor(by, one, place)
    visit = Visit.objects.select_for_update().filter(pk=sent.id).first()
    if visit is not None and (visit.inspection_id, visit.place_id) != (one.pk, place.pk):
        raise Conflict(_("这个编号已用于另一次走访。"), _("请在本机另建一次走访。"))
    upload = _upload_of(visit, sent)
    if visit is not None and upload is not None:
        return Received(visit, diverged=not upload.taken)
    go(one, "visit")
    _check(one, sent)
    if visit is None:
        visit = Visit(id=sent.id, inspection=one, place=place, by=by, version=0)
    diverged = sent.base != visit.version
    if diverged and visit.version == 0:
        raise Conflict(_("这次走访在服务器上没有。"), _("请在本机另建一次走访。"))
    if not diverged:
        _take(visit, sent)
    _take_findings(visit, sent, whole=not diverged)
    visit.uploads.create(
        base=sent.base, digest=sent.digest(), content=sent.content(), taken=not diverged, by=by
    )
    verb = "visit_diverged" if diverged else "visited"
    told(one, by=by, verb=verb, note=place.title, visit=str(visit.pk))
    return Received(visit, diverged)


def _upload_of(visit: Visit | None, sent: Sent) -> Upload | None:
    """The same, if it came before."""
    if visit is None:
        return None
    return visit.uploads.filter(base=sent.base, digest=sent.digest()).first()


def _check(one: Inspection, sent: Sent) -> None:
    if len(sent.answers) != len(one.checklist):
        raise Invalid(_("检查清单与方案不符。"), _("请刷新页面后再上报。"))
    if any(found.category not in one.categories for found in sent.findings):
        raise Invalid(_("问题类别不在方案里。"), _("请重新选择类别。"))
    if not one.starts_on <= sent.day <= min(one.ends_on, timezone.localdate()):
        raise Invalid(
            _("走访日期须在%(start)s到%(end)s之间，且不晚于今天。")
            % {"start": shown(one.starts_on), "end": shown(one.ends_on)},
            _("请改正日期。"),
        )


def _take(visit: Visit, sent: Sent) -> None:
    visit.day, visit.covert, visit.note = sent.day, sent.covert, sent.note.strip()
    visit.answers = [list(answer) for answer in sent.answers]
    visit.version += 1
    visit.save()


def _take_findings(visit: Visit, sent: Sent, *, whole: bool) -> None:
    """All of them; beside a newer version only those that are new."""
    there = {found.pk: found for found in visit.findings.all()}
    fixed = {key.id for key in entered(reference_of(found) for found in there.values())}
    wanted = {one.id: (place, one) for place, one in enumerate(sent.findings, 1)}
    if Finding.objects.filter(pk__in=wanted).exclude(visit=visit).exists():
        raise Conflict(_("问题编号已用于另一次走访。"), _("请删去这条问题，重新填写。"))
    for key, (place, one) in wanted.items():
        facts = {"category": one.category, "severity": one.severity, "text": one.text}
        found = there.get(key)
        if found is None:
            Finding.objects.create(id=key, visit=visit, place=place, **facts)
        elif whole and any(getattr(found, name) != value for name, value in facts.items()):
            _not_entered(found, fixed)
            Finding.objects.filter(pk=key).update(place=place, **facts)
    if whole:
        for key, found in there.items():
            if key not in wanted:
                _not_entered(found, fixed)
                found.delete()


def _not_entered(found: Finding, fixed: set[str]) -> None:
    if str(found.pk) in fixed:
        raise Conflict(
            _("“%(text)s”已转入台账，不能再改。") % {"text": found.text},
            _("请恢复原来的内容，或在台账里更正。"),
        )


@transaction.atomic
def enter_findings(
    *,
    by: Account,
    inspection: Inspection,
    findings: Sequence[Finding],
    campaign: Campaign,
    term: Term,
) -> list[Entry]:
    """Findings become entries of the ledger, each once."""
    one = locked(inspection)
    require_officer(by, one)
    ready = {found.pk for found in findings_to_enter(one)}
    if any(found.pk not in ready for found in findings):
        raise Conflict(
            _("暗访发现的问题在通报印发以前不转入台账。"), _("转入台账后，单位就会看到。")
        )
    made = ledger.register_findings(
        by=by,
        campaign=campaign,
        findings=[ledger_finding(one, found) for found in findings],
        term=term,
    )
    if made:
        told(one, by=by, verb="entered", note=_("%(number)s项") % {"number": len(made)})
    return made


def ledger_finding(inspection: Inspection, found: Finding) -> ledger.Finding:
    """As the ledger takes it."""
    reference = reference_of(found)
    return ledger.Finding(
        reference.kind,
        reference.id,
        inspection.title,
        ledger.Facts(found.text, category=found.category),
        found.visit.place.unit,
    )
