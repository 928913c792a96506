"""Plans carried out, in few statements whatever the number of rows. Checks lie in the plan."""

from pingyi.apps.people.actions.applying.accounts import apply_accounts
from pingyi.apps.people.actions.applying.persons import apply_charges, apply_posts
from pingyi.apps.people.actions.applying.units import apply_units
from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.actions.checking import told
from pingyi.apps.people.enums import ImportKind
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.plans import Planned

Password = tuple[str, str, str]


def apply_plan(
    kind: ImportKind, todo: list[Planned], account: Account, ground: Ground | None
) -> list[Password]:
    """Write what the plan says; the passwords of accounts that were made."""
    with told():
        match kind:
            case ImportKind.UNITS:
                apply_units(todo, account, ground)
            case ImportKind.POSTS:
                apply_posts(todo)
            case ImportKind.CHARGES:
                apply_charges(todo)
            case ImportKind.ACCOUNTS:
                return apply_accounts(todo)
    return []


__all__ = ["apply_plan"]
