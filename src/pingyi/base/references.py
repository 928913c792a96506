"""References from below to things of rooms above: (kind, id), never an import or a foreign key.

A room says once, in its ``AppConfig.ready``, what its things of a kind are and what an account may
do with what is attached to them: ``register("polls.poll", Kind(find, rights))``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pingyi.base.errors import Missing


@dataclass(frozen=True)
class Reference:
    """A thing of another room; ``id`` is its key as text."""

    kind: str
    id: str


@dataclass(frozen=True)
class Subject:
    """What a reference leads to."""

    title: str
    address: str


@dataclass(frozen=True)
class Rights:
    """What an account may do with what is attached to a thing."""

    see: bool = False
    add: bool = False
    remove: bool = False


@dataclass(frozen=True)
class Kind:
    """``find`` the thing (None: there is none), and the ``rights`` of an account there."""

    find: Callable[[str], Subject | None]
    rights: Callable[[Any, str], Rights]


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    _kinds[name] = kind


def rights_of(account: Any, reference: Reference) -> Rights:
    """None at all where the kind is unknown or the thing is gone."""
    kind = _kinds.get(reference.kind)
    if kind is None or kind.find(reference.id) is None:
        return Rights()
    return kind.rights(account, reference.id)


def find(account: Any, reference: Reference) -> Subject:
    """The thing. Raises ``Missing`` where there is none that the account may see: whoever
    guesses learns nothing."""
    kind = _kinds.get(reference.kind)
    subject = kind.find(reference.id) if kind else None
    if kind is None or subject is None or not kind.rights(account, reference.id).see:
        raise Missing(_("没有找到这项内容。"), _("请从菜单进入。"))
    return subject
