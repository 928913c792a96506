"""What stands on an officer's desk."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.hall import checker, prepared
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def desk(who: Account) -> str:
    client = Client()
    client.force_login(who)
    return client.get(reverse("desk")).content.decode()


def test_the_next_step_waits_for_those_who_take_it() -> None:
    poll = prepared()
    assert f"{poll.title}：填人数，生成投票码" in desk(organiser())
    assert poll.title not in desk(checker())
    assert poll.title not in desk(account(Role.AGENCY))
