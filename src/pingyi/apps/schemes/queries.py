"""Reading schemes."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from pingyi.apps.schemes.enums import State
from pingyi.apps.schemes.models import SchemeVersion, Trial, Versions
from pingyi.apps.schemes.problems import house_error
from pingyi.base.errors import Conflict, Missing
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.load import SchemeFile, load_scheme

KEPT = 64
"""Loaded schemes that are kept in memory."""


def sealed_versions() -> Versions:
    """Everything that a poll may be held by, newest first."""
    return SchemeVersion.objects.sealed().order_by("-sealed_at", "-pk")


def find(pk: int) -> SchemeVersion:
    """Raises ``Missing``."""
    related = ("created_by", "sealed_by", "predecessor")
    version = SchemeVersion.objects.select_related(*related).filter(pk=pk).first()
    if version is None:
        raise Missing(_("没有这个方案。"), _("可能已被删除；请从方案列表进入。"))
    return version


def find_trial(pk: int) -> Trial:
    """Raises ``Missing``."""
    trial = Trial.objects.select_related("version", "against", "created_by").filter(pk=pk).first()
    if trial is None:
        raise Missing(_("没有这次试算。"), _("方案草稿可能已被删除。"))
    return trial


def load(version: SchemeVersion) -> SchemeFile:
    """The scheme of a sealed version. Raises ``Conflict`` for a draft, and where what is stored is
    not what was sealed."""
    if version.state != State.SEALED:
        raise Conflict(_("方案还没有封存。"), _("请先封存方案。"))
    scheme = _loaded(version.text)
    if scheme.digest != version.digest or version.seal != version.seal_of():
        raise Conflict(
            _("方案“%(title)s”与封存时不一致，已停止使用。") % {"title": version.title},
            _("数据库可能被改动过；请立即报告系统管理员和审计管理员。"),
        )
    return scheme


def read_text(text: str) -> SchemeFile:
    """The scheme of a text. Raises ``SchemeRefused`` with everything that is wrong with it."""
    try:
        return _loaded(text)
    except PingyiError as error:
        raise house_error(error) from None


@lru_cache(maxsize=KEPT)
def _loaded(text: str) -> SchemeFile:
    return load_scheme(text)
