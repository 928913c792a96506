"""What two people may rule on at the box (ADR 0013): the cases as things stand, and the effect."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots import actions, clock_actions, open_items, paper, reconciliation
from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.ballots.models import Opening, Stop
from pingyi.apps.people.models import Account
from pingyi.apps.polls.enums import ItemState, PollState, RulingKind
from pingyi.apps.polls.models import Poll, Ruling
from pingyi.apps.polls.rulings import Case, Remedy, is_used
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rolls.queries import makers_of_codes, tellers_of
from pingyi.base.figures import moment, number


def _callable_off(poll: Poll) -> Iterable[Case]:
    if not poll.rehearsal and not is_used(poll):
        yield Case(
            RulingKind.CALLED_OFF,
            # An outcome that is known makes it another question.
            about={"counted": poll.state == PollState.COUNTED},
            found=_("投票现在的状态是“%(state)s”。") % {"state": poll.get_state_display()},
            allows=_(
                "整次投票作废：票箱、密钥当即销毁，已投的票全部不算，投票码全部失效，"
                "已经开出的结果也不作数。不能恢复；要再投，须另建投票、另发票单。"
                "名称、票册数目、各项签认和审计记录保留，投票人页面写明已作废。"
            ),
        )


def _call_off(by: Account, ruling: Ruling) -> None:
    actions.call_off(by=by, poll=ruling.poll)


def _stops(poll: Poll) -> Iterable[Stop]:
    return Stop.objects.filter(item__poll=poll).select_related("item__channel", "item__target")


def _unreadable(poll: Poll) -> Iterable[Case]:
    for stop in _stops(poll):
        if stop.unreadable:
            yield Case(
                RulingKind.ENVELOPES_ASIDE,
                item=stop.item,
                about={"batches": stop.unreadable},
                found="".join(stop.found)
                + _("封条完好，是收票程序放入的，没有被改动；这一场的密钥却打不开。"),
                allows=_(
                    "这 %(envelopes)s 个信封整批不计，内有 %(number)s 票；其余信封照常开箱。"
                    "不拆单票，也不知道是谁的票、投了什么。清点单、对账单和结果旁都注明“打不开不计”，"
                    "这些票的回执不在公布的回执里。"
                )
                % {"envelopes": len(stop.unreadable), "number": stop.number},
                barred=_inspectors(stop),
            )


def _inspectors(stop: Stop) -> frozenset[str]:
    """Who counted the box: the counting is what is ruled on."""
    signed = Opening.objects.filter(item=stop.item).values_list("inspected_by", flat=True)
    return frozenset(name.rpartition("（")[2].removesuffix("）") for name in signed)


def _foreign(poll: Poll) -> Iterable[Case]:
    for stop in _stops(poll):
        if stop.foreign:
            yield Case(
                RulingKind.FOREIGN_REFUSED,
                item=stop.item,
                about={"batches": stop.foreign},
                found="".join(stop.found)
                + _("收票程序放入的各批前后相接、一批不少，封条都对；没有投票码因这些信封被占用。"),
                allows=_(
                    "这 %(envelopes)s 个信封拒收，不开、不计；收票程序放入的信封一个不动。"
                    "须重新清点、重新确认，清点单上注明拒收几个。"
                    "是谁、怎样放进去的，由审计管理员另查，不因裁定而了结。"
                )
                % {"envelopes": len(stop.foreign)},
            )


def _refuse_foreign(by: Account, ruling: Ruling) -> None:
    """What was counted before is counted anew, and confirmed anew."""
    states = (OpeningState.INSPECTED, OpeningState.CONFIRMED)
    Opening.objects.filter(item=ruling.item, state__in=states).delete()
    _go_on(by, ruling)


def _go_on(by: Account, ruling: Ruling) -> None:
    Stop.objects.filter(item=ruling.item).delete()


def _unbalanced(poll: Poll) -> Iterable[Case]:
    if poll.state != PollState.COUNTED:
        return
    statement = reconciliation.statement(poll)
    shown = {line.line.roll: line for group in statement for line in group.lines}
    lines = [line.line for group in statement for line in group.lines]
    hidden = {line.line.roll for group in statement for line in group.lines if line.hidden}
    found = []
    for roll, mine in reconciliation.by_roll(lines).items():
        about = reconciliation.imbalance_of(mine)
        if about is not None and shown[roll].ruling is None:
            found.append(_imbalance(poll, roll, mine, about, hidden=roll in hidden))
    lacking = [case for case in found if not case.about["excess"] and "over" not in case.about]
    if len(lacking) > 1:
        yield _lacking_together(lacking)
    yield from found


def _lacking_together(cases: list[Case]) -> Case:
    """Rolls that lack slips and nothing else, in one ruling. Each may be ruled on alone as well."""
    values = {"rolls": number(len(cases))}
    return Case(
        RulingKind.UNBALANCED,
        about={"rolls": [case.about for case in cases]},
        found=_("%(rolls)s 个票种只是缺失票单，可以一并裁定。") % values
        + "".join(case.found for case in cases),
        allows=_(
            "按现有票数公布，对账单和得分页在这 %(rolls)s 个票种旁注明不符之处和本裁定。票数不改。"
            "缺失的票单若已有人用来投票，也辨认不出。"
        )
        % values,
        barred=frozenset().union(*(case.barred for case in cases)),
    )


def _imbalance(
    poll: Poll, roll: int, lines: list[reconciliation.Line], about: dict[str, object], hidden: bool
) -> Case:
    first = lines[0]
    title = " ".join(part for part in (first.channel, first.rater_class, first.target) if part)
    texts = dict.fromkeys(text for line in lines for text in line.findings())
    found = "".join(texts)
    if hidden:
        found = _("数目不符；票数少于最小公开票数，不在这里列出，核对人可在对账页查看。")
    allows = [_("按现有票数公布，对账单和得分页在这个票种旁注明不符之处和本裁定。票数不改。")]
    barred = makers_of_codes(poll)
    if about["excess"] or "over" in about:
        allows.append(
            _(
                "多出的票已与其他票混在一起，辨认不出，也不剔除。"
                "多出的票如果足以改变位次或等次，不应批准本项，应申请作废。"
            )
        )
    if about["excess"]:
        # Somebody voted with slips that were never given out: not those who had them in hand.
        barred |= tellers_of(Roll.objects.get(pk=roll))
    if "over" in about:
        barred |= paper.typists_of(poll)
    if about["missing"]:
        allows.append(_("缺失的票单若已有人用来投票，也辨认不出。"))
    return Case(
        RulingKind.UNBALANCED,
        about=about,
        found=f"{title}：{found}",
        allows="".join(allows),
        barred=barred,
    )


def _locked_by_clock(poll: Poll) -> Iterable[Case]:
    now = timezone.now()
    for item in poll.items.filter(state=ItemState.LOCKED).select_related("channel", "target"):
        if clock_actions.may_reopen(item, now):
            closes, locked = item.channel.closes_at, item.locked_at
            yield Case(
                RulingKind.REOPENED,
                item=item,
                about={"locked_at": str(locked)},
                found=_(
                    "这一场由系统按时钟锁定，记下的锁定时间是 %(locked)s；现在时钟是 %(now)s，"
                    "离截止时间 %(closes)s 还没有到。"
                )
                % {"locked": moment(locked), "now": moment(now), "closes": moment(closes)},
                allows=_(
                    "这一场重新开放，到 %(closes)s 再自动锁定。已投的票都在，投过的码不能再投。"
                    "误锁期间没能投成的人可以再来投。请先把服务器时钟校准。"
                )
                % {"closes": moment(closes)},
            )


def _reopen(by: Account, ruling: Ruling) -> None:
    if ruling.item is not None:
        clock_actions.reopen_item(by=by, item=ruling.item)


def _nothing(by: Account, ruling: Ruling) -> None:
    """The reconciliation finds the ruling by itself."""


REMEDIES = (
    Remedy(RulingKind.ENVELOPES_ASIDE, _unreadable, _go_on),
    Remedy(RulingKind.FOREIGN_REFUSED, _foreign, _refuse_foreign),
    Remedy(RulingKind.UNBALANCED, _unbalanced, _nothing),
    Remedy(RulingKind.REOPENED, _locked_by_clock, _reopen),
    open_items.REMEDY,
    Remedy(RulingKind.CALLED_OFF, _callable_off, _call_off),
)
