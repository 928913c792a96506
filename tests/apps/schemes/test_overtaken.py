"""Two officers at one draft: what either has typed stays, and neither writes over the other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.schemes.hands import account, draft, seal

from pingyi.apps.people.enums import Role
from pingyi.apps.schemes import actions
from pingyi.apps.schemes.models import SchemeVersion

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HARMFUL = "jiaozuo-2017"
TYPED, SHOWN = "只在本页的<b>话", "只在本页的&lt;b&gt;话"
HTMX = {"HTTP_HX_REQUEST": "true"}


class Desk:
    """An organiser at a browser."""

    def __init__(self, name: str) -> None:
        self.account = account(Role.ORGANISER, name)
        self.client = Client()
        self.client.force_login(self.account)

    def at(self, name: str, version: SchemeVersion) -> str:
        """The page as it stands."""
        return self.client.get(reverse(f"schemes:{name}", args=[version.pk])).content.decode()

    def post(self, name: str, version: SchemeVersion, data: dict[str, Any], **how: Any) -> Any:
        return self.client.post(reverse(f"schemes:{name}", args=[version.pk]), data, **how)


@pytest.fixture
def desks(db: None) -> tuple[Desk, Desk]:
    return Desk("quick"), Desk("slow")


def was_on(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(was:[^"]+)" value="([^"]*)"', page))


def fresh(version: SchemeVersion) -> SchemeVersion:
    return SchemeVersion.objects.get(pk=version.pk)


@pytest.mark.parametrize(
    ("name", "first", "how"),
    [
        ("value:good_from", "81", {}),
        ("basis:good_from", "云办一号", HTMX),
        ("title", "先到", {}),
    ],
)
def test_the_second_at_one_field_sees_the_first(
    desks: tuple[Desk, Desk], name: str, first: str, how: dict[str, str]
) -> None:
    (quick, slow), version = desks, draft()
    seen = was_on(slow.at("parameters", version))
    was = {f"was:{name}": seen[f"was:{name}"]}
    assert quick.post("parameters", version, {name: first, **was}, **HTMX).status_code == 200
    again = quick.post("parameters", version, {name: f"{first}0", **was}, **HTMX)
    assert again.status_code == 200, "one's own earlier words are no surprise"
    other = {"value:fair_from": "61", "was:value:fair_from": seen["was:value:fair_from"]}
    answer = slow.post("parameters", version, {name: TYPED, **was, **({} if how else other)}, **how)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{first}0" in page, "what the other has saved"
    assert "quick刚刚改过" in page
    assert how or SHOWN in page, "without htmx the own words"
    assert how or 'value="61"' in page
    stored = was_on(slow.at("parameters", version))
    assert stored[f"was:{name}"] == f"{first}0"
    assert was_on(page)[f"was:{name}"] == f"{first}0", "so that it can be sent again"
    once_more = {name: "后到", f"was:{name}": f"{first}0"}
    assert slow.post("parameters", version, once_more, **HTMX).status_code == 200


def test_what_a_rule_refuses_stays_in_its_field(desks: tuple[Desk, Desk]) -> None:
    slow, version = desks[1], draft()
    typed = {"title": "", "basis_document": TYPED, "value:good_from": "7" * 501}
    answer = slow.post("parameters", version, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert SHOWN in page
    assert "7" * 501 in page
    assert fresh(version).basis_document == ""


@pytest.mark.parametrize("name", ["parameters", "text", "seal"])
def test_words_for_a_draft_that_was_sealed_meanwhile_stay(
    desks: tuple[Desk, Desk], name: str
) -> None:
    slow, version = desks[1], draft(preset=HARMFUL)
    mark = re.findall(r'name="reason:([^"]+)"', slow.at("seal", version))[0]
    seal(version)
    asked = {
        "parameters": {"title": TYPED},
        "text": {"text": TYPED, "revision": version.revision},
        "seal": {f"reason:{mark}": TYPED, f"basis:{mark}": "文件"},
    }[name]
    answer = slow.post(name, version, asked)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert SHOWN in page
    assert "organiser已于" in page


def test_a_text_that_another_has_changed_shows_the_differences(desks: tuple[Desk, Desk]) -> None:
    (quick, slow), version = desks, draft()
    actions.save_text(by=quick.account, version=version, text=f"{version.text}\n# 甲")
    mine = {"text": f"{version.text}\n# {TYPED}", "revision": version.revision}
    silent = slow.post("text", version, mine, **HTMX)
    assert (silent.status_code, b"quick" in silent.content) == (409, True)
    answer = slow.post("text", version, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("quick", "+# 甲", f"-# {SHOWN}", f"# {SHOWN}</textarea>"):
        assert words in page
    assert fresh(version).text.endswith("# 甲")
    now = re.findall(r'name="revision" value="(\d+)"', page)[0]
    assert slow.post("text", version, {**mine, "revision": now}).status_code == 302
    assert fresh(version).text.endswith(TYPED)


def test_a_reason_that_another_has_given_is_not_written_over(desks: tuple[Desk, Desk]) -> None:
    (quick, slow), version = desks, draft(preset=HARMFUL)
    seen = was_on(slow.at("seal", version))
    (mark,) = (name.removeprefix("was:reason:") for name in seen if "reason" in name)

    def said(reason: str) -> dict[str, str]:
        return {**seen, f"reason:{mark}": reason, f"basis:{mark}": "文件" if reason else ""}

    assert quick.post("seal", version, said("甲一\r\n甲二")).status_code == 302
    assert slow.post("seal", version, said("")).status_code == 302
    assert fresh(version).reasons[mark]["reason"] == "甲一\n甲二", "not touched by the second"
    answer = slow.post("seal", version, said(TYPED))
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (SHOWN, "甲一", "quick"):
        assert words in page
    assert slow.post("seal", version, {**said(TYPED), **was_on(page)}).status_code == 302
    assert fresh(version).reasons[mark]["reason"] == TYPED
