"""A column that holds a code, in its one way of writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from pingyi.apps.people.rules.codes import normal_code, normal_username

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class CodeField(_Text):
    """Full-width and lower-case codes are the same code, when written and when looked for."""

    def to_python(self, value: Any) -> Any:
        return normal_code(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class UsernameField(_Text):
    """``Li`` and ``ｌｉ`` are the account ``li``."""

    def to_python(self, value: Any) -> Any:
        return normal_username(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
