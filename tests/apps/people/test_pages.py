"""Who may open what, written by hand and walked; journeys through the forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.apps.people.ground import City, account
from tests.apps.people.test_imports import GOOD, as_csv
from tests.apps.posting import form_of

from pingyi.apps.people.actions import imports, persons
from pingyi.apps.people.enums import ImportKind, Role
from pingyi.apps.people.models import Account, Charge, Grant, ImportDraft, Person, Tenure, Unit
from pingyi.apps.people.urls import urlpatterns
from pingyi.base import audit
from pingyi.base.models import AuditEntry


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = []


SEERS = (
    "organiser checker inspector chair leader unit_head unit_handler system_admin security_admin"
)
ADMINS = "system_admin security_admin"
EVERYONE = f"{SEERS} agency audit_admin nobody"

# Address name → who may open it for a unit of their own (水利局), and for another (石桥镇).
# A leader is in charge of 水利局; head and handler belong to it; all others reach everything.
OWN = SEERS
OTHER = "organiser checker inspector chair system_admin security_admin"
MAY_OPEN: dict[str, tuple[str, str]] = {
    "units": (SEERS, SEERS),
    "unit_tree": (SEERS, SEERS),
    "unit_options": (SEERS, SEERS),
    "unit_new": ("organiser", "organiser"),
    "unit": (OWN, OTHER),
    "unit_branch": (OWN, OTHER),
    "unit_edit": ("organiser", "organiser"),
    "unit_rename": ("organiser", "organiser"),
    "unit_correct": ("organiser", "organiser"),
    "unit_move": ("organiser", "organiser"),
    "unit_merge": ("organiser", "organiser"),
    "unit_split": ("organiser", "organiser"),
    "unit_abolish": ("organiser", "organiser"),
    "appoint": ("organiser", "organiser"),
    "put_in_charge": ("organiser", "organiser"),
    "persons": (SEERS, SEERS),
    "person_options": ("organiser system_admin", "organiser system_admin"),
    "person_new": ("organiser", "organiser"),
    "person": (OWN, OTHER),
    "person_edit": ("organiser", "organiser"),
    "end_tenure": ("organiser", "organiser"),
    "end_charge": ("organiser", "organiser"),
    "accounts": (ADMINS, ADMINS),
    "account_new": ("system_admin", "system_admin"),
    "account": (ADMINS, ADMINS),
    "account_edit": ("system_admin", "system_admin"),
    "account_switch": ("system_admin", "system_admin"),
    "account_password": ("system_admin", "system_admin"),
    "grant_new": ("security_admin", "security_admin"),
    "account_unlock": ("security_admin", "security_admin"),
    "account_factor": ("security_admin", "security_admin"),
    "grant_revoke": ("security_admin", "security_admin"),
    "import_upload": ("organiser", "organiser"),
    "import_template": ("organiser", "organiser"),
    "import": ("organiser", "organiser"),
    "import_marked": ("organiser", "organiser"),
    "import_again": ("", ""),  # posted only
    "import_discard": ("", ""),
    "audit": ("audit_admin", "audit_admin"),
    "audit_verify": ("", ""),
    "audit_entry": ("audit_admin", "audit_admin"),
    "me": (EVERYONE, EVERYONE),
}


MAY_POST = {
    "import_again": "organiser",
    "import_discard": "organiser",
    "audit_verify": "audit_admin",
}
"""What has no page to open, only a button."""


class Cast:
    """Somebody in every role, and one thing of every kind, for a unit of theirs or another."""

    def __init__(self, city: City, unit: Unit) -> None:
        leader = Person.objects.create(code="L9", name="江平")
        Charge.objects.create(kind="leader_in_charge", leader=leader, unit=city.water)
        self.accounts = {"organiser": city.organiser, "nobody": account("nobody")}
        for role in Role:
            if role in {Role.UNIT_HEAD, Role.UNIT_HANDLER}:
                self.accounts[role] = account(role, role, unit=city.water)
            elif role == Role.LEADER:
                self.accounts[role] = account(role, role, person=leader)
            elif role != Role.ORGANISER:
                self.accounts[role] = account(role, role)
        person = persons.create_person(by=city.organiser, code="P1", name="苏望北")
        tenure = persons.appoint(
            by=city.organiser, person=person, unit=unit, title="局长", kind="unit_head"
        )
        charge = persons.put_in_charge(
            by=city.organiser, leader=city.leader, unit=unit, kind="sponsor_leader"
        )
        draft = imports.upload_table(
            by=city.organiser, kind=ImportKind.UNITS, file_name="a.csv", content=as_csv(GOOD)
        )
        other = account("other", Role.CHECKER)
        self.arguments: dict[str, object] = {
            "unit": unit.code,
            "person": person.code,
            "tenure": tenure.pk,
            "charge": charge.pk,
            "account": other.pk,
            "grant": Grant.objects.get(account=other).pk,
            "import": draft.pk,
        }

    def address(self, name: str) -> str:
        pattern = next(p for p in urlpatterns if p.name == name)
        route = str(pattern.pattern)
        if "<" not in route:
            return reverse(f"people:{name}")
        if "<slug:kind>" in route:
            return reverse(f"people:{name}", args=["units"])
        if "<int:number>" in route:
            return reverse(f"people:{name}", args=[1])
        noun = route.partition("s/")[0]
        return reverse(f"people:{name}", args=[self.arguments[noun]])


def test_every_address_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(MAY_OPEN)


@pytest.mark.parametrize("own", [True, False])
def test_each_role_opens_what_it_may_and_nothing_else(city: City, own: bool) -> None:
    cast = Cast(city, city.water if own else city.other_town)
    audit.record(by=None, verb="people.demo.made")
    wrong = []
    for role, somebody in cast.accounts.items():
        client = Client()
        client.force_login(somebody)
        for name, allowed in MAY_OPEN.items():
            status = client.get(cast.address(name)).status_code
            expected = role in allowed[0 if own else 1].split()
            if (status == 200) != expected or status >= 500:
                wrong.append((role, name, status))
    assert wrong == []


def test_nobody_signed_in_is_led_to_signing_in(city: City) -> None:
    cast = Cast(city, city.water)
    client = Client()
    for name in MAY_OPEN:
        for answer in (client.get(cast.address(name)), client.post(cast.address(name))):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("account_login"))


def test_whoever_may_not_open_a_form_may_not_post_it(city: City) -> None:
    cast = Cast(city, city.water)
    before = [list(model.objects.values_list()) for model in (Unit, Person, Tenure, Charge, Grant)]
    for role in ("checker", "unit_handler", "unit_head", "leader", "agency", "audit_admin"):
        client = Client()
        client.force_login(cast.accounts[role])
        for name, allowed in MAY_OPEN.items():
            if role not in allowed[0].split() and role != MAY_POST.get(name):
                answer = client.post(cast.address(name), {"reason": "x", "title": "x"})
                assert answer.status_code in {403, 404, 409}, (role, name)
    after = [list(model.objects.values_list()) for model in (Unit, Person, Tenure, Charge, Grant)]
    assert before == after


def test_a_handler_sees_the_own_unit_only(city: City, client: Client) -> None:
    client.force_login(account("handler", Role.UNIT_HANDLER, unit=city.county))
    page = client.get(reverse("people:units")).content.decode()
    for title, seen in (("清河县", True), ("柳林村", True), ("水利局", False)):
        assert (title in page) == seen
    tree = client.get(reverse("people:unit_tree")).content.decode()
    assert "清河县" in tree
    assert "柳林村" not in tree
    file = client.get(reverse("people:unit", args=["100"])).content.decode()
    assert "云州市水利局" not in file
    export = client.get(reverse("people:units") + "?export=csv")
    text = b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "柳林村" in text
    assert "水利局" not in text


def test_searching_finds_former_names_and_codes(city: City, client: Client) -> None:
    client.force_login(city.organiser)
    for query, found in (("text=柳林 镇", "101"), ("text=００2", "002"), ("kind=county", "100")):
        page = client.get(reverse("people:units") + f"?{query}").content.decode()
        assert f"/people/units/{found}/" in page, query


@pytest.mark.parametrize("size", [1, 12])
def test_lists_take_the_same_number_of_queries_for_any_size(
    city: City, client: Client, django_assert_max_num_queries: Any, size: int
) -> None:
    for number in range(size):
        unit = Unit(code=f"N{number}", title=f"第{number}局", kind="other")
        Unit.objects.add_child(Unit.objects.get(pk=city.root.pk), instance=unit)
        person = Person.objects.create(code=f"N{number}", name="某")
        persons.appoint(by=city.organiser, person=person, unit=unit, title="局长", kind="unit_head")
    for role in (Role.ORGANISER, Role.SYSTEM_ADMIN):
        client.force_login(account(f"{role}2", role))
        for name in ("units", "persons", *(["accounts"] if role == Role.SYSTEM_ADMIN else [])):
            client.get(reverse(f"people:{name}"))
            with django_assert_max_num_queries(16):
                assert client.get(reverse(f"people:{name}")).status_code == 200


EVIL = ("<script>alert(1)</script>", "=HYPERLINK(1)", "'; DROP TABLE people_unit; --", "{{ 7*7 }}")


@pytest.mark.parametrize("evil", EVIL)
def test_what_is_typed_is_shown_and_never_run(city: City, client: Client, evil: str) -> None:
    client.force_login(city.organiser)
    new = {"code": "N1", "title": evil, "kind": "other", "parent": "00", "sort_order": "0"}
    text = {"short_title": evil, "contact": evil, "founded_on": "2010-01-01"}
    assert client.post(reverse("people:unit_new"), new | text).status_code == 302
    ground = {"on": "2016-07-01", "basis": evil, "reason": evil}
    rename = reverse("people:unit_rename", args=["N1"])
    assert (
        client.post(rename, form_of(client, rename, title=f"{evil}2", **ground)).status_code == 302
    )
    person = {"code": "N1", "name": evil, "contact": evil, "sort_order": "0"}
    assert client.post(reverse("people:person_new"), person).status_code == 302
    post = {"person": "N1", "title": evil, "kind": "unit_head", "since": "2012-01-01"}
    assert client.post(reverse("people:appoint", args=["N1"]), post).status_code == 302
    charge = {"leader": "N1", "kind": "sponsor_leader"}
    assert client.post(reverse("people:put_in_charge", args=["N1"]), charge).status_code == 302
    pages = ["units", "persons", "unit_tree"]
    addresses = [reverse(f"people:{name}") for name in pages]
    addresses += [reverse("people:unit", args=["N1"]), reverse("people:person", args=["N1"])]
    addresses += [reverse("people:units") + f"?text={evil}", reverse("people:unit_options")]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode(), address
        assert "49" not in answer.content.decode().split("N1")[-1][:200]
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
    bad = client.post(reverse("people:unit_new"), new | {"code": evil})
    assert bad.status_code == 422
    assert "<script>alert" not in bad.content.decode()


def test_sending_a_form_twice_does_it_once(city: City, client: Client) -> None:
    client.force_login(city.organiser)
    new = {"code": "N1", "title": "新局", "kind": "other", "parent": "00", "sort_order": "0"}
    ground = {"on": "2016-07-01", "basis": "文", "reason": "由"}
    steps = [
        ("unit_new", [], new),
        ("unit_rename", ["N1"], {"title": "改局", **ground}),
        ("unit_correct", ["N1"], {"title": "正局", "reason": "错字"}),
        ("unit_move", ["N1"], {"parent": "100", **ground}),
        ("person_new", [], {"code": "N1", "name": "某", "sort_order": "0"}),
        ("appoint", ["N1"], {"person": "N1", "title": "局长", "kind": "unit_head"}),
        ("put_in_charge", ["N1"], {"leader": "N1", "kind": "sponsor_leader"}),
        ("unit_split", ["N1"], {"into": "001\n002", **ground}),
        ("unit_merge", ["N1"], {"into": "001 云州市水利局", **ground}),
        ("unit_abolish", ["002"], ground),
    ]
    for name, arguments, data in steps:
        address = reverse(f"people:{name}", args=arguments)
        form = form_of(client, address, **data)
        assert client.post(address, form).status_code == 302, name
        entries = AuditEntry.objects.count()
        assert client.post(address, form).status_code in {409, 422}, name
        assert AuditEntry.objects.count() == entries, name
    tenure, charge = Tenure.objects.get(), Charge.objects.get()
    assert (tenure.until, charge.until) != (None, None)


def test_an_import_from_upload_to_commit(city: City, client: Client) -> None:
    client.force_login(city.organiser)
    upload = reverse("people:import_upload", args=["units"])
    file = SimpleUploadedFile("表.csv", as_csv([*GOOD, ("9", "", "其他", "00", "")]))
    answer = client.post(upload, {"file": file})
    draft = ImportDraft.objects.get()
    preview = reverse("people:import", args=[draft.pk])
    assert answer["Location"] == preview
    page = client.get(preview + "?state=error").content.decode()
    assert "缺少单位名称" in page
    assert "河东村" not in page
    marked = client.get(reverse("people:import_marked", args=[draft.pk]))
    assert b"".join(marked.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert client.post(preview, {"manner": "correct"}).status_code == 409
    done = client.post(preview, {"manner": "correct", "skip_errors": "on"}, follow=True)
    assert "新增2行，变更1行，跳过1行" in done.content.decode()
    assert client.post(preview, {"manner": "correct", "skip_errors": "on"}).status_code == 409
    other = Client()
    other.force_login(account("organiser2", Role.ORGANISER))
    assert other.get(preview).status_code == 409
    broken = client.post(upload, {"file": SimpleUploadedFile("表.txt", b"x")})
    assert broken.status_code == 422


@pytest.mark.parametrize("kind", list(ImportKind))
def test_what_there_is_comes_back_unchanged(city: City, client: Client, kind: ImportKind) -> None:
    Cast(city, city.water)
    somebody = Account.objects.get(
        username="system_admin" if kind == ImportKind.ACCOUNTS else "organiser"
    )
    client.force_login(somebody)
    answer = client.get(reverse("people:import_template", args=[kind]) + "?filled=1")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    draft = imports.upload_table(by=somebody, kind=kind, file_name="a.xlsx", content=content)
    assert {row.state for row in draft.rows.all()} == {"same"}


def test_an_account_from_making_to_granting(city: City, client: Client) -> None:
    client.force_login(account("system", Role.SYSTEM_ADMIN))
    answer = client.post(reverse("people:account_new"), {"username": "zhou", "name": "周"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    made = Account.objects.get(username="zhou")
    assert (
        client.post(reverse("people:grant_new", args=[made.pk]), {"role": "chair"}).status_code
        == 403
    )
    reset = client.post(reverse("people:account_password", args=[made.pk]))
    assert "<code>" in reset.content.decode()
    security = account("security", Role.SECURITY_ADMIN)
    client.force_login(security)
    grant = {"role": "unit_handler", "unit": "001 云州市水利局"}
    address = reverse("people:grant_new", args=[made.pk])
    assert client.post(address, grant).status_code == 302
    assert client.post(address, grant).status_code == 409
    assert "须指明单位" in client.post(address, {"role": "unit_head"}).content.decode()
    own = reverse("people:grant_new", args=[security.pk])
    assert client.post(own, {"role": "chair"}).status_code == 403
    revoke = reverse("people:grant_revoke", args=[Grant.objects.get(account=made).pk])
    assert client.post(revoke, {"reason": "调离"}).status_code == 302
    assert client.post(revoke, {"reason": "调离"}).status_code == 409


def test_both_sides_in_one_hand_are_warned_of(city: City, client: Client) -> None:
    one = account("zhou", Role.ORGANISER)
    client.force_login(account("security", Role.SECURITY_ADMIN))
    asked = client.get(reverse("people:grant_new", args=[one.pk])).content.decode()
    assert "该账号已是组织者" in asked
    page = reverse("people:account", args=[one.pk])
    assert "兼任组织者和核对人" not in client.get(page).content.decode()
    address = reverse("people:grant_new", args=[one.pk])
    refused = client.post(address, {"role": "checker"})
    assert refused.status_code == 422
    assert "须有理由" in refused.content.decode()
    given = {"role": "checker", "reason": "全局只有三名干部"}
    assert client.post(address, given).status_code == 302
    assert AuditEntry.objects.get(verb="people.grant.made").details["reason"] == given["reason"]
    assert "兼任组织者和核对人" in client.get(page).content.decode()


def test_a_second_account_of_one_name_is_told(city: City, client: Client) -> None:
    first, second = account("zhou"), account("zhou2")
    Account.objects.filter(pk=second.pk).update(name=first.name)
    client.force_login(account("security", Role.SECURITY_ADMIN))
    page = reverse("people:account", args=[first.pk])
    assert "另有同名账号" in client.get(page).content.decode()
    for number, made in enumerate((first, second)):
        made.person = Person.objects.create(code=f"Z{number}", name=first.name)
        made.save(update_fields=["person"])
    assert "另有同名账号" not in client.get(page).content.decode()


def test_the_audit_log_is_verified_from_its_page(city: City, client: Client) -> None:
    client.force_login(account("auditor", Role.AUDIT_ADMIN))
    audit.record(by=city.organiser, verb="people.unit.created", subject=city.water)
    answer = client.post(reverse("people:audit_verify"), follow=True)
    words = [str(message) for message in get_messages(answer.wsgi_request)]
    assert "核验通过" in answer.content.decode(), words
    AuditEntry.objects.filter(number=1).update(actor_name="改")
    answer = client.post(reverse("people:audit_verify"), follow=True)
    assert "内容被改动" in answer.content.decode()
    page = client.get(reverse("people:audit") + "?verb=people.unit&first=2016-01-01")
    assert "云州市水利局" in page.content.decode()


def test_a_unit_that_is_not_found_says_how_to_name_one(city: City, client: Client) -> None:
    client.force_login(account("security", Role.SECURITY_ADMIN))
    made = account("zhou")
    asked = {"role": Role.UNIT_HANDLER, "unit": "利"}
    told = client.post(reverse("people:grant_new", args=[made.pk]), asked)
    assert told.status_code == 422
    assert "请输入编码或全称" in told.content.decode()
