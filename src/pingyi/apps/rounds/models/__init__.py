"""Programmes and rounds, their meetings, and what is said there."""

from pingyi.apps.rounds.models.meetings import AgendaItem, Meeting
from pingyi.apps.rounds.models.opinions import Opinion
from pingyi.apps.rounds.models.remarks import CommentProblem, LeaderComment, OnsiteQuestion
from pingyi.apps.rounds.models.reports import DutyReport, GuidanceGroup
from pingyi.apps.rounds.models.rounds import Programme, Round, RoundChange, RoundPoll, RoundTarget

__all__ = [
    "AgendaItem",
    "CommentProblem",
    "DutyReport",
    "GuidanceGroup",
    "LeaderComment",
    "Meeting",
    "OnsiteQuestion",
    "Opinion",
    "Programme",
    "Round",
    "RoundChange",
    "RoundPoll",
    "RoundTarget",
]
