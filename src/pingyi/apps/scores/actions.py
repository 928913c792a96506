"""Compute, check, send back, sign, correct, publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.models import Account
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.enums import PUBLIC_STATES, RoundState
from pingyi.apps.rounds.models import Round
from pingyi.apps.schemes.scoring import check_bundle
from pingyi.apps.scores import computing, queries, telling
from pingyi.apps.scores.access import CHECKERS, EDITORS, SIGNERS
from pingyi.apps.scores.enums import ComputationState, Scope, Stage, TermUnit
from pingyi.apps.scores.models import Computation, Publication
from pingyi.base import audit
from pingyi.base.days import TermUnit as CountedIn
from pingyi.base.errors import Conflict, Invalid, Stale
from pingyi.base.figures import day, moment
from pingyi.base.marks import mark_of
from pingyi.base.stories import last_told
from pingyi.base.terms import derivation, due_after

MOST_DAYS = 60
COMPUTABLE = (RoundState.CLOSED, RoundState.COMPUTED, RoundState.CHECKED)
FROZEN = (RoundState.FROZEN, *PUBLIC_STATES)
"""States in which a signed result stands, and only a correction changes it."""


def compute(*, by: Account, round: Round) -> Computation:
    """Score a closed round anew. Raises ``Conflict`` for a sealed box or a signed result."""
    require_for_all(by, *EDITORS)
    if round.state in FROZEN:
        raise Conflict(_("结果已签发，不能重算。"), _("确有错误的，请作更正。"))
    return _compute(by, round)


def correct(*, by: Account, round: Round, reason: str) -> Computation:
    """A correction (更正) of a signed result: computed beside it, checked and signed like it."""
    require_for_all(by, *EDITORS)
    if not reason.strip():
        raise Invalid(_("请写明更正的理由。"), field="reason")
    wrong = queries.signed(round)
    if round.state not in FROZEN or wrong is None:
        raise Conflict(_("还没有签发的结果，不需要更正。"), _("请直接重新计算。"))
    return _compute(by, round, wrong, reason.strip())


def _compute(
    by: Account, round: Round, corrects: Computation | None = None, reason: str = ""
) -> Computation:
    # The engine works before the transaction: it may take long, and nothing waits for it.
    with computing.Following(round) as follow:
        scored = computing.evaluated(round, follow)
        follow.at(Stage.BUNDLE)
        bundle, digest = scored.bundle(computing.head_of(round))
    with transaction.atomic():
        found = rounds.lock_round(round)
        waiting = found.computations.filter(
            state__in=(ComputationState.COMPUTED, ComputationState.CHECKED)
        )
        if corrects is not None and waiting.exists():
            told = last_told("rounds.round", found.pk)
            raise Conflict(_("已有一次更正在办理。") + told, _("请先核对、签发，或退回。"))
        now, again = timezone.now(), _("重新计算")
        for one in waiting:
            one.state, one.returned_by, one.returned_at = ComputationState.RETURNED, by, now
            one.opinion = again
            one.save()
            telling.tell_done(one)
        last = found.computations.order_by("-number").values_list("number", flat=True).first()
        made = Computation.objects.create(
            round=found,
            number=(last or 0) + 1,
            corrects=corrects,
            reason=reason,
            result=scored.result,
            bundle=bundle,
            digest=digest,
            computed_by=by,
        )
        if corrects is None and found.state == RoundState.CHECKED:
            rounds.move(by=by, round=found, verb="send_back", reason=again)
        _note(by, found, made, "compute", digest=digest)
        telling.tell_computed(by, made)
    return made


@transaction.atomic
def check(*, by: Account, computation: Computation, opinion: str = "") -> Computation:
    """Another person than who computed finds the result right. It is recomputed on the spot."""
    require_for_all(by, *CHECKERS)
    found, one = _locked(computation)
    _is(one, ComputationState.COMPUTED, _("核对"))
    require_another(by, str(one.computed_by), _("核对人不能是计算人。"))
    wrong = check_bundle(bytes(one.bundle), one.digest)
    if wrong:
        raise Conflict(_("复算与结果不一致：%(what)s") % {"what": wrong}, _("请退回重算。"))
    one.state, one.checked_by, one.checked_at = ComputationState.CHECKED, by, timezone.now()
    one.opinion = opinion.strip()
    one.save()
    _note(by, found, one, "check", one.opinion)
    telling.tell_checked(by, one)
    return one


@transaction.atomic
def take_bundle(*, by: Account, computation: Computation) -> bytes:
    """The internal bundle, with every count: for a checker, and in the audit log."""
    require_for_all(by, *CHECKERS)
    facts = {"number": computation.number, "digest": computation.digest}
    audit.record(by=by, verb="scores.bundle.taken", subject=computation.round, **facts)
    return bytes(computation.bundle)


@transaction.atomic
def send_back(*, by: Account, computation: Computation, opinion: str) -> Computation:
    """The checker finds something wrong: back to be computed anew."""
    require_for_all(by, *CHECKERS)
    if not opinion.strip():
        raise Invalid(_("请写明退回的理由。"), field="opinion")
    found, one = _locked(computation)
    if one.state not in (ComputationState.COMPUTED, ComputationState.CHECKED):
        told = last_told("rounds.round", one.round_id)
        raise Conflict(_("这次计算已签发或已退回。") + told, _("请回到得分页看现在的情况。"))
    one.state, one.returned_by, one.returned_at = ComputationState.RETURNED, by, timezone.now()
    one.opinion = opinion.strip()
    one.save()
    _note(by, found, one, "send_back", one.opinion)
    telling.tell_done(one)
    return one


@transaction.atomic
def sign(*, by: Account, computation: Computation) -> Computation:
    """Sign and freeze a checked result. From now on only a correction changes anything."""
    require_for_all(by, *SIGNERS)
    found, one = _locked(computation)
    _is(one, ComputationState.CHECKED, _("签发"))
    require_another(by, str(one.checked_by), _("签发人不能是核对人。"))
    one.state, one.signed_by, one.signed_at = ComputationState.SIGNED, by, timezone.now()
    one.save()
    _note(by, found, one, "freeze", digest=one.digest)
    telling.tell_done(one)
    return one


@dataclass(frozen=True)
class Telling:
    """How a result is told: how far, in which words, and for how long it is open to objection."""

    scope: str
    title: str
    text: str = ""
    contact: str = ""
    on_portal: bool = False
    days: int = 5
    unit: str = TermUnit.WORKING


@transaction.atomic
def publish(*, by: Account, round: Round, how: Telling, seen: str | None = None) -> Publication:
    """Tell the signed result that counts, and let the days of the public notice run from today.

    Raises ``Conflict`` while the reconciliation is off, a correction is under way, or nothing is
    signed; ``Stale`` where ``seen`` isn't the mark of what was told last.
    """
    require_for_all(by, *EDITORS)
    found = rounds.lock_round(round)
    one = queries.signed(found)
    if one is None or found.state not in FROZEN:
        raise Conflict(_("结果还没有签发，不能公布。"), _("请先计算、核对、签发。"))
    if queries.current(found) != one:
        raise Conflict(_("更正还在办理，不能公布。"), _("请先核对、签发更正，或退回。"))
    _need_told(found, seen)
    wrong = computing.unbalanced(found)
    if wrong:
        raise Conflict(
            _("对账不符，结果不得公布：") + "；".join(wrong), _("请到对账页核对，或由两人裁定。")
        )
    if how.on_portal and how.scope not in (Scope.ALL, Scope.GRADES):
        raise Invalid(_("这个公布范围不能上公众门户。"), field="on_portal")
    if not 1 <= how.days <= MOST_DAYS:
        raise Invalid(_("公示天数须在 1 到 %(most)s 之间。") % {"most": MOST_DAYS}, field="days")
    whole = how.on_portal and how.scope == Scope.ALL
    bundle, digest = computing.public_bundle(one) if whole else (None, "")
    due = due_after(timezone.localdate(), how.days, CountedIn(how.unit))
    made = Publication.objects.create(
        computation=one,
        scope=how.scope,
        on_portal=how.on_portal,
        title=how.title.strip(),
        text=how.text.strip(),
        contact=how.contact.strip(),
        published_by=by,
        days=how.days,
        unit=how.unit,
        ends_on=due.day,
        derivation=derivation(due),
        public_bundle=bundle,
        public_digest=digest,
    )
    noted: dict[str, Any] = {"scope": made.scope, "portal": made.on_portal, "ends_on": due.day}
    if digest:
        noted["public_digest"] = digest
    if found.state == RoundState.FROZEN:
        rounds.move(by=by, round=found, verb="publish", **noted)
    else:
        audit.record(by=by, verb="scores.round.published", subject=found, **noted)
    telling.tell_published(by, made)
    return made


def _need_told(found: Round, seen: str | None) -> None:
    """Raises ``Stale`` where another publication was told since ``seen``."""
    told = queries.publication(found)
    if told is not None and seen not in (None, mark_of_publication(found)):
        facts = {"name": told.published_by.name, "at": moment(told.published_at)}
        raise Stale(
            _("%(name)s已于%(at)s公布这个结果，您填的还没有公布。") % facts,
            _("再次公布会取代它，公示重新计时；确需再次公布的，请再提交一次。"),
        )


def mark_of_publication(round: Round) -> str:
    """The mark of what was told last."""
    told = queries.publication(round)
    return mark_of(told.pk if told else None)


@transaction.atomic
def rectify(*, by: Account, round: Round) -> Round:
    """The notice is over and every objection answered: what was found goes to rectification."""
    require_for_all(by, *EDITORS)
    _settled(round)
    return rounds.move(by=by, round=round, verb="rectify")


@transaction.atomic
def archive(*, by: Account, round: Round) -> Round:
    """Nothing changes any more."""
    require_for_all(by, *EDITORS)
    _settled(round)
    return rounds.move(by=by, round=round, verb="archive")


def _settled(round: Round) -> None:
    told = queries.publication(round)
    if told is None:
        raise Conflict(_("结果还没有公布。"))
    if timezone.localdate() <= told.ends_on:
        raise Conflict(_("公示到%(day)s才截止。") % {"day": day(told.ends_on)})
    if queries.open_objections(round).exists():
        raise Conflict(_("还有异议没有处理。"), _("请先处理并答复。"))
    if queries.current(round) != queries.signed(round):
        raise Conflict(_("更正还在办理。"), _("请先核对、签发更正，或退回。"))
    if queries.uncorrected(round).exists():
        raise Conflict(
            _("有异议成立，公布的还是更正前的结果。"), _("请先更正，核对、签发后再次公布。")
        )


def _note(
    by: Account, found: Round, one: Computation, verb: str, reason: str = "", **facts: object
) -> None:
    """Write down a step: the first computation takes the round along, a correction does not."""
    facts["number"] = one.number
    if one.corrects is None:
        rounds.move(by=by, round=found, verb=verb, reason=reason, **facts)
    else:
        name = f"scores.correction.{verb}"
        audit.record(by=by, verb=name, subject=found, reason=reason, **facts)


def _locked(computation: Computation) -> tuple[Round, Computation]:
    found = rounds.lock_round(computation.round)
    rows = Computation.objects.select_for_update(of=("self",))
    return found, rows.select_related("corrects").get(pk=computation.pk)


def _is(one: Computation, state: ComputationState, verb: str) -> None:
    if one.state != state:
        raise Conflict(
            _("这次计算现在的状态是“%(state)s”，不能%(verb)s。")
            % {"state": one.get_state_display(), "verb": verb}
            + last_told("rounds.round", one.round_id),
            _("请回到得分页看现在的情况。"),
        )
