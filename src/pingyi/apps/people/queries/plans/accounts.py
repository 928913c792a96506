"""The plan of a table of accounts. It grants nothing."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account, Person
from pingyi.apps.people.queries.plans.planned import (
    CodeBook,
    Planned,
    check_doubles,
    check_length,
)
from pingyi.apps.people.rules.codes import is_username, normal_username
from pingyi.base.sheets.columns import CLEAR
from pingyi.base.sheets.reading import Row


def plan_accounts(rows: list[Row], account: Account) -> list[Planned]:
    """New accounts, and changed facts of those there are."""
    accounts = {each.username: each for each in Account.objects.select_related("person")}
    holders = {a.person.code: a.username for a in accounts.values() if a.person is not None}
    persons = CodeBook(Person.objects.values_list("code", flat=True))
    for row in rows:
        if row.get("username"):
            row.cells["username"] = normal_username(row.get("username"))
    check_doubles(rows, "username", lambda row: row.get("username") or None)
    check_doubles(rows, "person", lambda row: _person(row) or None)
    planned = []
    for row in rows:
        each = Planned(row, subject=accounts.get(row.get("username")))
        planned.append(each)
        _check(row)
        person = _person(row)
        if person and persons.check_known(row, "person", _("人员编号")):
            holder = holders.get(person, row.get("username"))
            if holder != row.get("username"):
                row.tell(
                    "person",
                    _("此人已有账号“%(name)s”。") % {"name": holder},
                    _("一人一个账号，请核对。"),
                )
        if each.subject is None:
            each.is_new = True
        else:
            _compare(each, each.subject)
    return planned


def _person(row: Row) -> str:
    return "" if row.get("person") == CLEAR else row.get("person")


def _check(row: Row) -> None:
    check_length(row, name=60, email=254)
    if row.get("username") and not is_username(row.get("username")):
        row.tell(
            "username",
            _("账号名“%(name)s”不合规。") % {"name": row.get("username")},
            _("用字母和数字，中间可有点、横线、下划线，2到60个字符。"),
        )
    email = row.get("email")
    if email and email != CLEAR:
        try:
            validate_email(email)
        except ValidationError:
            row.tell("email", _("“%(email)s”不是邮箱地址。") % {"email": email}, _("请核对。"))


def _compare(each: Planned, account: Account) -> None:
    each.compare("name", account.name)
    each.compare("person", account.person.code if account.person else "")
    each.compare("email", account.email)
    each.compare("second_factor", "yes" if account.second_factor_required else "no")
