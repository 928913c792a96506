"""Acts that take two: the same account is refused, and a second account of the same person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.apps.ballots.hall import LEADERS, prepared, vote, with_codes
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.ballots import actions, opening_actions
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant
from pingyi.apps.rolls import actions as rolls
from pingyi.base.errors import Refused
from pingyi.proofs.keys import fingerprint, make_keys

pytestmark = pytest.mark.django_db

Second = Callable[[Account], object]


def second_of_codes() -> Second:
    poll = prepared()
    with_codes(poll, {LEADERS: 2})
    return lambda by: rolls.sign(by=by, poll=poll)


def second_of_keys() -> Second:
    poll = prepared(held="split")
    file, _shares = make_keys(poll.slug, poll.items.values_list("number", flat=True), split=True)
    actions.install_keys(by=organiser(), poll=poll, text=file.text())
    return lambda by: actions.confirm_keys(by=by, poll=poll, typed=fingerprint(file.public))


def second_of_the_zero_report() -> Second:
    town = vote(witnessed=False)
    return lambda by: actions.witness_zero(by=by, poll=town.poll)


def second_of_the_inspection() -> Second:
    town = vote()
    town.lock_all()
    (item,) = town.items("hall")
    opening_actions.inspect_item(by=organiser(), item=item)
    return lambda by: opening_actions.confirm_inspection(by=by, item=item)


ACTS = (second_of_codes, second_of_keys, second_of_the_zero_report, second_of_the_inspection)


@pytest.mark.parametrize("act", ACTS)
def test_the_first_is_not_the_second(act: Callable[[], Second]) -> None:
    second = act()
    # One account with both roles.
    Grant.objects.create(account=organiser(), role=Role.CHECKER)
    with pytest.raises(Refused):
        second(organiser())
    # Two accounts of one name.
    other = account(Role.CHECKER, "other")
    other.name = organiser().name
    other.save()
    with pytest.raises(Refused, match="同名"):
        second(other)
    # Two accounts with one mailbox.
    Account.objects.filter(pk=organiser().pk).update(email="fang@yunzhou.test")
    other.name, other.email = "另一人", "fang@yunzhou.test"
    other.save()
    with pytest.raises(Refused, match="同邮箱"):
        second(other)
    second(account(Role.CHECKER, "third"))
