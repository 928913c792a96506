"""Accounts of a plan, each with a random password that is shown once."""

from __future__ import annotations

from pingyi.apps.people.actions.accounts import random_password, set_handed_password
from pingyi.apps.people.models import Account, Person
from pingyi.apps.people.queries.plans.planned import Planned, value_of

_BATCH = 500


def apply_accounts(todo: list[Planned]) -> list[tuple[str, str, str]]:
    """(user name, name, password) of the new ones."""
    persons = {person.code: person for person in Person.objects.all()}
    made, changed, passwords = [], [], []
    for plan in todo:
        row = plan.row
        account = plan.subject or Account(username=row.get("username"))
        account.name = row.get("name")
        account.email = value_of(row, "email", account.email)
        if code := row.get("person"):
            account.person = persons.get(code)
        if choice := row.get("second_factor"):
            account.second_factor_required = choice == "yes"
        if plan.is_new:
            password = random_password()
            set_handed_password(account, password)
            passwords.append((account.username, account.name, password))
            made.append(account)
        else:
            changed.append(account)
    Account.objects.bulk_create(made, batch_size=_BATCH)
    fields = ["name", "email", "person", "second_factor_required"]
    Account.objects.bulk_update(changed, fields, batch_size=_BATCH)
    return passwords
