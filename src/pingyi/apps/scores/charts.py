"""Pictures of the tables of results. Each is made of lines as they are shown, never of the result
itself: it can't tell more than its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from pingyi.apps.scores.standings import Compared, Standing, Table
from pingyi.base.charts import MOST, TONES, Chart, Length, Line, along, bars, places, slopes


def ranking(rows: Sequence[Standing], grades: Sequence[str]) -> Chart | None:
    """A bar for each score, its tone telling the grade. ``grades``: of the scheme, best first."""
    scored = [(row, Fraction(row.score)) for row in rows if row.score is not None]
    scored.sort(key=lambda one: -one[1])
    if not 1 < len(scored) <= MOST or scored[-1][1] < 0 or not scored[0][1]:
        return None
    (first, full), (last, _least) = scored[0], scored[-1]
    lines = [
        (
            row.title,
            [
                Length(
                    along(value, full), f"{row.score} {row.grade or ''}", _tone(row.grade, grades)
                )
            ],
        )
        for row, value in scored
    ]
    given = {row.grade for row, _value in scored}
    legend = [(_tone(grade, grades), grade) for grade in grades if grade in given]
    summary = _("最高 %(first)s %(high)s，最低 %(last)s %(low)s。") % {
        "first": first.title,
        "high": first.score,
        "last": last.title,
        "low": last.score,
    }
    return bars("ranking", _("得分"), summary, lines, legend)


def grade_counts(rows: Sequence[Standing], grades: Sequence[str]) -> Chart | None:
    """How many have each grade: where only grades are told."""
    counts = Counter(row.grade for row in rows if row.grade in grades)
    if not counts:
        return None
    full = Fraction(max(counts.values()))
    lines = [
        (one, [Length(along(Fraction(counts[one]), full), str(counts[one]), _tone(one, grades))])
        for one in grades
    ]
    summary = "，".join(f"{one} {counts[one]}" for one in grades)
    return bars("grades", _("各等次的个数"), f"{summary}。", lines)


def against_mean(rows: Sequence[Compared]) -> Chart | None:
    """A unit beside the mean of all, part by part."""
    known = [
        (row, row.own, row.mean) for row in rows if row.own is not None and row.mean is not None
    ]
    values = [value for _row, *pair in known for value in pair]
    if not known or min(values) < 0 or not max(values):
        return None
    full = max(values)
    lines = [
        (
            row.title,
            [
                Length(along(own, full), row.own_text, 1),
                Length(along(mean, full), row.mean_text, TONES - 1),
            ],
        )
        for row, own, mean in known
    ]
    summary = _("高于平均：%(above)s。低于平均：%(below)s。") % {
        "above": "、".join(row.title for row, own, mean in known if own > mean) or _("没有"),
        "below": "、".join(row.title for row, own, mean in known if own < mean) or _("没有"),
    }
    legend = [(1, _("本对象")), (TONES - 1, _("全体平均"))]
    return bars("mean", _("各部分得分与全体平均"), summary, lines, legend)


def agreement(table: Table) -> Chart | None:
    """The places of everybody in each channel, and in the end: where lines cross, the channels
    differ."""
    stops = [
        (title, {one.code: part.rank for one in table.standings if (part := one.parts[i]).rank})
        for i, title in enumerate(table.parts)
    ]
    stops = [(title, ranks) for title, ranks in stops if len(ranks) > 1]
    if len(stops) < 2:
        return None
    stops.append((_("总位次"), {one.code: one.rank for one in table.standings if one.rank}))
    between = [ranks for _title, ranks in stops[:-1]]
    ranges = {
        one.code: max(found) - min(found)
        for one in table.standings
        if len(found := [ranks[one.code] for ranks in between if one.code in ranks]) > 1
    }
    return _slopes("agreement", _("各渠道的名次"), table.standings, stops, ranges)


def movement(standings: Sequence[Standing]) -> Chart | None:
    """From the places of the round before to those of this one."""
    before = {one.code: one.before for one in standings if one.before}
    now = {one.code: one.rank for one in standings if one.rank}
    if len(before.keys() & now.keys()) < 2:
        return None
    moved = {one.code: abs(one.moved) for one in standings if one.moved is not None}
    stops = [(_("上轮"), before), (_("本轮"), now)]
    return _slopes("movement", _("名次比上轮的变化"), standings, stops, moved)


def _slopes(
    key: str,
    title: str,
    standings: Sequence[Standing],
    stops: Sequence[tuple[str, dict[str, int]]],
    ranges: dict[str, int],
) -> Chart | None:
    """``ranges``: how many places apart somebody stands; the widest are drawn strongly."""
    if len(standings) > MOST or not ranges:
        return None
    widest = max(ranges.values())
    strong = [one for one in standings if widest and ranges.get(one.code) == widest]
    at = [places(ranks) for _title, ranks in stops]
    lines = [
        Line(
            one.title,
            tuple(found.get(one.code) for found in at),
            tuple(str(ranks.get(one.code, "")) for _title, ranks in stops),
            one in strong,
        )
        for one in standings
    ]
    summary = _("名次没有差别。")
    if strong:
        titles = "、".join(one.title for one in strong[:3])
        summary = _("相差最大的是%(titles)s，差 %(number)s 个名次。") % {
            "titles": titles if len(strong) <= 3 else _("%(titles)s等") % {"titles": titles},
            "number": widest,
        }
    return slopes(key, title, summary, [name for name, _ranks in stops], lines)


def _tone(grade: str | None, grades: Sequence[str]) -> int:
    """The best grade darkest, the worst lightest."""
    if grade not in grades or len(grades) < 2:
        return 1
    return 1 + grades.index(grade) * (TONES - 1) // (len(grades) - 1)
