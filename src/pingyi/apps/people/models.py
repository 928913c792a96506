"""Units, persons, accounts, roles."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_Node

from pingyi.apps.people.enums import Role, UnitKind


class Unit(MP_Node):
    """A unit of the authority, in a tree."""

    code = models.CharField("编码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=120, db_index=True)
    kind = models.CharField("类别", max_length=30, choices=UnitKind)

    class Meta:
        verbose_name = "单位"

    def __str__(self) -> str:
        return self.title


class Person(models.Model):
    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60, db_index=True)

    class Meta:
        verbose_name = "人员"

    def __str__(self) -> str:
        return self.name


class Accounts(BaseUserManager["Account"]):
    def create_account(self, username: str, password: str, name: str) -> Account:
        """A new account without a role."""
        account = self.model(username=username, name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Who signs in. Voters have none."""

    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    person = models.OneToOneField(Person, models.SET_NULL, null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Accounts()

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"


class Grant(models.Model):
    """A role of an account, for a unit and everything below it; without a unit, for all."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="grants")

    class Meta:
        verbose_name = "授权"
        constraints = [
            models.UniqueConstraint(fields=("account", "role", "unit"), name="grant_once"),
            models.UniqueConstraint(
                fields=("account", "role"), condition=Q(unit=None), name="grant_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}：{self.unit or '全部单位'}"
