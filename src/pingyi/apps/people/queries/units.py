"""Units as lists, their heads and leaders, and who follows whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from pingyi.apps.people.enums import ChargeKind, PostKind, UnitChangeKind, UnitKind
from pingyi.apps.people.models import Charge, Post, Succession, Tenure, Unit, UnitChange
from pingyi.apps.people.models.periods import on_day, today
from pingyi.apps.people.rules.codes import normal_code


def search_units(
    units: QuerySet[Unit], *, text: str = "", kind: str = "", living: bool | None = True
) -> QuerySet[Unit]:
    """Narrow a list by words (title, short title, former title, code), kind, and living or
    abolished (None: both)."""
    for word in text.split():
        units = units.filter(
            Q(title__icontains=word)
            | Q(short_title__icontains=word)
            | Q(code__contains=normal_code(word))
            | Q(pk__in=_formerly(word).values("pk"))
        )
    if kind in UnitKind.values:
        units = units.filter(kind=kind)
    if living is not None:
        units = units.filter(abolished_on__isnull=living)
    return units


def _formerly(word: str) -> QuerySet[Unit]:
    found: QuerySet[Unit] = Unit.objects.filter(changes__title_before__icontains=word)
    return found


def heads_of(units: Iterable[Unit], day: date | None = None) -> dict[int, list[Tenure]]:
    """Unit id → who heads it that day (书记 and 局长 may be two), with persons loaded."""
    found: dict[int, list[Tenure]] = {}
    held = Tenure.objects.filter(
        on_day(day or today()), post__unit__in=list(units), post__kind=PostKind.UNIT_HEAD
    )
    ordered = held.order_by("person__sort_order", "since", "pk")
    for tenure in ordered.select_related("person", "post"):
        found.setdefault(tenure.post.unit_id, []).append(tenure)
    return found


def leaders_of(
    units: Iterable[Unit], kind: ChargeKind | None = None, day: date | None = None
) -> dict[int, list[Charge]]:
    """Unit id → who is in charge of it or sponsors it that day, with leaders loaded."""
    found: dict[int, list[Charge]] = {}
    charges = Charge.objects.filter(on_day(day or today()), unit__in=list(units))
    if kind is not None:
        charges = charges.filter(kind=kind)
    for charge in charges.order_by("kind", "leader__sort_order", "pk").select_related("leader"):
        found.setdefault(charge.unit_id, []).append(charge)
    return found


def posts_in(unit: Unit, day: date | None = None) -> QuerySet[Tenure]:
    """Who holds a post in the unit that day: heads first."""
    held = Tenure.objects.filter(on_day(day or today()), post__unit=unit)
    return held.select_related("person", "post").order_by(
        "-post__kind", "person__sort_order", "person__surname_strokes", "pk"
    )


def successors_of(unit: Unit, day: date | None = None) -> list[Unit]:
    """The living units in which this one goes on at that day, through any number of mergers and
    splits; the unit itself while it lives. Empty where it was abolished without successor."""
    day = day or today()
    found: dict[int, Unit] = {}
    seen: set[int] = set()
    front = [unit]
    while front:
        current = front.pop()
        if current.pk in seen:
            continue
        seen.add(current.pk)
        if current.lives_on(day):
            found[current.pk] = current
            continue
        steps = Succession.objects.filter(predecessor=current, change__on__lte=day)
        front.extend(step.successor for step in steps.select_related("successor"))
    return sorted(found.values(), key=lambda each: each.path)


def titles_on(units: Iterable[Unit], day: date) -> dict[int, str]:
    """Unit id → its title of that day, for lists."""
    units = list(units)
    titles = {unit.pk: unit.title for unit in units}
    later = UnitChange.objects.filter(unit__in=units, kind=UnitChangeKind.RENAMED, on__gt=day)
    for change in later.order_by("-on", "-pk"):
        titles[change.unit_id] = change.title_before
    return titles


def with_leaders(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Units with who heads them and who is in charge today, for lists: a few statements for any
    number of units. Read by ``heads_text`` and ``leaders_text``."""
    held = Tenure.objects.filter(on_day(today())).select_related("person")
    posts = Post.objects.filter(kind=PostKind.UNIT_HEAD)
    charges = Charge.objects.filter(on_day(today())).select_related("leader")
    return units.prefetch_related(
        Prefetch(
            "posts",
            posts.prefetch_related(Prefetch("tenures", held, to_attr="held")),
            to_attr="head_posts",
        ),
        Prefetch("charges", charges.order_by("kind", "pk"), to_attr="held_charges"),
    )


def heads_text(unit: Unit) -> str:
    """``苏望北（局长）``, from a unit of ``with_leaders``."""
    posts: list[Post] = unit.head_posts
    return "、".join(
        f"{tenure.person.name}（{post.title}）"
        for post in posts
        for tenure in post.held  # type: ignore[attr-defined] # prefetched above
    )


def leaders_text(unit: Unit) -> str:
    """``顾长河``, from a unit of ``with_leaders``."""
    charges: list[Charge] = unit.held_charges
    return "、".join(charge.leader.name for charge in charges)
