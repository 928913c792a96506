"""Checks that the actions share: fields that fit, days that make sense, constraints in words."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from pingyi.apps.people.errors import CONSTRAINTS
from pingyi.apps.people.models.periods import today
from pingyi.apps.people.rules.codes import is_code, normal_code, plain_words
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Invalid

_OF_THE_TREE = {"path", "depth", "numchild"}
"""Set by the tree itself when a unit is added."""


def told() -> AbstractContextManager[None]:
    """Around writes: a broken constraint becomes a ``Conflict`` in words."""
    return constraints_told(CONSTRAINTS)


def check_fields(instance: models.Model) -> None:
    """Raises ``Invalid`` for the first field that doesn't fit its column: length, choice, kind."""
    try:
        instance.clean_fields(exclude=_OF_THE_TREE)
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        label = instance._meta.get_field(name)
        title = getattr(label, "verbose_name", name)
        raise Invalid(f"{title}：{problems[0]}", field=name) from error


def need_code(text: str, field: str = "code") -> str:
    """A normalised code. Raises ``Invalid``."""
    code = normal_code(text)
    if not is_code(code):
        raise Invalid(
            _("编码“%(code)s”不合规。") % {"code": code},
            _("编码用字母和数字，中间可有点、横线、下划线，不超过40个字符。"),
            field=field,
        )
    return code


def need_words(text: str, label: object, field: str) -> str:
    """Words without hidden characters. Raises ``Invalid`` where nothing is left."""
    words = plain_words(text)
    if not words:
        raise Invalid(_("缺少%(label)s。") % {"label": label}, _("请填写。"), field=field)
    return words


def need_past(day: date, field: str = "on") -> date:
    """A day that isn't in the future. Raises ``Invalid``."""
    if day > today():
        raise Invalid(
            _("日期%(day)s还没有到。") % {"day": day.isoformat()},
            _("请在生效之日或以后登记。"),
            field=field,
        )
    return day


def changed_fields(instance: models.Model, values: dict[str, Any]) -> dict[str, list[str]]:
    """Set the fields; what differs, as name → [before, after] for the audit log."""
    changes: dict[str, list[str]] = {}
    for name, value in values.items():
        before = getattr(instance, name)
        if before != value:
            changes[name] = [_text(before), _text(value)]
            setattr(instance, name, value)
    return changes


def _text(value: object) -> str:
    return "" if value is None else str(value)
