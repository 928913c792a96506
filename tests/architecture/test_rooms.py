"""The rules of the rooms that the import contracts cannot see: foreign keys, templates, names."""

import importlib
import pkgutil
import re
from pathlib import Path

from django import forms
from django.apps import apps
from django.db import models
from django.urls import get_resolver

ROOMS = Path(__file__).resolve().parents[2] / "src" / "pingyi" / "apps"
FLOORS = (
    "people",
    "calendar",
    "documents",
    "notices",
    "schemes",
    "polls",
    "rolls",
    "ballots",
    "rounds",
    "scores",
    "ledger",
    "pledges",
    "inspections",
    "talks",
    "boards",
)
"""From the ground up; a room that is built goes into this list."""
INCLUDED = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")


def links() -> list[tuple[str, str, str]]:
    """(room, room, field) of every relation between models of rooms."""
    return [
        (model._meta.app_label, field.related_model._meta.app_label, str(field))
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, models.Model)
    ]


def test_every_room_has_its_floor() -> None:
    rooms = {path.name for path in ROOMS.iterdir() if (path / "apps.py").is_file()}
    assert rooms == set(FLOORS)


def test_foreign_keys_point_downward() -> None:
    found = [
        field
        for room, other, field in links()
        if room in FLOORS and other in FLOORS and FLOORS.index(other) > FLOORS.index(room)
    ]
    assert not found
    ground = [f for room, other, f in links() if room == "base" and other in FLOORS]
    assert not ground, "base stands below all rooms"


def test_no_key_connects_the_box_with_rolls_or_people() -> None:
    found = [f for room, other, f in links() if room == "ballots" and other in {"rolls", "people"}]
    assert not found
    # Nor by the way round: nothing that the box holds knows a code, an account or a person.
    names = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("ballots").get_models()
        for field in model._meta.get_fields()
    }
    assert not [name for name in names if re.search(r"code$|serial|person|account|roll\b", name)]


def test_templates_use_their_own_room_and_base() -> None:
    found = []
    for room in FLOORS:
        for path in (ROOMS / room / "templates").rglob("*.html"):
            for name in INCLUDED.findall(path.read_text(encoding="utf-8")):
                if name.split("/")[0] not in {room, "base", "django"}:
                    found.append(f"{path.name}: {name}")
    assert not found


def test_templates_are_short() -> None:
    found = [
        f"{path.relative_to(ROOMS)}: {lines} lines"
        for path in ROOMS.parent.rglob("templates/**/*.html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 150
    ]
    assert not found


def test_addresses_of_a_room_begin_with_its_name() -> None:
    prefixes = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert {f"{room}/" for room in FLOORS} <= prefixes


def forms_of_rooms() -> list[type[forms.BaseForm]]:
    names = [
        found.name
        for room in FLOORS
        for found in pkgutil.walk_packages([str(ROOMS / room)], f"pingyi.apps.{room}.")
        if re.search(r"forms(\.|$)", found.name)
    ]
    modules = [importlib.import_module(name) for name in names]
    return [
        made
        for module in modules
        for made in vars(module).values()
        if isinstance(made, type) and issubclass(made, forms.BaseForm)
    ]


def test_a_choice_is_never_empty_without_a_word() -> None:
    fields = [
        (made.__name__, name, field)
        for made in forms_of_rooms()
        for name, field in getattr(made, "declared_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField)
    ]
    assert len(fields) > 10
    assert [(made, name) for made, name, f in fields if f.empty_label == "---------"] == []
