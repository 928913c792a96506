"""What the tests of this room begin with: a small city and accounts with roles."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model

from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant, Person, Unit

BASIS = Ground(date(2016, 7, 1), "云机编〔2016〕12号", "机构改革")


def account(username: str, *roles: Role, unit: Unit | None = None, **facts: Any) -> Account:
    """An account with roles, without a password (hashing one takes long)."""
    made = Account.objects.create(username=username, name=f"测试{username}", **facts)
    for role in roles:
        Grant.objects.create(account=made, role=role, unit=unit)
    return made


def unit(code: str, title: str, parent: Unit | None = None, kind: str = "other") -> Unit:
    """A unit without any history."""
    new = Unit(code=code, title=title, kind=kind)
    if parent is None:
        Unit.objects.add_root(instance=new)
    else:
        Unit.objects.add_child(Unit.objects.get(pk=parent.pk), instance=new)
    new.refresh_from_db()
    return new


class City:
    """云州市 with two departments, a county with two townships, and an organiser for all."""

    def __init__(self) -> None:
        self.root = unit("00", "云州市", kind="authority")
        self.water = unit("001", "云州市水利局", self.root, "municipal_department")
        self.health = unit("002", "云州市卫生计生委", self.root, "municipal_department")
        self.county = unit("100", "清河县", self.root, "county")
        self.town = unit("101", "柳林镇", self.county, "township")
        self.village = unit("10101", "柳林村", self.town, "village")
        self.other_town = unit("102", "石桥镇", self.county, "township")
        self.organiser = account("organiser", Role.ORGANISER)
        self.leader = Person.objects.create(code="L1", name="顾长河")


def fresh(instance: Any) -> Any:
    """The same row as it stands in the database now."""
    assert isinstance(instance, Model)
    return type(instance)._default_manager.get(pk=instance.pk)  # type: ignore[attr-defined]
