"""How pledges and their items are shown in rows."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.pledges.actions.ruling import target_words
from pingyi.apps.pledges.enums import CampaignState, First, PledgeState, Result
from pingyi.apps.pledges.models import Campaign, Item, Pledge
from pingyi.base.columns import Column
from pingyi.base.figures import number, percent
from pingyi.base.parts import Stage, StateKind, stages_of

STATE_KINDS: dict[str, StateKind] = {
    PledgeState.DRAFTED: "neutral",
    PledgeState.HANDED_IN: "waiting",
    PledgeState.PUBLISHED: "active",
    PledgeState.SETTLED: "waiting",
    PledgeState.CLOSED: "done",
}
RESULT_KINDS: dict[str, StateKind] = {
    Result.MET: "done",
    Result.NOT_MET: "late",
    Result.FORCE_MAJEURE: "warning",
    "": "neutral",
}
CAMPAIGN_KINDS: dict[str, StateKind] = {
    CampaignState.DRAFT: "neutral",
    CampaignState.ANNOUNCED: "active",
    CampaignState.ENDED: "done",
}


def address_of(pledge: Pledge) -> str:
    return reverse("pledges:pledge", args=[pledge.pk])


def campaign_address(campaign: Campaign) -> str:
    return reverse("pledges:campaign", args=[campaign.pk])


def pledge_columns() -> tuple[Column, ...]:
    return (
        Column("unit_title", _("单位"), sort="unit_title", link=address_of, width=26),
        Column("head_name", _("承诺人"), width=10, phone=True),
        Column("head_post", _("职务"), width=14),
        Column("campaign.title", _("承诺活动"), width=26),
        Column("manner", _("承诺形式"), value=lambda one: one.get_manner_display()),
        Column("items_number", _("事项"), kind="number", sort="items_number"),
        Column(
            "state",
            _("状态"),
            sort="state",
            value=lambda one: one.get_state_display(),
            state=lambda one: STATE_KINDS[one.state],
            phone=True,
        ),
        Column("handed_in_on", _("提交日期"), sort="handed_in_on", kind="day"),
    )


def item_columns() -> tuple[Column, ...]:
    return (
        Column(
            "pledge.unit_title",
            _("单位"),
            sort="pledge__unit_title",
            link=lambda one: address_of(one.pledge),
            width=22,
        ),
        Column("pledge.head_name", _("承诺人"), width=10, file_only=True),
        Column("aspect.title", _("承诺方面"), sort="aspect__number", width=22),
        Column("text", _("承诺事项"), wide=True, width=40, phone=True),
        Column("target", _("目标"), value=target_words),
        Column("benchmark", _("对标"), value=benchmark_words, file_only=True),
        Column("first", _("争第一"), sort="first", value=_first),
        Column("due_on", _("完成期限"), sort="due_on", kind="day"),
        Column("done", _("核实完成"), value=lambda one: number(one.done), file_only=True),
        Column("share", _("完成比例"), value=lambda one: percent(one.share, 2)),
        Column(
            "result",
            _("结果"),
            sort="result",
            value=lambda one: one.get_result_display(),
            state=lambda one: RESULT_KINDS[one.result],
            phone=True,
        ),
    )


def _first(item: Item) -> str:
    return "" if item.first == First.NONE else str(First(item.first).label)


def benchmark_words(item: Item) -> str:
    return " ".join(filter(None, (item.benchmark, item.benchmark_figure)))


def stages(pledge: Pledge) -> list[Stage]:
    """The stage bar."""
    found = list(stages_of(PledgeState.choices, pledge.state))
    if pledge.state == PledgeState.CLOSED:
        found[-1] = Stage(found[-1].title, "done")
    return found
