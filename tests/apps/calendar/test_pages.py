"""The pages of the calendar: who may open what, a year brought in and out."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.apps.people.ground import account, unit

from pingyi.apps.calendar import urls
from pingyi.apps.people.enums import Role
from pingyi.base.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

KEEPERS = {Role.ORGANISER, Role.SYSTEM_ADMIN}
EVERYONE = set(Role)
# Address: how it is asked for, and who may.
TABLE: dict[str, tuple[str, set[Role]]] = {
    "index": ("GET", EVERYONE),
    "year": ("GET", EVERYONE),
    "file": ("GET", EVERYONE),
    "source": ("GET", KEEPERS),
    "days": ("GET", KEEPERS),
    "remove": ("POST", KEEPERS),
    "upload": ("GET", KEEPERS),
    "template": ("GET", KEEPERS),
    "commit": ("POST", KEEPERS),
}


def address(name: str) -> str:
    years = {"year", "file", "source", "days", "remove"}
    return reverse(f"calendar:{name}", args=[2026] if name in years else [])


def client_of(*roles: Role) -> Client:
    client = Client()
    place = unit("SLJ", "市水利局") if set(roles) & {Role.UNIT_HEAD, Role.UNIT_HANDLER} else None
    officer = account(f"officer-{len(roles)}", *roles, unit=place)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_table_names_every_address() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


@pytest.mark.parametrize("role", Role)
def test_who_may_open_what(role: Role) -> None:
    client = client_of(role)
    for name, (method, may) in TABLE.items():
        status = client.generic(method, address(name)).status_code
        if role not in may:
            assert status == 403, name
        else:  # what is posted is empty
            assert status in ({200, 302} if method == "GET" else {422}), name


def test_nobody_comes_in_without_signing_in() -> None:
    for name, (method, _may) in TABLE.items():
        assert "/login/" in Client().generic(method, address(name))["Location"], name


def test_a_year_nobody_entered_says_so_and_a_term_is_counted() -> None:
    client = client_of()
    page = client.get(reverse("calendar:year", args=[2028])).content.decode()
    assert "2028年的节假日安排尚未录入，按周一至周五推算。" in page
    page = client.get(
        address("year"), {"start": "2026-09-28", "amount": "5", "unit": "working"}
    ).content.decode()
    assert "跳过国庆节放假7天" in page
    assert client.get(reverse("calendar:year", args=[1999])).status_code == 404


def test_a_file_taken_out_comes_in_again() -> None:
    client = client_of(Role.ORGANISER)
    for kind in ("xlsx", "csv"):
        response = client.get(address("file"), {"export": kind})
        content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        file = SimpleUploadedFile(f"a.{kind}", content)
        page = client.post(address("upload"), {"file": file})
        states = {str(word): number for word, _kind, number in page.context["counts"]}
        there = CalendarDay.objects.filter(year=2026).count()
        assert states == {"新增": 0, "变更": 0, "不变": there, "有误": 0}


def test_a_year_is_brought_in() -> None:
    client = client_of(Role.ORGANISER)
    template = b"".join(client.get(address("template")).streaming_content)  # type: ignore[attr-defined]
    book = openpyxl.load_workbook(io.BytesIO(template))
    book.worksheets[0].append(["2029-01-01", "放假", "元旦"])
    book.worksheets[0].append(["2029-01-02", "没有", "元旦"])
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("a.xlsx", stream.getvalue())
    page = client.post(address("upload"), {"file": file})
    assert "只导入没有问题的 1 天" in page.content.decode()
    assert not CalendarYear.objects.filter(year=2029).exists()
    rows = page.context["form"]["rows"].value()
    client.post(address("commit"), {"rows": rows, "source": "2029年放假通知"})
    assert CalendarDay.objects.get(day=date(2029, 1, 1)).year.source == "2029年放假通知"
    client.post(
        reverse("calendar:remove", args=[2029]), {"first": "2029-01-01", "last": "2029-01-01"}
    )
    assert not CalendarDay.objects.filter(year=2029).exists()


@pytest.mark.parametrize("rows", ["[]]", '[["2029-01-01", "x", "a", ""]]', "[1]", '{"a": 1}'])
def test_rows_that_somebody_made_up_are_refused(rows: str) -> None:
    client = client_of(Role.ORGANISER)
    answer = client.post(address("commit"), {"rows": rows, "source": "通知"})
    assert answer.status_code == 422
