"""Broken database constraints told as named errors.

Integrity rests on constraints; an action lists what each means in words and wraps its writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, models, transaction

from pingyi.base.errors import Conflict

Told = tuple[object, object]
"""What is wrong, and the mend."""


@contextmanager
def constraints_told(messages: Mapping[str, Told]) -> Iterator[None]:
    """Raises ``Conflict`` with the words of the constraint that a write inside broke.

    The block is a savepoint: what it wrote before is undone, the transaction around it lives.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = broken_constraint(error)
        if name not in messages:
            raise
        raise Conflict(*messages[name]) from error


def broken_constraint(error: IntegrityError) -> str:
    """The name of the broken constraint, as the models declare it; else the driver's words."""
    cause = error.__cause__
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    text = str(error)
    if name is None:
        name = text.rpartition(": ")[2].removeprefix("index ").strip("'")
    return _names().get(str(name), str(name))


def _names() -> dict[str, str]:
    """From what a driver calls a constraint to its name: SQLite names the columns of a unique
    one, and both name a unique field by themselves (``person_code``)."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if field.unique:
                label = f"{model._meta.model_name}_{field.name}"
                found[f"{table}.{field.column}"] = label
                found[f"{table}_{field.column}_key"] = label
        for constraint in model._meta.total_unique_constraints:
            found.setdefault(_columns(model, constraint), constraint.name)
        for other in model._meta.constraints:
            if isinstance(other, models.UniqueConstraint) and other.condition is not None:
                found.setdefault(_columns(model, other), other.name)
    return found


def _columns(model: type[models.Model], constraint: models.UniqueConstraint) -> str:
    fields = (model._meta.get_field(name) for name in constraint.fields)
    return ", ".join(f"{model._meta.db_table}.{getattr(f, 'column', '')}" for f in fields)
