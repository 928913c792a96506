"""Units and their history, persons in posts, charges, accounts and grants, drafts of imports."""

from pingyi.apps.people.models.accounts import Account, Grant, Sphere
from pingyi.apps.people.models.imports import ImportDraft, ImportRow
from pingyi.apps.people.models.persons import Charge, Person, Post, Tenure
from pingyi.apps.people.models.units import Succession, Unit, UnitChange

__all__ = [
    "Account",
    "Charge",
    "Grant",
    "ImportDraft",
    "ImportRow",
    "Person",
    "Post",
    "Sphere",
    "Succession",
    "Tenure",
    "Unit",
    "UnitChange",
]
