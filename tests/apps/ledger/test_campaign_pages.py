"""Pages of campaigns (专项) and of what is counted in them."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation
from tests.apps.ledger.hands import Town, past
from tests.apps.ledger.test_pages import client_of

from pingyi.apps.ledger import actions
from pingyi.apps.ledger.campaign_forms import CampaignForm
from pingyi.apps.ledger.models import Campaign
from pingyi.apps.ledger.presets import PRESETS, URGING

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("lights", "紫灯 逾期 1", "第1行"),
        ("lights", "红灯 逾期 1\n黄灯 天气 3", "第2行"),
        ("lights", "红灯 逾期 -1", "第1行"),
        ("urging", "经办人 明天", "第1行"),
        ("urging", "经办人 -3\n经办人 5", "只能有一条"),
        ("terms", "明天 60 自然日 云办〔2026〕8号", "第1行"),
        ("terms", "2026-01-01 60 自然日", "第1行"),
        ("terms", "2026-01-01 60 自然日 甲\n2026-01-01 30 工作日 乙", "只能有一条"),
        ("columns", "资金来源 选项", "第1行"),
        ("columns", "备注 文字\n备注 数字", "不能重名"),
    ],
)
def test_campaign_rules_that_make_no_sense_are_told_by_line(
    town: Town, field: str, value: str, problem: str
) -> None:
    form = {
        "title": "专项行动",
        "preset": "own",
        "lights": "红灯 逾期 1",
        "urging": "经办人 -3",
        "columns": "",
        "terms": "2026-01-01 2 个月 云办〔2026〕8号",
        "look_back_months": 3,
    }
    browser = client_of(town.organiser)
    assert 'name="ended"' not in browser.get(reverse("ledger:create_campaign")).content.decode()
    answer = browser.post(reverse("ledger:create_campaign"), {**form, field: value})
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert browser.post(reverse("ledger:create_campaign"), form).status_code == 302
    made = Campaign.objects.get(title="专项行动")
    assert made.lights == [["red", "overdue", 1]]
    assert made.urging == [["handler", -3]]
    assert made.terms == [["2026-01-01", 2, "months", "云办〔2026〕8号"]]


def test_statistics_come_out_as_counted_by_hand(town: Town) -> None:
    """Water: one closed in time, one late by 4 days; health: one late by 10, into which another
    was merged, so that its light was worked out anew: red."""
    town.closed()
    past(town.registered("甲"), 4)
    late = past(town.registered("乙", unit=town.health), 10)
    merged = town.registered("丙", unit=town.health)
    actions.merge(by=town.organiser, entry=merged, into=late, reason="同一件事")
    sheet = client_of(town.organiser).get(reverse("ledger:statistics") + "?export=csv")
    lines = b"".join(sheet.streaming_content).decode("utf-8-sig").split()  # type: ignore[attr-defined]
    assert "云州市水利局,2,1,50.00%,1,100.00%,1,4.0,0,0" in lines
    assert "云州市卫生计生委,1,0,0.00%,0,,1,10.0,1,0" in lines


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_rules_of_a_campaign_are_read_as_they_are_written(language: str) -> None:
    """What stands in the form at first passes in every language, and says the same."""
    with translation.override(language):
        columns = [["k", "资金 来源", "choice", ["市", "县"]]]
        terms = [["2026-01-01", 60, "natural", "甲 乙"], ["2026-07-01", 20, "working", "丙"]]
        start = CampaignForm.start(Campaign(columns=columns, terms=terms))
        form = CampaignForm({**start, "title": "专项", "preset": "own"})
        assert form.is_valid(), form.errors
    assert tuple(form.cleaned_data["lights"]) == PRESETS["default"].lights
    assert tuple(form.cleaned_data["urging"]) == URGING
    assert form.cleaned_data["terms"] == Campaign(terms=terms).term_rules
    assert form.cleaned_data["columns"][0].choices == ("市", "县")
