"""What an uploaded table would change, worked out without changing anything.

A plan follows from the cells and the database alone. It is made for the preview and made again
for the commit: if the two differ, somebody changed the database in between.
"""

from pingyi.apps.people.enums import ImportKind
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.plans.accounts import plan_accounts
from pingyi.apps.people.queries.plans.charges import plan_charges
from pingyi.apps.people.queries.plans.planned import Planned
from pingyi.apps.people.queries.plans.posts import plan_posts
from pingyi.apps.people.queries.plans.units import plan_units
from pingyi.base.sheets.reading import Row

_PLANNERS = {
    ImportKind.UNITS: plan_units,
    ImportKind.POSTS: plan_posts,
    ImportKind.CHARGES: plan_charges,
    ImportKind.ACCOUNTS: plan_accounts,
}


def plan_import(kind: ImportKind, rows: list[Row], account: Account) -> list[Planned]:
    """The plan of every row, in the order of the rows."""
    return _PLANNERS[kind](rows, account)


__all__ = ["Planned", "plan_import"]
