"""Persons, tenures and charges of a plan."""

from __future__ import annotations

from datetime import date

from pingyi.apps.people.models import Charge, Person, Post, Tenure, Unit
from pingyi.apps.people.queries.plans.planned import Planned, value_of

_BATCH = 500


def apply_posts(todo: list[Planned]) -> None:
    """Persons first (new ones made, facts changed), then posts, then who holds them."""
    persons = _persons(todo)
    posts = _posts(todo)
    begun, ended = [], []
    for plan in todo:
        row = plan.row
        if not row.get("unit"):
            continue
        if isinstance(plan.subject, Tenure):
            tenure = plan.subject
            tenure.since = value_of(row, "since", tenure.since, date.fromisoformat)
            tenure.until = value_of(row, "until", tenure.until, date.fromisoformat)
            ended.append(tenure)
        else:
            begun.append(
                Tenure(
                    person=persons[row.get("person")],
                    post=posts[row.get("unit"), row.get("post")],
                    since=value_of(row, "since", None, date.fromisoformat),
                    until=value_of(row, "until", None, date.fromisoformat),
                )
            )
    Tenure.objects.bulk_update(ended, ["since", "until"], batch_size=_BATCH)
    Tenure.objects.bulk_create(begun, batch_size=_BATCH)


def _persons(todo: list[Planned]) -> dict[str, Person]:
    codes = {plan.row.get("person") for plan in todo}
    there = {person.code: person for person in Person.objects.filter(code__in=codes)}
    new: dict[str, Person] = {}
    for plan in todo:
        row = plan.row
        code = row.get("person")
        person = there.get(code) or new.setdefault(code, Person(code=code, name=row.get("name")))
        person.name = row.get("name") or person.name
        person.contact = value_of(row, "contact", person.contact)
        person.surname_strokes = value_of(row, "surname_strokes", person.surname_strokes, int)
    Person.objects.bulk_create(new.values(), batch_size=_BATCH)
    Person.objects.bulk_update(
        there.values(), ["name", "contact", "surname_strokes"], batch_size=_BATCH
    )
    return there | new


def _posts(todo: list[Planned]) -> dict[tuple[str, str], Post]:
    wanted = {plan.row.get("unit") for plan in todo if plan.row.get("unit")}
    units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.filter(code__in=wanted)}
    posts = {
        (post.unit.code, post.title): post
        for post in Post.objects.filter(unit__in=units.values()).select_related("unit")
    }
    new: dict[tuple[str, str], Post] = {}
    for plan in todo:
        row = plan.row
        place = (row.get("unit"), row.get("post"))
        if not place[0] or place in posts:
            continue
        post = new.setdefault(place, Post(unit=units[place[0]], title=place[1]))
        post.kind = post.kind or row.get("kind")
    Post.objects.bulk_create(new.values(), batch_size=_BATCH)
    return posts | new


def apply_charges(todo: list[Planned]) -> None:
    """Charges begun, and those whose days change."""
    leaders = {person.code: person for person in Person.objects.all()}
    wanted = {plan.row.get("unit") for plan in todo}
    units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.filter(code__in=wanted)}
    begun: list[Charge] = []
    changed: list[Charge] = []
    for plan in todo:
        row = plan.row
        charge = plan.subject or Charge(
            kind=row.get("kind"), leader=leaders[row.get("leader")], unit=units[row.get("unit")]
        )
        charge.since = value_of(row, "since", charge.since, date.fromisoformat)
        charge.until = value_of(row, "until", charge.until, date.fromisoformat)
        (begun if plan.is_new else changed).append(charge)
    Charge.objects.bulk_update(changed, ["since", "until"], batch_size=_BATCH)
    Charge.objects.bulk_create(begun, batch_size=_BATCH)
