"""Persons as lists, with their posts and charges."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from pingyi.apps.people.models import Charge, Person, Tenure
from pingyi.apps.people.models.periods import on_day, today


def search_persons(persons: QuerySet[Person], *, text: str = "") -> QuerySet[Person]:
    """Narrow a list by words: name, code, unit or post held today."""
    for word in text.split():
        held = Tenure.objects.filter(on_day(today())).filter(
            Q(post__title__icontains=word)
            | Q(post__unit__title__icontains=word)
            | Q(post__unit__short_title__icontains=word)
        )
        persons = persons.filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(pk__in=held.values("person"))
        )
    return persons


def career_of(person: Person) -> QuerySet[Tenure]:
    """All posts of a person, the newest first."""
    return person.tenures.select_related("post__unit").order_by("-since", "-pk")


def charges_of(person: Person) -> QuerySet[Charge]:
    """All charges of a leader, the newest first."""
    return person.charges.select_related("unit").order_by("-since", "-pk")


def with_posts(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Persons with the posts they hold today, for lists. Read by ``posts_text``."""
    held = Tenure.objects.filter(on_day(today())).select_related("post__unit")
    return persons.prefetch_related(Prefetch("tenures", held.order_by("pk"), to_attr="held"))


def posts_text(person: Person) -> str:
    """``水利局局长``, from a person of ``with_posts``."""
    held: list[Tenure] = person.held  # type: ignore[attr-defined] # prefetched above
    return "、".join(f"{tenure.post.unit.shown}{tenure.post.title}" for tenure in held)
