"""What is done with programmes and rounds stands here; meetings, comments, opinions and reports
have modules of their own."""

from pingyi.apps.rounds.actions.rounds import (
    EARLY,
    FACTS,
    VISITED,
    add_units,
    announce,
    close,
    copy_round,
    create_round,
    hold_poll,
    lock_round,
    move,
    order_targets,
    reopen,
    report_visits,
    save_programme,
    set_facts,
    set_targets,
    start,
)

__all__ = [
    "EARLY",
    "FACTS",
    "VISITED",
    "add_units",
    "announce",
    "close",
    "copy_round",
    "create_round",
    "hold_poll",
    "lock_round",
    "move",
    "order_targets",
    "reopen",
    "report_visits",
    "save_programme",
    "set_facts",
    "set_targets",
    "start",
]
