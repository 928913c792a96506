"""Forms that are posted: one call to an action, and what it refuses at its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import gettext as _

from pingyi.base.errors import Conflict, HouseError, Invalid, Refused, Stale
from pingyi.base.figures import moment

KEPT = {"overtaken": Conflict.status, "refused": Refused.status}
"""Codes of what stands above a form that was not saved as a whole, with the status of its page."""


class MarkedForm(forms.Form):
    """A form that saves a whole thing. It carries the mark of what it showed (``base.marks``),
    given as ``initial["seen"]`` and handed on to the action."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    there: Sequence[tuple[object, str]] = ()
    """What another has saved meanwhile, where it differs from what was typed."""

    def show_others(self, error: Stale) -> None:
        """Above the form what stands there now; what was typed stays, and sent again is saved."""
        files = any(isinstance(field, forms.FileField) for field in self.fields.values())
        words = f"{error.what}{_choose_again()}" if files else str(error)
        self.add_error(None, ValidationError(words, "overtaken"))
        self.there = [
            (self[name].label, words_of(self.fields[name], self[name].initial))
            for name in self.changed_data
            if name in self.initial and not self[name].is_hidden and not self._same(name)
        ]
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen")] = self.initial["seen"]
        self.data = data

    def _same(self, name: str) -> bool:
        """Is it the same text but for how a browser ends its lines?"""
        typed, there = self[name].value(), self[name].initial
        both = isinstance(typed, str) and isinstance(there, str)
        return both and typed.strip().splitlines() == there.strip().splitlines()


def attempt(form: BaseForm, call: Callable[[], object]) -> bool:
    """Make the call if the form is valid. What the action finds wrong with it stands at the
    field it names, or above the form; any other refusal is raised."""
    if not form.is_valid():
        return False
    try:
        call()
    except Invalid as error:
        form.add_error(_field(form, error), str(error))
        return False
    return True


def attempt_or_keep(form: BaseForm, call: Callable[[], object]) -> bool:
    """The same for what somebody has typed: where others went on with the thing, or it isn't this
    person's to do, that stands above the form, which keeps the words. ``Stale`` is raised, since
    the words of another belong beside it, except by a ``MarkedForm``, which shows them."""
    try:
        return attempt(form, call)
    except Stale as error:
        if not isinstance(form, MarkedForm):
            raise
        form.show_others(error)
    except (Conflict, Refused) as error:
        keep(form, error)
    return False


def keep(form: BaseForm, error: Conflict | Refused) -> None:
    """Put what stands against it above the form, or at the field that mends it."""
    if field := _field(form, error):
        form.add_error(field, str(error))
        return
    shown = [field for field in form.fields.values() if not field.widget.is_hidden]
    files = [isinstance(field, forms.FileField) for field in shown]
    words = str(error) if all(files) else kept(error)
    code = "overtaken" if isinstance(error, Conflict) else "refused"
    form.add_error(None, ValidationError(words + (_choose_again() if any(files) else ""), code))


def kept(error: HouseError) -> str:
    """What stands against it, and that nothing typed is lost."""
    return str(error) + _("您填的内容没有保存，还在本页；离开前可先复制留存。")


def _choose_again() -> str:
    return _("再次提交时，文件须重新选择。")


def overtaken(form: BaseForm) -> bool:
    """Was it kept, since the state of things has gone on or it is for another to do?"""
    return any(form.has_error(NON_FIELD_ERRORS, code) for code in KEPT)


def status_of(*forms: BaseForm) -> int:
    """The status of a page that shows forms (again)."""
    for code, status in KEPT.items():
        if any(form.has_error(NON_FIELD_ERRORS, code) for form in forms):
            return status
    return Invalid.status if any(form.errors for form in forms) else 200


def words_of(field: forms.Field, value: Any) -> str:
    """What a field would be given, in words: titles of choices, days as they are written here."""
    if isinstance(value, list | tuple):
        return "、".join(words_of(field, one) for one in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return moment(value)
    titles = {str(key): title for key, title in getattr(field, "choices", ())}
    found = titles.get(str(getattr(value, "pk", value)), value)
    return "" if found is None else str(found)


def _field(form: BaseForm, error: HouseError) -> str | None:
    return error.field if error.field in form.fields else None
