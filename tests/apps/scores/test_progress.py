"""Who waits for a computation is told how far it is."""

from __future__ import annotations

import pytest
from django.db.models.signals import post_save
from django.urls import reverse
from tests.apps.ballots.office import Officer
from tests.apps.scores.hands import computed, counted_round

from pingyi.apps.people.enums import Role
from pingyi.apps.scores import computing
from pingyi.apps.scores.models import Progress

pytestmark = pytest.mark.django_db


def test_stages_follow_each_other_and_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "TOLD_EVERY", 0)
    found, officer = counted_round(), Officer(Role.ORGANISER)
    address = reverse("scores:progress", args=[found.slug])
    told: list[tuple[str, int | None]] = []
    seen = []

    def note(instance: Progress, **_: object) -> None:
        told.append((instance.stage, instance.share))
        seen.append(officer.client.get(address).json())

    post_save.connect(note, sender=Progress)
    try:
        computed(found)
    finally:
        post_save.disconnect(note, sender=Progress)
    stages = list(dict.fromkeys(stage for stage, _share in told))
    assert stages == ["score", "validity", "bundle"]
    shares = [share for stage, share in told if stage == "validity"]
    assert shares == sorted(shares)  # type: ignore[type-var]
    assert shares[-1] == 100
    assert {"text": "检验各名次是否稳固", "share": 100} in seen
    assert officer.client.get(address).json() == {}
