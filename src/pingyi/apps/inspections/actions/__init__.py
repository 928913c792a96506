"""What can be done with inspections."""

from pingyi.apps.inspections.actions.objections import decide, object_to
from pingyi.apps.inspections.actions.outcomes import (
    conclude,
    issue_circular,
    save_circular,
    write_conclusion,
)
from pingyi.apps.inspections.actions.plans import (
    approve,
    close,
    draw,
    enter_seed,
    save_plan,
    start,
)
from pingyi.apps.inspections.actions.teams import add_member, drop_member, recuse
from pingyi.apps.inspections.actions.visits import Received, enter_findings, receive

__all__ = [
    "Received",
    "add_member",
    "approve",
    "close",
    "conclude",
    "decide",
    "draw",
    "drop_member",
    "enter_findings",
    "enter_seed",
    "issue_circular",
    "object_to",
    "receive",
    "recuse",
    "save_circular",
    "save_plan",
    "start",
    "write_conclusion",
]
