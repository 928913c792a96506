"""What the ledger adds to the file of a round: its problems and opinions become entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import REGISTRARS
from pingyi.apps.ledger.sources import left_of
from pingyi.apps.rounds.models import Round
from pingyi.base.steps import Page, Room, Step


def _steps(found: Round) -> Iterable[Step]:
    entered, left = left_of(found)
    if entered or left:
        yield Step(
            _("问题和意见转入台账"),
            reverse("ledger:from_round", args=[found.slug]),
            not left,
            _("已转入 %(entered)s 条，还有 %(left)s 条") % {"entered": entered, "left": left},
            icon="notebook",
            roles=REGISTRARS,
            optional=True,
        )


def _subjects(found: Round) -> Mapping[str, Iterable[object]]:
    return {}


def _pages(found: Round) -> Iterable[Page]:
    yield _("转入台账"), reverse("ledger:from_round", args=[found.slug]), "notebook"


ROOM = Room(_steps, _subjects, _pages)
