"""Programmes, talks, what is prepared for them, and what comes of them."""

from pingyi.apps.talks.models.meetings import BankQuestion, Memo, PrevisitNote, Question
from pingyi.apps.talks.models.programmes import Programme, ProgrammeUnit
from pingyi.apps.talks.models.rectifying import (
    Escalation,
    FollowUp,
    RectificationReport,
    Requirement,
    UnitMeeting,
)
from pingyi.apps.talks.models.talks import Declined, Serial, Talk

__all__ = [
    "BankQuestion",
    "Declined",
    "Escalation",
    "FollowUp",
    "Memo",
    "PrevisitNote",
    "Programme",
    "ProgrammeUnit",
    "Question",
    "RectificationReport",
    "Requirement",
    "Serial",
    "Talk",
    "UnitMeeting",
]
