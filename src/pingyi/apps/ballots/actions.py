"""What is done with the box while it is shut: keys in, begin, open and lock items, purge."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots import masters
from pingyi.apps.ballots.box import BoxItem
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import load_desk
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.ballots.models import KeysBrought, PaperEntry, ZeroReport
from pingyi.apps.ballots.plan import plan_of
from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import STATE_TITLES, lock_poll, touch
from pingyi.apps.polls.enums import ItemState, PollState, RulingKind
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.polls.queries import by_code, open_to_all
from pingyi.apps.polls.rulings import approved, is_used
from pingyi.apps.polls.workflow import ITEM, POLL
from pingyi.apps.rolls.models import Signature
from pingyi.apps.rolls.queries import digest_of_codes, heads_lacking
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.keyring import PollKeyring
from pingyi.base.marks import mark_of, need_seen
from pingyi.base.stories import last_told
from pingyi.proofs import base32, codes
from pingyi.proofs.keys import (
    KeyFile,
    WrongKey,
    fingerprint,
    make_keys,
    read_key_file,
)

CODES_KEPT = "codes"
"""Digest of all codes as they were when voting began, in the keys folder."""
ITEM_TITLES: dict[str, object] = {state.value: state.label for state in ItemState}


@transaction.atomic
def install_keys(*, by: Account, poll: Poll, text: str, seen: str | None = None) -> Poll:
    """Take the key file that was made offline for this poll. Raises ``Invalid``, and ``Stale``
    where ``seen`` isn't the mark of what was brought any more."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = _in_state(poll, PollState.READY)
    need_seen(seen, mark_of_keys(poll), poll, verbs=["ballots.keys.brought"])
    try:
        file = read_key_file(text)
    except WrongKey as error:
        raise Invalid(error.zh, field="file") from None
    if file.poll != poll.slug or set(file.public) != set(_numbers(poll)):
        raise Invalid(
            _("密钥文件不是为这次投票制作的，或场次不符。"),
            _("请用本页下载的密钥申请重新制作。"),
            field="file",
        )
    if file.held != poll.keys_held or set(file.private) != set(file.public):
        raise Invalid(_("密钥文件的保管方式与投票的设定不符，或缺少私钥。"), field="file")
    poll = _install(poll, file)
    KeysBrought.objects.filter(poll=poll).delete()
    print_ = fingerprint(file.public)
    KeysBrought.objects.create(poll=poll, fingerprint=print_, brought_by=str(by))
    audit.record(by=by, verb="ballots.keys.brought", subject=poll)
    # A rehearsal may be held by one person.
    return _take_fingerprint(poll, print_ if poll.rehearsal else "")


def mark_of_keys(poll: Poll) -> str:
    """The mark of the key file that was brought last."""
    return mark_of(*KeysBrought.objects.filter(poll=poll).values_list("brought_by", "brought_at"))


