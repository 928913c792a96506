"""What can be done with campaigns and entries."""

from pingyi.apps.ledger.actions.campaigns import drop_view, save_campaign, save_view
from pingyi.apps.ledger.actions.closing import (
    apply_close,
    close,
    look_back,
    reopen,
    verify,
)
from pingyi.apps.ledger.actions.due import Term
from pingyi.apps.ledger.actions.entries import (
    Facts,
    Finding,
    Owner,
    assign,
    assign_many,
    edit,
    list_supervision,
    merge,
    move_many,
    move_to_calendar,
    register,
    register_findings,
    split,
)
from pingyi.apps.ledger.actions.terms import apply_extension, resume, rule_extension, suspend
from pingyi.apps.ledger.actions.working import claim, give_back, plan, report, urge

__all__ = [
    "Facts",
    "Finding",
    "Owner",
    "Term",
    "apply_close",
    "apply_extension",
    "assign",
    "assign_many",
    "claim",
    "close",
    "drop_view",
    "edit",
    "give_back",
    "list_supervision",
    "look_back",
    "merge",
    "move_many",
    "move_to_calendar",
    "plan",
    "register",
    "register_findings",
    "reopen",
    "report",
    "resume",
    "rule_extension",
    "save_campaign",
    "save_view",
    "split",
    "suspend",
    "urge",
    "verify",
]
