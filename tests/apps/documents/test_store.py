"""Attachments: what is taken, where it lies, and that nothing is left behind."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from tests.apps.documents.ground import BAD, GOOD, THING, large, thing, upload
from tests.apps.people.ground import account

from pingyi.apps.documents import actions, store
from pingyi.apps.documents.models import Attachment
from pingyi.apps.people.models import Account
from pingyi.base.errors import HouseError, Invalid, Missing, Refused
from pingyi.base.models import AuditEntry
from pingyi.base.references import Reference, Rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(owner: None) -> Account:
    return account("keeper")


def files_in(settings: Any) -> set[Path]:
    found: Path = settings.HOME.uploads
    return {file for file in found.rglob("*") if file.is_file() and file.name != ".lock"}


def attach(by: Account, *files: Any) -> list[Attachment]:
    return actions.attach(by=by, reference=THING, files=files)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_taken(keeper: Account, name: str) -> None:
    (made,) = attach(keeper, upload(name, GOOD[name]))
    assert made.digest == hashlib.sha256(GOOD[name]).hexdigest()
    assert store.path_of(made.digest).read_bytes() == GOOD[name]
    assert (made.name, made.size) == (name, len(GOOD[name]))


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_taken(keeper: Account, settings: Any, name: str) -> None:
    for file in (upload(name, BAD[name]), large(name, BAD[name])):
        with pytest.raises(Invalid):
            attach(keeper, upload("好.pdf"), file)
        file.close()
    assert not Attachment.objects.exists()
    assert files_in(settings) == set()


def test_sizes_per_kind(keeper: Account, settings: Any) -> None:
    settings.UPLOAD_BYTES, settings.FILM_BYTES = 1_000_000, 2_000_000
    longer = b"\0" * 1_500_000
    with pytest.raises(Invalid, match="超过1兆字节"):
        attach(keeper, upload("a.pdf", b"%PDF-" + longer))
    attach(keeper, upload("a.mp4", GOOD["片.mp4"] + longer))
    with pytest.raises(Invalid, match="超过2兆字节"):
        attach(keeper, upload("b.mp4", GOOD["片.mp4"] + 2 * longer))


def test_the_same_bytes_lie_once(keeper: Account, settings: Any) -> None:
    content = b"%PDF-1.7 one"
    first, second = attach(keeper, upload("一.pdf", content), upload("二.pdf", content))
    with large("一.pdf", content) as on_disk:
        (again,) = attach(keeper, on_disk)
    assert again.pk == first.pk
    assert files_in(settings) == {store.path_of(first.digest)}
    actions.detach(by=keeper, attachment=first)
    assert store.path_of(second.digest).read_bytes() == content
    actions.detach(by=keeper, attachment=second)
    assert files_in(settings) == set()
    verbs = list(AuditEntry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["documents.attachment.added"] * 2 + ["documents.attachment.removed"] * 2


def test_a_full_disk_is_told(keeper: Account, settings: Any) -> None:
    settings.UPLOAD_SPARE = 10**18
    with pytest.raises(HouseError, match="磁盘空间不足") as told:
        attach(keeper, upload("一.pdf"))
    assert told.value.status == 507
    assert files_in(settings) == set()


def test_what_a_killed_server_left_is_swept(keeper: Account, settings: Any) -> None:
    old, new = settings.HOME.incoming / "old", settings.HOME.incoming / "new"
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, time.time() - 2 * store.STALE_SECONDS))
    attach(keeper, upload("一.pdf"))
    assert not old.exists()
    assert new.exists()


def test_a_transaction_that_fails_leaves_no_file(keeper: Account, settings: Any) -> None:
    name = "长" * 300 + ".pdf"
    (made,) = attach(keeper, upload(name))
    assert len(made.name) == 200
    assert made.name.endswith(".pdf")
    actions.detach(by=keeper, attachment=made)
    with pytest.raises(Invalid), transaction.atomic():
        attach(keeper, upload("一.pdf"), upload("宏.pdf", b"MZ"))
    assert files_in(settings) == set()


def test_only_as_the_owner_allows(keeper: Account) -> None:
    reader, stranger = account("reader"), account("stranger")
    (made,) = attach(keeper, upload("一.pdf"))
    with pytest.raises(Refused):
        attach(reader, upload("二.pdf"))
    with pytest.raises(Missing):
        attach(stranger, upload("二.pdf"))
    for other in (reader, stranger):
        with pytest.raises(Refused):
            actions.detach(by=other, attachment=made)
    for wrong in (Reference("tests.thing", "8"), Reference("no.such", "7")):
        with pytest.raises(Missing):
            actions.attach(by=keeper, reference=wrong, files=[upload("二.pdf")])


@pytest.mark.django_db(transaction=True)
def test_adding_and_removing_the_same_bytes_at_once() -> None:
    """Whoever wins: a row has its file."""
    with thing({"keeper": Rights(True, True, True)}):
        keeper = account("keeper")
        attach(keeper, upload("0.pdf"))

        def work(number: int) -> None:
            try:
                for turn in range(5):
                    (made,) = attach(keeper, upload(f"{number}-{turn}.pdf"))
                    actions.detach(by=keeper, attachment=made)
                attach(keeper, upload(f"{number}.pdf"))
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=[number]) for number in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = list(Attachment.objects.all())
        assert {row.name for row in rows} == {"0.pdf", "1.pdf", "2.pdf"}
        assert store.path_of(rows[0].digest).read_bytes() == b"%PDF-1.7 one"