@transaction.atomic
def confirm_keys(*, by: Account, poll: Poll, typed: str) -> Poll:
    """Somebody else types the fingerprint from the paper of the offline computer. Raises
    ``Invalid`` where it is another: then these aren't the keys that were made there."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = _in_state(poll, PollState.READY)
    brought = KeysBrought.objects.select_for_update().filter(poll=poll, confirmed_by="").first()
    if brought is None or poll.key_fingerprint:
        told = last_told("polls.poll", poll.pk)
        raise Conflict(_("没有待核对的密钥。") + told, _("请看本页现在的情况。"))
    require_another(by, brought.brought_by, _("核对指纹的人不能是导入密钥的人。"))
    if base32.normal(typed) != base32.normal(brought.fingerprint):
        raise Invalid(
            _("指纹与导入的密钥不符。"),
            _("请照离线电脑抄下的指纹逐字输入；仍不符的，不是同一套密钥，请重新导入。"),
            field="typed",
        )
    brought.confirmed_by, brought.confirmed_at = str(by), timezone.now()
    brought.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        by=by, verb="ballots.keys.confirmed", subject=poll, fingerprint=brought.fingerprint
    )
    return _take_fingerprint(poll, brought.fingerprint)


def _take_fingerprint(poll: Poll, print_: str) -> Poll:
    poll.key_fingerprint = print_
    poll.save(update_fields=["key_fingerprint"])
    return poll


@transaction.atomic
def make_site_keys(*, by: Account, poll: Poll) -> Poll:
    """Keys that the site itself holds: for rehearsals, demo and small offices."""
    require_for_all(by, Role.ORGANISER)
    poll = _in_state(poll, PollState.READY)
    if poll.keys_held != "site":
        raise Conflict(_("本次投票的密钥由三人分持，须离线制作。"))
    file, _shares = make_keys(poll.slug, _numbers(poll), split=False)
    poll = _take_fingerprint(_install(poll, file), fingerprint(file.public))
    print_ = poll.key_fingerprint
    audit.record(by=by, verb="ballots.keys.installed", subject=poll, fingerprint=print_)
    return poll


def _install(poll: Poll, file: KeyFile) -> Poll:
    PollKeyring(poll.slug).write_key_file(file.text())
    for item in poll.items.all():
        item.public_key = file.public[item.number]
        item.save(update_fields=["public_key"])
    touch(poll)
    return poll


@transaction.atomic
def begin(*, by: Account, poll: Poll) -> Poll:
    """Make the box, see that it is empty, sign the zero report. Raises ``Conflict``."""
    require_for_all(by, Role.ORGANISER)
    poll = lock_poll(poll)
    state = POLL.go(poll.state, "begin", STATE_TITLES)
    numbers = _numbers(poll)
    if not numbers:
        raise Conflict(_("没有可以投票的场次。"))
    if poll.items.filter(public_key=None).exists():
        raise Conflict(_("还没有密钥。"), _("请先制作并导入密钥文件。"))
    if not poll.key_fingerprint:
        raise Conflict(_("密钥的指纹还没有由另一人核对。"), _("请到密钥页核对。"))
    if by_code(poll).exists():
        if not Signature.objects.filter(poll=poll).exists():
            raise Conflict(_("核对人还没有签认投票码。"))
        if not poll.rehearsal:
            _ready_for_real(poll)
    if poll.rolls.filter(channel__in=open_to_all(poll), population=None).exists():
        raise Conflict(
            _("开放投票的票种还没有填常住人口。"), _("请在票册页填写；票数超过人口时才能报警。")
        )
    keyring = PollKeyring(poll.slug)
    keyring.make("intake")
    # Outside the database: whoever moves a code to another class there is found out.
    keyring.keep(CODES_KEPT, digest_of_codes(poll, states=True))
    box = box_of(poll.slug)
    box.create(numbers)
    empty = hashlib.sha256()
    for number in numbers:
        if next(box.batches(number), None) or next(box.serials(number), None) is not None:
            raise Conflict(_("票箱不是空的，不能开始投票。"), _("请报告核对人和审计管理员。"))
        empty.update(f"{poll.slug} {number} 0 0\n".encode())
    box.close()
    signer = f"{by.name}（{by.username}）"
    ZeroReport.objects.create(poll=poll, digest=empty.hexdigest(), signed_by=signer)
    poll.state = state
    poll.save(update_fields=["state"])
    touch(poll)
    withheld = [
        f"{table.title} {line.title}"
        for table in plan_of(poll)
        for line in table.lines
        if line.withheld
    ]
    facts = {"zero": empty.hexdigest(), "to_be_withheld": withheld}
    audit.record(by=by, verb="ballots.voting.begun", subject=poll, **facts)
    return poll


def _ready_for_real(poll: Poll) -> None:
    """What a rehearsal may leave out. Raises ``Conflict``."""
    if lacking := heads_lacking(poll):
        raise Conflict("".join(lacking), _("请到“填人数，生成投票码”页补上，再开始投票。"))
    if PollKeyring(poll.slug).has("slips"):
        raise Conflict(_("票单印制还没有结束。"), _("请先确认“印制完毕”，销毁底码。"))
    signature = Signature.objects.get(poll=poll)
    if signature.digest != digest_of_codes(poll):
        raise Conflict(
            _("投票码与核对人签认时不一致，不能开始投票。"), _("请报告核对人和审计管理员。")
        )
    if poll.rolls.filter(printed__gt=0, given_out=None).exists():
        raise Conflict(
            _("票单的发出、剩余、损毁还没有清点。"), _("请先扫码作废剩余票单并录入清点数。")
        )


@transaction.atomic
def witness_zero(*, by: Account, poll: Poll) -> ZeroReport:
    """A checker saw the zero report; not the person who signed it."""
    require_for_all(by, Role.CHECKER)
    report = ZeroReport.objects.select_for_update().filter(poll=poll).first()
    if report is None or report.witnessed_by:
        raise Conflict(_("还没有零票报告，或已有人见证。"))
    signer = f"{by.name}（{by.username}）"
    require_another(by, report.signed_by, _("见证人不能是组织者本人。"))
    report.witnessed_by = signer
    report.save(update_fields=["witnessed_by"])
    audit.record(by=by, verb="ballots.zero.witnessed", subject=poll, zero=report.digest)
    return report


@transaction.atomic
def open_item(*, by: Account | None, item: Item) -> Item:
    """Let castings in for an item. ``by`` None: the window of its channel has come."""
    if by is not None:
        require_for_all(by, Role.ORGANISER, Role.CHAIR)
    item = held(item)
    if item.poll.state != PollState.VOTING:
        raise Conflict(_("投票还没有开始，或已截止。"))
    if not (item.poll.rehearsal or ZeroReport.objects.get(poll=item.poll).witnessed_by):
        raise Conflict(
            _("零票报告还没有由核对人见证，不能开放投票。"), _("请核对人到“零票报告”页见证。")
        )
    item.state = ITEM.go(item.state, "open", ITEM_TITLES)
    item.opened_at = timezone.now()
    item.save(update_fields=["state", "opened_at"])
    set_box(item, BoxItem.OPEN)
    audit.record(by=by, verb="ballots.item.opened", subject=item)
    return item


@transaction.atomic
def lock_item(*, by: Account | None, item: Item) -> Item:
    """Let nothing more in. What was thanked before is in the box; nothing comes behind it."""
    if by is not None:
        require_for_all(by, Role.ORGANISER, Role.CHAIR)
    item = held(item)
    set_box(item, BoxItem.LOCKED)
    item.state = ITEM.go(item.state, "lock", ITEM_TITLES)
    item.locked_at = timezone.now()
    item.save(update_fields=["state", "locked_at"])
    audit.record(by=by, verb="ballots.item.locked", subject=item)
    left = item.poll.items.exclude(state__in=(ItemState.LOCKED, ItemState.COUNTED))
    if not left.exists():
        poll = lock_poll(item.poll)
        poll.state = POLL.go(poll.state, "close", STATE_TITLES)
        poll.save(update_fields=["state"])
        touch(poll)
    return item


@transaction.atomic
def exchange_for_paper(*, by: Account, poll: Poll, typed: str) -> list[int]:
    """At the desk: spend a code as paper and hand out an uncoded form. Returns the items."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = _in_state(poll, PollState.VOTING)
    code = codes.read_code(typed.rsplit("#", 1)[-1])
    box = box_of(poll.slug)
    try:
        spent = Intake(load_desk(poll), box).spend_for_paper(code) if code else []
    finally:
        box.close()
    if not spent:
        raise Invalid(_("这个投票码不存在，或已经用过。"), _("不能换发纸票。"), field="code")
    audit.record(by=by, verb="ballots.code.exchanged", subject=poll, items=len(spent))
    return spent


