"""Programmes and rounds, their meetings, and what is said there."""

from pingyi.apps.rounds.models.meetings import AgendaItem, Meeting
from pingyi.apps.rounds.models.rounds import Programme, Round, RoundChange, RoundPoll, RoundTarget

__all__ = [
    "AgendaItem",
    "Meeting",
    "Programme",
    "Round",
    "RoundChange",
    "RoundPoll",
    "RoundTarget",
]
