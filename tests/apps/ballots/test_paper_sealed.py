"""What lies sealed of ballots of paper: nobody reads it, and nobody puts others in its place."""

from __future__ import annotations

import pytest
from tests.apps.ballots.hall import DELEGATES, checker
from tests.apps.ballots.paper_hands import (
    BALLOTS,
    exchanged,
    table,
    type_in_twice,
)
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import (
    opening_actions,
    paper,
    paper_actions,
)
from pingyi.apps.ballots.models import ClassCount, PaperEntry
from pingyi.apps.ballots.wire import EVERY_TARGET, write_record
from pingyi.base.errors import Conflict
from pingyi.proofs.envelopes import seal

pytestmark = pytest.mark.django_db


def test_what_lies_in_the_database_tells_no_ballot() -> None:
    town = exchanged()
    paper_actions.type_in(by=organiser(), poll=town.fresh(), file=table(town, BALLOTS))
    entry = PaperEntry.objects.get()
    first = b"".join(n.to_bytes(2, "little") for n in BALLOTS["1"][0])
    assert first not in bytes(entry.sealed)
    sealed = bytes(entry.sealed)
    paper_actions.type_in(by=organiser(), poll=town.fresh(), file=table(town, BALLOTS))
    assert bytes(PaperEntry.objects.get().sealed) != sealed
    assert PaperEntry.objects.get().digests == entry.digests


def test_a_sealed_entry_that_was_altered_stops_the_opening() -> None:
    town = exchanged()
    type_in_twice(town, BALLOTS)
    entry = PaperEntry.objects.get(turn=1)
    entry.sealed = bytes(entry.sealed)[:-1] + bytes([bytes(entry.sealed)[-1] ^ 1])
    entry.save()
    with pytest.raises(Conflict, match="录入的纸票打不开"):
        town.open_boxes()
    assert not ClassCount.objects.exists()


def test_other_ballots_sealed_in_their_place_stop_the_opening() -> None:
    """The public key lies in the database: whoever writes there can seal ballots of his own."""
    town = exchanged()
    type_in_twice(town, BALLOTS)
    (item,) = town.items("hall")
    entry = PaperEntry.objects.get(turn=1)
    rater_class = next(
        place for place, named in enumerate(town.desk().form.classes) if named.key == DELEGATES
    )
    full = b"".join((100).to_bytes(2, "little") for _answer in range(18))
    record = write_record(rater_class, EVERY_TARGET, bytes(32), full)
    label = paper.label_of(town.poll.slug, item, 1, 2)
    entry.sealed = seal(label, bytes(item.public_key or b""), [record, record])
    entry.save()
    with pytest.raises(Conflict, match="录入的纸票打不开"):
        town.open_boxes()
    assert not ClassCount.objects.exists()


def test_an_entry_put_in_the_place_of_another_stops_the_opening() -> None:
    town = exchanged()
    type_in_twice(town, BALLOTS)
    (item,) = town.items("hall")
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    for entry in PaperEntry.objects.all():
        entry.digests = [[label, "0" * 64] for label, _digest in entry.digests]
        entry.save()
    with pytest.raises(Conflict, match="不一致"):
        opening_actions.open_box(by=organiser(), item=item)
