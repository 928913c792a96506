"""Roles, and the kinds of units, posts, charges, changes and imports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account may do. The three administrators are separate (三员分立): none of them has
    a business role, and no account has two of the three."""

    ORGANISER = "organiser", _("组织者")
    CHECKER = "checker", _("核对人")
    UNIT_HANDLER = "unit_handler", _("单位经办人")
    UNIT_HEAD = "unit_head", _("单位主要负责人")
    LEADER = "leader", _("领导")
    INSPECTOR = "inspector", _("督查人员")
    CHAIR = "chair", _("主持人")
    AGENCY = "agency", _("第三方机构")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
BUSINESS_ROLES = frozenset(Role) - ADMIN_ROLES
UNIT_ROLES = frozenset({Role.UNIT_HANDLER, Role.UNIT_HEAD})
"""Roles that make no sense without a unit."""


class SphereKind(models.IntegerChoices):
    """The sides of the separation (三员分立). An account stands on one, for ever."""

    BUSINESS = 0, _("业务")
    SYSTEM_ADMIN = 1, _("系统管理")
    SECURITY_ADMIN = 2, _("安全管理")
    AUDIT_ADMIN = 3, _("审计管理")


class UnitKind(models.TextChoices):
    AUTHORITY = "authority", _("本级党委政府")
    MUNICIPAL_DEPARTMENT = "municipal_department", _("市直部门")
    COUNTY = "county", _("县（市、区）")
    COUNTY_UNIT = "county_unit", _("县直单位")
    TOWNSHIP = "township", _("乡镇")
    SUBDISTRICT = "subdistrict", _("街道")
    VILLAGE = "village", _("村（社区）")
    ENTERPRISE = "enterprise", _("企事业单位")
    ORGANISATION = "organisation", _("党组织")
    OTHER = "other", _("其他")


class UnitChangeKind(models.TextChoices):
    FOUNDED = "founded", _("成立")
    RENAMED = "renamed", _("更名")
    MERGED = "merged", _("并入")
    SPLIT = "split", _("分设")
    MOVED = "moved", _("调整隶属")
    ABOLISHED = "abolished", _("撤销")


class PostKind(models.TextChoices):
    UNIT_HEAD = "unit_head", _("一把手")
    TEAM_MEMBER = "team_member", _("班子成员")
    HANDLER = "handler", _("经办人")
    OTHER = "other", _("其他")


class ChargeKind(models.TextChoices):
    LEADER_IN_CHARGE = "leader_in_charge", _("分管领导")
    SPONSOR_LEADER = "sponsor_leader", _("包乡县领导")


class ImportKind(models.TextChoices):
    UNITS = "units", _("单位")
    POSTS = "posts", _("人员任职")
    CHARGES = "charges", _("领导分工")
    ACCOUNTS = "accounts", _("账号")
