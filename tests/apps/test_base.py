"""The audit log: a chain that tells of every change to it."""

from typing import Any

import pytest
from django.db import connection, transaction

from pingyi.apps.people.models import Account, Unit
from pingyi.base import audit
from pingyi.base.errors import Conflict
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


def three_entries() -> None:
    account = Account.objects.create_account("li", "a long password", "李明")
    unit = Unit.objects.add_root(
        instance=Unit(code="01", title="云州市水利局", kind="municipal_department")
    )
    for number in range(3):
        audit.record(by=account, verb="people.unit.renamed", subject=unit, number=number)


def alter(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_untouched_chain_holds() -> None:
    three_entries()
    assert list(audit.verify()) == []
    newest = AuditEntry.objects.first()
    assert newest is not None
    assert (newest.number, newest.actor, newest.actor_name) == (3, "li", "李明")
    assert (newest.subject_kind, newest.subject_title) == ("people.unit", "云州市水利局")
    assert newest.details == {"number": 2}


@pytest.mark.parametrize(
    ("sql", "number", "what"),
    [
        ("UPDATE base_auditentry SET actor_name = '王' WHERE number = 2", 2, "内容被改动"),
        ("UPDATE base_auditentry SET details = '{}' WHERE number = 1", 1, "内容被改动"),
        ("DELETE FROM base_auditentry WHERE number = 2", 2, "缺少记录"),
        ("DELETE FROM base_auditentry WHERE number = 3", 3, "末尾的记录被删除，或链首被改动"),
        ("DELETE FROM base_audithead", 3, "缺少链首"),
    ],
)
def test_a_changed_chain_is_told(sql: str, number: int, what: str) -> None:
    three_entries()
    alter(sql)
    findings = list(audit.verify())
    assert (findings[0].number, findings[0].what) == (number, what)


def forge(keep: int) -> None:
    """An administrator with the database rewrites what is left and closes the chain again."""
    alter(f"DELETE FROM base_auditentry WHERE number > {keep}")
    last = AuditEntry.objects.get(number=keep)
    alter(f"UPDATE base_audithead SET number = {keep}, digest = '{last.digest}'")


@pytest.mark.django_db(transaction=True)
def test_a_chain_that_is_cut_and_closed_again_is_told() -> None:
    three_entries()
    forge(2)
    assert [finding.what for finding in audit.verify()] == ["末尾的记录被删除"]


def test_digests_cannot_be_made_without_the_key(settings: Any) -> None:
    three_entries()
    entry = AuditEntry.objects.get(number=3)
    assert audit._digest(entry) == entry.digest
    settings.HOME.keys.joinpath("audit").rename(settings.HOME.keys / "audit.away")
    try:
        assert audit._digest(entry) != entry.digest
    finally:
        settings.HOME.keys.joinpath("audit.away").replace(settings.HOME.keys / "audit")


def test_entries_cannot_be_changed_or_deleted() -> None:
    three_entries()
    entry = AuditEntry.objects.get(number=2)
    entry.actor = "other"
    with pytest.raises(Conflict, match="只能追加"):
        entry.save()
    with pytest.raises(Conflict, match="不能删除"):
        entry.delete()


def test_an_entry_dies_with_its_action() -> None:
    three_entries()

    @transaction.atomic
    def failing_action() -> None:
        audit.record(by=None, verb="base.nothing.done")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        failing_action()
    assert AuditEntry.objects.count() == 3
    assert list(audit.verify()) == []
