"""What the public reads: published results, no further than their scope."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.schemes.hands import organiser
from tests.apps.scores.hands import counted_round, published

from pingyi.apps.rounds.enums import Review
from pingyi.apps.rounds.models import Round, RoundTarget
from pingyi.apps.scores import actions
from pingyi.apps.scores.actions import Telling
from pingyi.apps.scores.models import Publication
from pingyi.cli.main import main as cli

CHART = re.compile(r'<script id="chart-\w+-data" type="application/json">(.*?)</script>')
pytestmark = pytest.mark.django_db


def charted(page: str) -> Any:
    """What the one chart of a page is given."""
    (data,) = CHART.findall(page)
    return json.loads(data)


def public_bundle_holds(public: Officer, told: Publication, page: str) -> None:
    """Everybody in the hall gave the same points, so the hall is withheld and scores are on trust;
    the votes of eight of the public are counted anew."""
    assert told.public_digest in page
    answer = public.get("boards:bundle", told.pk)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "public.zip"
        path.write_bytes(answer.content)
        said = CliRunner().invoke(
            cli, ["--lang", "zh", "verify", str(path), "--digest", told.public_digest]
        )
    assert said.exit_code == 0, said.output
    assert "3 个对象的得分" in said.output
    assert said.output.count(told.public_digest) == 1


def test_the_portal() -> None:
    public = Officer(None)
    assert "还没有公布的结果" in text(public.get("boards:results"))
    told = published(counted_round(), "all", on_portal=True, text=HOSTILE)
    found = told.computation.round
    assert "评分结果" in text(public.get("home"))
    assert "评分结果" in text(public.get("boards:results"))
    page = text(public.get("boards:result", told.pk))
    assert [row["bars"][0]["text"] for row in charted(page)["rows"]] == [
        "95.00 优秀",
        "81.00 良好",
        "51.00 较差",
    ]
    for words in ("95.00", "81.00", "51.00", told.computation.digest, "云办〔2016〕31号"):
        assert words in page
    public_bundle_holds(public, told, page)
    later = Telling("grades", "只公布等次", on_portal=True)
    grades = actions.publish(by=organiser(), round=found, how=later)
    page = text(public.get("boards:result", grades.pk))
    assert "优秀" in page
    assert "95.00" not in page
    # The chart of grades holds numbers of grades, and not one unit.
    assert charted(page) == {
        "shape": "bars",
        "rows": [
            {"title": title, "bars": [{"at": at, "text": text, "tone": tone}]}
            for title, at, text, tone in (
                ("优秀", 10_000, "1", 1),
                ("良好", 10_000, "1", 2),
                ("一般", 0, "0", 3),
                ("较差", 10_000, "1", 4),
            )
        ],
    }
    assert grades.public_bundle is None
    assert public.get("boards:bundle", grades.pk).status_code == 404
    answer = public.get("boards:result", told.pk)
    assert answer.status_code == 404
    assert "已有更正后的公布" in answer.content.decode()
    actions.publish(by=organiser(), round=found, how=Telling("own", "各看各的"))
    assert "还没有公布的结果" in text(public.get("boards:results"))
    assert public.get("boards:result", grades.pk).status_code == 404
    for one in (told, grades):
        assert public.get("boards:bundle", one.pk).status_code == 404


def test_the_wall_shows_what_the_portal_shows_and_nobodys_name() -> None:
    public = Officer(None)
    assert "还没有公布的结果" in text(public.get("boards:wall"))
    inside = published(counted_round(), "internal")
    RoundTarget.objects.update(presenter="余行之", leader_name="余行之")
    assert "95.00" not in text(public.get("boards:wall"))
    Publication.objects.filter(pk=inside.pk).update(scope="all", on_portal=True)
    page = text(public.get("boards:wall"))
    for words in ("95.00", "81.00", "51.00", "优秀", "正在公示"):
        assert words in page
    assert "余行之" not in page
    part = text(public.client.get(reverse("boards:wall"), headers={"HX-Request": "true"}))  # type: ignore[arg-type]
    assert "<html" not in part
    assert "95.00" in part
    Round.objects.update(review=Review.MEMBER)
    assert "95.00" not in text(public.get("boards:wall")), "members are persons"
