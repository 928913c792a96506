"""Two people write at one pledge: neither loses what was written, and neither writes over the other
unawares."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.apps.ledger.test_pages import client_of
from tests.apps.pledges.hands import OUTCOMES, Town, now, today
from tests.apps.posting import form_of

from pingyi.apps.pledges import actions
from pingyi.apps.pledges.actions import Giver, Told
from pingyi.apps.pledges.models import Item, Pledge
from pingyi.base.errors import Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def at(name: str, pledge: Pledge, *more: int) -> str:
    return reverse(f"pledges:{name}", args=[pledge.pk, *more])


def text_of(pledge: Pledge, number: int = 1) -> str:
    return pledge.items.get(number=number).text


def test_the_second_to_save_sees_the_first_and_keeps_the_own_words(town: Town) -> None:
    pledge = town.written()
    handler, head, address = (
        client_of(town.handler),
        client_of(town.head),
        at("edit_item", pledge, 1),
    )
    first = form_of(handler, address, text="建成清洁供水点20个", first="city")
    second = form_of(head, address, text="建成清洁供水点25个")
    assert handler.post(address, first).status_code == 302
    answer = head.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert text_of(pledge) == "建成清洁供水点20个"
    assert "建成清洁供水点20个" in page, "what the other has saved"
    assert "建成清洁供水点25个" in page, "the own words"
    assert "<dd>全市第一</dd>" in page, "as words, not as they are stored"
    assert town.handler.name in page
    again = {**second, "seen": answer.context["form"]["seen"].value()}
    assert head.post(address, again).status_code == 302
    assert text_of(pledge) == "建成清洁供水点25个"


def test_two_items_at_once_are_in_nobodys_way(town: Town) -> None:
    pledge = town.written()
    browser = client_of(town.handler)
    forms = [form_of(browser, at("edit_item", pledge, n), text=f"第{n}条") for n in (1, 2)]
    for number, form in enumerate(forms, start=1):
        assert browser.post(at("edit_item", pledge, number), form).status_code == 302
    assert [text_of(pledge, 1), text_of(pledge, 2)] == ["第1条", "第2条"]


def test_words_for_an_item_that_was_struck_out_become_a_new_one(town: Town) -> None:
    pledge = town.written()
    browser, address = client_of(town.handler), at("edit_item", pledge, 1)
    form = form_of(browser, address, text="还要写的话")
    actions.drop_item(by=town.head, pledge=pledge, number=1, seen=1)
    answer = browser.post(address, form)
    assert answer.status_code == 409
    assert "已被删去" in answer.content.decode()
    assert browser.post(address, {**form, "seen": "0"}).status_code == 302
    assert list(pledge.items.values_list("number", "text"))[-1] == (3, "还要写的话")


def test_what_was_changed_meanwhile_is_not_struck_out(town: Town) -> None:
    pledge = town.written()
    browser = client_of(town.handler)
    page = browser.get(at("pledge", pledge)).content.decode()
    assert 'name="seen" value="1"' in page
    Item.objects.filter(pledge=pledge, number=1).update(version=2, text="刚改过")
    assert browser.post(at("drop_item", pledge, 1), {"seen": "1"}).status_code == 302
    assert text_of(pledge) == "刚改过"
    browser.post(at("drop_item", pledge, 1), {"seen": "2"})
    assert not pledge.items.filter(number=1).exists()


def test_who_pledges_is_not_written_over_unawares(town: Town) -> None:
    pledge = town.written()
    browser, address = client_of(town.handler), at("write", pledge)
    form = form_of(browser, address, head_name="余行知")
    actions.write(by=town.head, pledge=pledge, giver=Giver("余行之", "党组书记、局长"))
    answer = browser.post(address, form)
    page = answer.content.decode()
    assert (answer.status_code, now(pledge).head_name) == (409, "余行之")
    assert "党组书记、局长" in page
    assert "余行知" in page
    assert browser.post(address, {**form, "seen": now(pledge).version}).status_code == 302
    assert now(pledge).head_name == "余行知"


def test_an_account_and_a_settlement_know_what_they_stand_upon(town: Town) -> None:
    pledge = town.published()
    unit, office = client_of(town.handler), client_of(town.inspector)
    settling = office.get(at("settle", pledge)).context["pledge"].version
    said = {1: Told(Decimal(120), "三季度进展"), 2: Told(None, "已获命名")}
    actions.account(by=town.head, pledge=pledge, said=said, seen=settling)
    told = {"item-1-claimed": "126", "item-1-text": "年底数", "item-2-text": "有文件"}
    answer = unit.post(at("account", pledge), {**told, "seen": settling})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "三季度进展" in page
    assert "年底数" in page
    with pytest.raises(Stale):
        actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES, seen=settling)
    again = {**told, "seen": answer.context["pledge"].version}
    assert unit.post(at("account", pledge), again).status_code == 302
    assert pledge.items.get(number=1).claimed == 126
    assert unit.post(at("account", pledge), told).status_code == 409, "without a version: none"


def test_a_new_item_needs_no_version_of_the_others(town: Town) -> None:
    pledge = town.written()
    browser, address = client_of(town.handler), at("create_item", pledge)
    form = form_of(browser, address, text="新的一条", aspect=town.pledges.aspects.get(number=4).pk)
    town.promised(pledge, "别人先加的一条")
    due = (today() + timedelta(days=60)).isoformat()
    assert browser.post(address, {**form, "due_on": due}).status_code == 302
    assert pledge.items.count() == 4


@pytest.mark.once
@pytest.mark.parametrize(
    ("page", "field"), [("write", "head_name"), ("edit_item", "text"), ("create_item", "text")]
)
def test_words_for_a_pledge_that_was_handed_in_meanwhile_stay(
    town: Town, page: str, field: str
) -> None:
    pledge = town.written()
    number = (1,) if page == "edit_item" else ()
    browser, address = client_of(town.head), at(page, pledge, *number)
    due = (today() + timedelta(days=60)).isoformat()
    aspect = town.pledges.aspects.get(number=4).pk
    form = form_of(browser, address, **{field: "<b>只在本页的话</b>"})
    form |= {} if page == "write" else {"aspect": aspect, "due_on": due}
    before = [(one.pk, one.text) for one in pledge.items.all()]
    actions.hand_in(by=town.handler, pledge=pledge)
    answer = browser.post(address, form)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "&lt;b&gt;只在本页的话&lt;/b&gt;" in shown, "what was typed"
    assert town.handler.name in shown, "who handed it in"
    assert f"{today().year}年{today().month}月{today().day}日" in shown, "when"
    assert "请组织者退回" in shown, "what can be done"
    assert "没有保存" in shown
    assert [(one.pk, one.text) for one in pledge.items.all()] == before
    assert now(pledge).head_name == "余行之"
    actions.give_back(by=town.organiser, pledge=pledge, reason="请核对")
    again = browser.post(address, form)
    if page == "write":  # returned, it is another version by now
        assert again.status_code == 409
        again = browser.post(address, {**form, "seen": again.context["form"]["seen"].value()})
    assert again.status_code == 302
    saved = {now(pledge).head_name, *pledge.items.values_list("text", flat=True)}
    assert "<b>只在本页的话</b>" in saved


@pytest.mark.once
def test_a_campaign_that_another_has_changed_is_not_written_over(town: Town) -> None:
    address = reverse("pledges:edit_campaign", args=[town.pledges.pk])
    quick, slow = client_of(town.organiser), client_of(town.organiser)
    second = form_of(slow, address, outlets="后到的媒体", aspect_5="后到的方面")
    first = form_of(quick, address, outlets="先到的媒体", units=[town.water.pk])
    assert quick.post(address, first).status_code == 302
    answer = slow.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert list(town.pledges.pledges.values_list("unit", flat=True)) == [town.water.pk]
    for words in ("先到的媒体", "后到的媒体", "后到的方面", town.organiser.name):
        assert words in page
    there = dict(answer.context["form"].there)
    assert there["承诺单位"] == str(town.water), "in words"
    again = {**second, "seen": answer.context["form"]["seen"].value()}
    assert slow.post(address, again).status_code == 302
    town.pledges.refresh_from_db()
    assert town.pledges.outlets == "后到的媒体"


@pytest.mark.once
def test_an_account_that_comes_after_the_settlement_stays_on_the_page(town: Town) -> None:
    pledge = town.published()
    seen = now(pledge).version
    actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES)
    told = {"item-1-claimed": "126", "item-1-text": "年底数", "item-2-text": "有文件"}
    answer = client_of(town.handler).post(at("account", pledge), {**told, "seen": seen})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "年底数" in shown
    assert town.inspector.name in shown
    assert "没有保存" in shown
    assert pledge.items.get(number=1).account == ""


@pytest.mark.once
def test_a_reason_to_return_stays_where_another_has_published(town: Town) -> None:
    pledge = town.handed_in()
    actions.publish(by=town.organiser, pledge=pledge)
    answer = client_of(town.organiser).post(at("give_back", pledge), {"reason": "数字不对"})
    assert answer.status_code == 409
    assert "数字不对" in answer.content.decode()
    assert client_of(town.organiser).get(at("give_back", pledge)).status_code == 409
    assert client_of(town.head).post(at("give_back", pledge), {"reason": "我"}).status_code == 403