@transaction.atomic
def purge(*, by: Account, poll: Poll) -> Poll:
    """Remove a rehearsal's box, keys and codes. Real polls are refused."""
    require_for_all(by, Role.ORGANISER)
    poll = lock_poll(poll)
    if not poll.rehearsal:
        raise Conflict(_("这不是演练，不能清除。"))
    poll.state = POLL.go(poll.state, "purge", STATE_TITLES)
    poll.save(update_fields=["state"])
    poll.items.all().delete()
    poll.codes.all().delete()
    poll.rolls.all().delete()
    touch(poll)
    audit.record(by=by, verb="ballots.rehearsal.purged", subject=poll)
    _destroy(poll)
    return poll


@transaction.atomic
def call_off(*, by: Account, poll: Poll) -> Poll:
    """Call off a real poll, as two have ruled: box and keys go, so every code is dead; what was
    written down stays. Rehearsals are purged instead."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = lock_poll(poll)
    if poll.rehearsal:
        raise Conflict(_("演练不作废，用“清除演练”。"))
    if is_used(poll):
        raise Conflict(_("本次投票的结果已经用于签发的得分，不能作废。"))
    if not approved(poll, RulingKind.CALLED_OFF):
        raise Conflict(_("作废须由两人裁定。"), _("请先在裁定页申请，由另一人批准。"))
    poll.state = POLL.go(poll.state, "call_off", STATE_TITLES)
    poll.save(update_fields=["state"])
    touch(poll)
    audit.record(by=by, verb="ballots.poll.called_off", subject=poll)
    _destroy(poll)
    return poll


def _destroy(poll: Poll) -> None:
    """Remove box and keys. The box is locked first: an intake that still holds it takes nothing,
    so nobody is thanked for a ballot that is thrown away."""
    box = box_of(poll.slug)
    if box.exists():
        for number in box.states():
            box.set_state(number, BoxItem.LOCKED)
    box.destroy()
    PaperEntry.objects.filter(item__poll=poll).delete()
    PollKeyring(poll.slug).destroy()
    masters.forget(poll.slug)


def held(item: Item) -> Item:
    return (
        Item.objects.select_for_update(of=("self",))
        .select_related("poll__version", "channel", "target")
        .get(pk=item.pk)
    )


def set_box(item: Item, state: BoxItem) -> None:
    """The state of an item in the box itself."""
    box = box_of(item.poll.slug)
    box.set_state(item.number, state)
    box.close()


def _numbers(poll: Poll) -> list[int]:
    return list(poll.items.values_list("number", flat=True))


def _in_state(poll: Poll, state: PollState) -> Poll:
    poll = lock_poll(poll)
    if poll.state != state:
        raise Conflict(
            _("投票现在的状态是“%(state)s”，不能办理此项。") % {"state": poll.get_state_display()}
            + last_told("polls.poll", poll.pk)
        )
    return poll
