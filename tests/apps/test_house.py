"""Components, dates and numbers, error pages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from pingyi.base import figures, pages
from pingyi.base.errors import Conflict, Throttled
from pingyi.base.middleware import HouseErrors
from pingyi.base.parts import stages_of, steps_of
from pingyi.site.throttling import name_of


def show(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 22, 6, 5, tzinfo=UTC), "2026年11月22日 14:05"),
        (datetime(2026, 1, 2, 3, 4), "2026年1月2日 03:04"),
        (date(2026, 1, 2), "2026年1月2日"),
        (None, ""),
    ],
)
def test_moments(value: date | None, text: str) -> None:
    assert figures.moment(value) == text


def test_english_dates_sort() -> None:
    with translation.override("en"):
        assert figures.moment(datetime(2026, 1, 2, 3, 4)) == "2026-01-02 03:04"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234567, "", "1,234,567"),
        (Decimal("12345.50"), "", "12,345.5"),
        (Decimal("0.125"), 2, "0.13"),
        (Fraction(2, 3), 4, "0.6667"),
        (Decimal("-0.005"), 2, "-0.01"),
        (0, 2, "0.00"),
        ("弃权", "", "弃权"),
        (None, "", ""),
    ],
)
def test_numbers_round_half_up(value: object, places: int | str, text: str) -> None:
    assert figures.number(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(7, 8), "87.5%"), ("2/3", "66.7%"), (1, "100.0%"), ("", "")]
)
def test_percentages(value: object, text: str) -> None:
    assert figures.percent(value) == text


def test_a_state_is_word_icon_and_colour() -> None:
    html = show('{% state word "late" %}', word="<逾期>")
    assert html == (
        '<span class="state state-late"><i class="ti ti-alarm" aria-hidden="true"></i>'
        "&lt;逾期&gt;</span>"
    )


def test_why_escapes_nothing_twice_and_keeps_user_text_harmless() -> None:
    html = show("{% why %}<b>{{ word }}</b>{% endwhy %}", word="<script>")
    assert "<b>&lt;script&gt;</b>" in html
    assert html.startswith('<details class="why"><summary>')


class Form(forms.Form):
    title = forms.CharField(label="名称", help_text="至多 60 字")
    way = forms.ChoiceField(label="方式", choices=(("a", "现场"),), widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="同意")


def test_a_field_binds_its_help_and_errors() -> None:
    html = show("{% field form.title %}", form=Form({}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'class="form-control is-invalid"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-check-input"' in show("{% field form.agreed %}", form=Form())
    assert "<legend" in show("{% field form.way %}", form=Form())


def test_the_summary_leads_to_each_field() -> None:
    html = show("{% error_summary form %}", form=Form({}))
    assert "有 3 处需要更正" in html
    assert 'href="#id_title"' in html
    assert show("{% error_summary form %}", form=Form()) == ""
    assert show("{% error_summary form %}") == ""


def test_confirm_posts_and_asks() -> None:
    request = RequestFactory().get("/")
    html = show('{% confirm "/x/" "封存" ask="确定吗？" version=3 %}', request=request)
    assert 'data-ask="确定吗？"' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert '<input type="hidden" name="version" value="3">' in html


def test_stages_and_steps() -> None:
    found = list(stages_of((("a", "甲"), ("b", "乙"), ("c", "丙")), "b"))
    assert [stage.state for stage in found] == ["done", "now", "todo"]
    assert [state for _, state, _ in steps_of(("甲", "乙"), 2)] == ["done", "now"]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [Conflict("已封存。", "请刷新。"), Throttled("太快。")])
def test_errors_become_pages_or_parts(error: Conflict) -> None:
    handler = HouseErrors(lambda request: None)
    request = Client().get("/").wsgi_request
    page = handler.process_exception(request, error)
    assert page is not None
    assert page.status_code == error.status
    assert str(error.what) in page.content.decode()
    request.htmx = True
    part = handler.process_exception(request, error)
    assert part is not None
    assert "data-error-part" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_the_last_page_needs_no_database() -> None:
    # Without the mark django_db, any query fails.
    request = RequestFactory().get("/")
    for page, status in ((pages.broken, 500), (pages.bad_request, 400)):
        answer = page(request)
        assert answer.status_code == status
        assert "回到首页" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_a_token_is_told() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "li"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "email/", "password/set/", "confirm-email/"]
)
def test_nobody_signs_up(path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404


def test_whose_attempts_are_counted() -> None:
    request = RequestFactory().post("/", {"login": " li "})
    assert name_of(request) == "li"
    assert name_of(request, {"username": "wang"}) == "wang"


@pytest.mark.django_db
def test_pages_allow_nothing_from_elsewhere() -> None:
    policy = Client().get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
