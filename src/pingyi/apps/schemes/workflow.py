"""The states of a scheme version as a table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.schemes.enums import State
from pingyi.base.transitions import Transition, Workflow

SCHEME = Workflow(
    noun=_("方案"),
    transitions=(
        Transition("edit", _("修改"), (State.DRAFT,), State.DRAFT),
        Transition("discard", _("删除草稿"), (State.DRAFT,), State.DRAFT),
        Transition("seal", _("封存"), (State.DRAFT,), State.SEALED),
    ),
)
"""A sealed version has no way out: it is followed by a successor, never changed."""
