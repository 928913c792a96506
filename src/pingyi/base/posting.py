"""Forms that are posted: one call to an action, and what it refuses at its field."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.utils.translation import gettext as _

from pingyi.base.errors import Conflict, HouseError, Invalid, Stale

OVERTAKEN = "overtaken"
"""The code of what stands above a form that came too late."""


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
    """The same for what somebody has typed while others went on with the thing: a ``Conflict``
    stands above the form, which keeps the words. ``Stale`` is raised, since the words of another
    belong beside it."""
    try:
        return attempt(form, call)
    except Stale:
        raise
    except Conflict as error:
        keep(form, error)
        return False


def keep(form: BaseForm, error: Conflict) -> None:
    """Put above the form what stands against it."""
    form.add_error(None, ValidationError(kept(error), OVERTAKEN))


def kept(error: Conflict) -> str:
    """What stands against it, and that nothing typed is lost."""
    return str(error) + _("您填的内容没有保存，还在本页；离开前可先复制留存。")


def overtaken(form: BaseForm) -> bool:
    """Has the state of things gone on since the form was shown?"""
    return form.has_error(NON_FIELD_ERRORS, OVERTAKEN)


def status_of(*forms: BaseForm) -> int:
    """The status of a page that shows forms (again)."""
    if any(overtaken(form) for form in forms):
        return Conflict.status
    return Invalid.status if any(form.errors for form in forms) else 200


def _field(form: BaseForm, error: HouseError) -> str | None:
    return error.field if error.field in form.fields else None
