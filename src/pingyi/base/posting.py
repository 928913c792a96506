"""Forms that are posted: one call to an action, and what it refuses at its field."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import BaseForm

from pingyi.base.errors import HouseError, Invalid


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


def _field(form: BaseForm, error: HouseError) -> str | None:
    return error.field if error.field in form.fields else None
