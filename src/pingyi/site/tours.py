"""The bar of a guided tour on top of a page of the demo: ``?tour=organiser&stop=3``.

It signs nobody in. Which account sees the stops, it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from pingyi.apps.people.demo import PASSWORD
from pingyi.apps.tours import TOURS, Tour


@dataclass(frozen=True)
class Bar:
    """Where one is. ``number`` counts from 1."""

    tour: Tour
    number: int
    leave: str
    username: str
    password: str = PASSWORD

    @property
    def text(self) -> object:
        return self.tour.stops[self.number - 1].text

    @property
    def total(self) -> int:
        return len(self.tour.stops)

    @property
    def before(self) -> str:
        return link(self.tour, self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        return link(self.tour, self.number + 1) if self.number < self.total else ""

    @property
    def needs_another(self) -> bool:
        """Are the stops for another account than who is signed in?"""
        return self.tour.account not in ("", self.username)


@dataclass(frozen=True)
class Offer:
    """A line of the list of tours."""

    tour: Tour
    address: str
    password: str = PASSWORD


def link(tour: Tour, number: int) -> str:
    """The address of a stop, with the tour in it."""
    return _with_tour(tour.stops[number - 1].address, tour, number)


def _with_tour(address: str, tour: Tour, number: int) -> str:
    path, mark, code = address.partition("#")
    join = "&" if "?" in path else "?"
    return f"{path}{join}{urlencode({'tour': tour.key, 'stop': number})}{mark}{code}"


def tour_bar(request: HttpRequest) -> Bar | None:
    """Of the tour that the address names, or the address that sign-in leads on to, or that of the
    page whose form was sent."""
    if not settings.DEMO:
        return None
    asked = request.GET
    if request.path == reverse(settings.LOGIN_URL):
        asked = QueryDict(urlsplit(asked.get("next", "")).query)
    elif request.method == "POST" and "tour" not in asked:
        asked = QueryDict(urlsplit(request.headers.get("referer", "")).query)
    tour = next((one for one in TOURS if one.key == asked.get("tour")), None)
    stop = str(asked.get("stop", ""))
    if tour is None or not stop.isdecimal() or not 1 <= int(stop) <= len(tour.stops):
        return None
    return Bar(tour, int(stop), request.path, request.user.get_username())


class KeepTour:
    """What is saved at a stop leads on to a page with the same bar."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        to = answer.headers.get("location", "")
        bar = tour_bar(request) if request.method == "POST" and to.startswith("/") else None
        if bar and "tour" not in QueryDict(urlsplit(to).query):
            answer["location"] = _with_tour(to, bar.tour, bar.number)
        return answer


def tours(request: HttpRequest) -> list[Offer]:
    """All of them on the start page, and to who is signed in the own. None where this is no
    demo."""
    if not settings.DEMO:
        return []
    username = request.user.get_username()
    fit = [tour for tour in TOURS if not username or tour.account == username]
    return [Offer(tour, link(tour, 1)) for tour in fit]
