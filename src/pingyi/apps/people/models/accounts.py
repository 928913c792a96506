"""Accounts and what they are granted. The three administrators are kept apart by constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from pingyi.apps.people.enums import ADMIN_ROLES, UNIT_ROLES, Role, SphereKind
from pingyi.apps.people.fields import UsernameField
from pingyi.apps.people.models.periods import Period, period_check, today
from pingyi.apps.people.models.persons import Person
from pingyi.apps.people.models.units import Unit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

SPHERES = len(SphereKind)


class Accounts(BaseUserManager["Account"]):
    def create_account(self, username: str, password: str, name: str) -> Account:
        """A new account without a role."""
        account = self.model(username=username, name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Signing in ignores upper case and full width, as the column does."""
        return self.get(username=username or "")


class Account(AbstractBaseUser):
    """Who signs in. Voters have none. Accounts are switched off, never deleted."""

    username = UsernameField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    person = models.OneToOneField(Person, models.SET_NULL, null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    second_factor_required = models.BooleanField("须用两步验证", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Accounts()

    if TYPE_CHECKING:
        grants: RelatedManager[Grant]
        sphere: Sphere

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"


class Sphere(models.Model):
    """The one side of the separation of administrators on which an account stands, for ever.

    The key is ``account × 4 + kind``, so that a grant's reference to it carries the kind with it
    and the database itself refuses a grant of another sphere.
    """

    id = models.BigIntegerField(primary_key=True)
    account = models.OneToOneField(Account, models.PROTECT, related_name="sphere")
    kind = models.PositiveSmallIntegerField("类别", choices=SphereKind)

    class Meta:
        verbose_name = "三员归属"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=F("account") * SPHERES + F("kind")), name="sphere_key"
            ),
            models.CheckConstraint(condition=Q(kind__lt=SPHERES), name="sphere_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


def sphere_of(role: Role | str) -> SphereKind:
    """The sphere that a role belongs to."""
    return SphereKind[Role(role).name] if Role(role) in ADMIN_ROLES else SphereKind.BUSINESS


def _of_the_sphere() -> Q:
    business = [role for role in Role if role not in ADMIN_ROLES]
    fits = Q(role__in=business, sphere=F("account") * SPHERES)
    for role in sorted(ADMIN_ROLES):
        fits |= Q(role=role, sphere=F("account") * SPHERES + int(sphere_of(role)))
    return fits


class Grant(Period):
    """A role of an account, for a unit and everything below it; without a unit, for all."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField("角色", max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="grants")
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="granted")
    sphere = models.ForeignKey(Sphere, models.PROTECT, related_name="grants", editable=False)

    class Meta:
        verbose_name = "授权"
        constraints = [
            models.UniqueConstraint(
                fields=("account", "role", "unit"), condition=Q(until=None), name="grant_once"
            ),
            models.UniqueConstraint(
                fields=("account", "role"),
                condition=Q(unit=None, until=None),
                name="grant_once_for_all",
            ),
            models.CheckConstraint(condition=_of_the_sphere(), name="grant_of_one_sphere"),
            models.CheckConstraint(
                condition=~Q(account=F("granted_by")), name="grant_not_to_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(ADMIN_ROLES)) | Q(unit=None),
                name="grant_admin_for_all",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(UNIT_ROLES)) | Q(unit__isnull=False),
                name="grant_needs_unit",
            ),
            period_check("grant_ends_after_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}：{self.unit or '全部单位'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.since = self.since or today()
            self.sphere_id = self._sphere()
        super().save(*args, **kwargs)

    def _sphere(self) -> int:
        """The account's sphere, settled by its first grant. A grant of another one points to a
        sphere that isn't its role's, and the database refuses it."""
        kind = sphere_of(self.role)
        key = self.account_id * SPHERES + int(kind)
        sphere, _ = Sphere.objects.get_or_create(
            account_id=self.account_id, defaults={"id": key, "kind": kind}
        )
        return sphere.pk
