"""Programmes, targets, votes and states of rounds."""

from __future__ import annotations

import pytest
from tests.apps.ballots.office import Officer, text
from tests.apps.people.ground import account, fresh
from tests.apps.rounds.hands import (
    CITY,
    FACTS,
    city,
    draft,
    programme,
    reporter,
    with_notice,
    with_targets,
)
from tests.apps.schemes.hands import account as role_account
from tests.apps.schemes.hands import draft as scheme_draft
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots.models import FigureEntry, TallyEntry
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Person, Unit
from pingyi.apps.polls import actions as polls
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.steps import COURSE as VOTES
from pingyi.apps.rounds import access, actions, queries
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.steps import COURSE
from pingyi.base.errors import Conflict, Invalid, Missing, Refused
from pingyi.base.models import AuditEntry
from pingyi.base.stories import story_of

pytestmark = pytest.mark.django_db


def codes(found: Round) -> list[str]:
    return list(found.targets.values_list("code", flat=True))


def held(found: Round, *inputs: str) -> Poll:
    """A vote of the round whose channels are set and fixed."""
    poll = actions.hold_poll(by=organiser(), round=found, title="投票", inputs=inputs)
    return polls.prepare(by=organiser(), poll=poll)


def test_a_programme_has_one_name() -> None:
    first = programme()
    with pytest.raises(Invalid) as error:
        actions.save_programme(by=organiser(), facts=FACTS)
    assert error.value.field == "title"
    again = actions.save_programme(
        by=organiser(), programme=first, facts=FACTS | {"issuer": "市委"}
    )
    assert (again.pk, again.issuer) == (first.pk, "市委")


def test_a_round_needs_a_sealed_scheme() -> None:
    with pytest.raises(Conflict, match="封存"):
        actions.create_round(
            by=organiser(), programme=programme(), version=scheme_draft(), title="一", period="一"
        )


def test_units_come_with_their_heads_and_leaders() -> None:
    found = with_targets()
    rows = found.targets.values_list("code", "title", "presenter", "presenter_strokes")
    assert list(rows) == list(CITY)
    assert {target.leader_name for target in found.targets.all()} == {"顾长河"}
    assert {target.unit.code for target in found.targets.all() if target.unit} == set(codes(found))


@pytest.mark.parametrize(
    ("how", "order"),
    [("strokes", ["SWJ", "SLJ", "MZJ"]), ("hand", ["MZJ", "SWJ", "SLJ"])],
)
def test_the_running_order(how: str, order: list[str]) -> None:
    found = with_targets()
    actions.order_targets(by=organiser(), round=found, how=how, codes=["MZJ", "SWJ", "SLJ"])
    assert codes(found) == order
    assert list(found.targets.values_list("number", flat=True)) == [1, 2, 3]
    assert found.targets.get(code="SLJ").leader_name == "顾长河"


def test_an_order_by_lot_keeps_everybody() -> None:
    found = with_targets()
    orders = set()
    for _draw in range(40):
        actions.order_targets(by=organiser(), round=found, how="lot")
        orders.add(tuple(codes(found)))
    assert {tuple(sorted(order)) for order in orders} == {("MZJ", "SLJ", "SWJ")}
    assert len(orders) > 1  # one order forty times: a chance of 6 to the power of -39


def test_unknown_strokes_are_told_by_unit() -> None:
    found = draft()
    units = city()
    Person.objects.filter(code="PSWJ").update(surname_strokes=None)
    actions.add_units(by=organiser(), round=found, units=units)
    with pytest.raises(Invalid, match="市商务局"):
        actions.order_targets(by=organiser(), round=found, how="strokes")


def test_a_hand_order_that_forgets_one_is_refused() -> None:
    found = with_targets()
    with pytest.raises(Invalid, match="不一致"):
        actions.order_targets(by=organiser(), round=found, how="hand", codes=["MZJ", "SWJ"])


def test_the_next_round_follows_people_who_moved() -> None:
    found = with_targets()
    person = Person.objects.get(code="PSLJ")
    Person.objects.filter(pk=person.pk).update(name="新局长")
    Unit.objects.filter(code="SWJ").update(title="市商务和投资局")
    following = actions.copy_round(
        by=organiser(), predecessor=found, title="第三次", period="2018年", with_targets=True
    )
    rows = {target.code: target for target in following.targets.all()}
    assert rows["SLJ"].presenter == "新局长"
    assert rows["SWJ"].title == "市商务和投资局"
    assert (following.predecessor, following.version) == (found, found.version)
    assert found.targets.get(code="SWJ").title == "市商务局"
    bare = actions.copy_round(
        by=organiser(), predecessor=found, title="第四次", period="2019年", with_targets=False
    )
    assert codes(bare) == []


def test_two_votes_share_the_channels_of_one_scheme() -> None:
    found = with_targets("ruyang-two-way")
    down = actions.hold_poll(
        by=organiser(), round=found, title="向下", direction="down", inputs=["down", "down_tally"]
    )
    up = actions.hold_poll(by=organiser(), round=found, title="向上", direction="up", inputs=["up"])
    with pytest.raises(Conflict, match="同名的投票"):
        actions.hold_poll(by=organiser(), round=found, title="向上", direction="up", inputs=["up"])
    ways = dict(down.channels.values_list("input_key", "way"))
    assert ways == {"up": "none", "down": "hall", "down_tally": "file"}
    assert dict(up.channels.values_list("input_key", "way"))["down"] == "none"
    assert list(up.targets.values_list("code", flat=True)) == codes(found)
    prepared = polls.prepare(by=organiser(), poll=up)
    assert {item.channel.input_key for item in prepared.items.all()} == {"up"}


def test_a_vote_without_any_channel_is_not_prepared() -> None:
    found = with_targets()
    poll = actions.hold_poll(by=organiser(), round=found, title="空", inputs=["nothing"])
    with pytest.raises(Invalid, match="没有一个渠道"):
        polls.prepare(by=organiser(), poll=poll)


def step_titles(found: Round) -> list[str]:
    return [str(shown.step.title) for shown in COURSE.steps_of(found)]


def test_from_draft_to_closed_and_back() -> None:
    found = with_targets()
    with pytest.raises(Invalid, match="通知还不完整"):
        actions.announce(by=organiser(), round=found)
    found = actions.announce(by=organiser(), round=with_notice(found), reason="市委常委会研究同意")
    with pytest.raises(Invalid, match="还没有投票"):
        actions.start(by=organiser(), round=found)
    poll = actions.hold_poll(by=organiser(), round=found, title="现场", inputs=["hall"])
    with pytest.raises(Invalid, match="没有封定：现场"):
        actions.start(by=organiser(), round=found)
    polls.prepare(by=organiser(), poll=poll)
    found = actions.start(by=organiser(), round=found)
    with pytest.raises(Invalid, match="没有截止：现场"):
        actions.close(by=organiser(), round=found)
    poll.state = PollState.CLOSED
    poll.save(update_fields=["state"])
    assert "召开述职评议会" in step_titles(found)
    found = actions.close(by=organiser(), round=found)
    assert "召开述职评议会" not in step_titles(found)  # none was held
    with pytest.raises(Invalid, match="理由"):
        actions.reopen(by=organiser(), round=found, reason=" ")
    found = actions.reopen(by=organiser(), round=found, reason="漏了一次补投")
    assert found.state == RoundState.COLLECTING
    told = [(c.verb, c.before, c.after, c.reason) for c in found.changes.all()]
    assert told == [
        ("announce", "draft", "announced", "市委常委会研究同意"),
        ("collect", "announced", "collecting", ""),
        ("close", "collecting", "closed", ""),
        ("reopen", "closed", "collecting", "漏了一次补投"),
    ]
    # The same, once, in the round's story.
    newest = story_of("rounds.round", {"rounds.round": [found.pk]})[0]
    assert (newest.what, newest.note) == ("恢复评议", "漏了一次补投")
    verbs = AuditEntry.objects.filter(subject_kind="rounds.round").values_list("verb", flat=True)
    assert {"rounds.round.announce", "rounds.round.reopen"} <= set(verbs)


@pytest.mark.parametrize("verb", ["start", "close"])
def test_no_step_is_jumped(verb: str) -> None:
    found = with_targets()
    actions.hold_poll(by=organiser(), round=found, title="现场", inputs=["hall"])
    held_polls = queries.polls_of(found)
    held_polls.update(state=PollState.CLOSED)
    with pytest.raises(Conflict, match="筹备"):
        getattr(actions, verb)(by=organiser(), round=fresh(found))


def test_targets_stand_once_a_vote_was_made() -> None:
    found = with_targets()
    held(found, "hall")
    with pytest.raises(Conflict, match="不能再改"):
        actions.set_targets(by=organiser(), round=found, targets=[])


@pytest.mark.parametrize("call", [actions.announce, actions.start, actions.close])
@pytest.mark.parametrize("role", [Role.CHECKER, Role.CHAIR, Role.UNIT_HEAD, Role.LEADER, None])
def test_only_the_organiser_moves_a_round(call: object, role: Role | None) -> None:
    found = with_targets()
    with pytest.raises(Refused):
        call(by=role_account(role), round=found)  # type: ignore[operator]
    assert fresh(found).state == RoundState.DRAFT


def test_who_sees_a_round() -> None:
    found = with_notice(with_targets())
    water, other = Unit.objects.get(code="SLJ"), Unit.objects.get(code="1")
    outside = Unit(code="999", title="外单位", kind="other")
    Unit.objects.add_child(other, instance=outside)
    mine = account("water", Role.UNIT_HANDLER, unit=water)
    theirs = account("outside", Role.UNIT_HANDLER, unit=outside)
    leader = account("gu", Role.LEADER, person=Person.objects.get(code="L1"))
    county = account("county", Role.ORGANISER, unit=water)
    for one in (mine, theirs, leader, county):
        with pytest.raises(Missing):
            access.find(one, found.slug)
    actions.announce(by=organiser(), round=found)
    assert access.find(mine, found.slug) == found
    assert access.find(leader, found.slug) == found
    with pytest.raises(Missing):
        access.find(theirs, found.slug)
    # An organiser of a part reads of its units, and runs nothing.
    assert access.find(county, found.slug) == found
    with pytest.raises(Refused):
        actions.start(by=county, round=found)
    for one in (mine, county):
        assert list(queries.own_targets(one, found).values_list("code", flat=True)) == ["SLJ"]
    assert queries.own_targets(leader, found).count() == 3
    assert queries.own_targets(organiser(), found).count() == 3


def test_a_table_that_is_saved_keeps_leaders_and_strokes() -> None:
    found = with_targets()
    rows = [{"code": code, "title": title, "presenter": name} for code, title, name, _n in CITY]
    rows[0]["presenter"] = "代述职人"
    actions.set_targets(by=organiser(), round=found, targets=rows)
    kept = {target.code: target for target in found.targets.all()}
    assert {target.leader_name for target in kept.values()} == {"顾长河"}
    strokes = {code: target.presenter_strokes for code, target in kept.items()}
    assert strokes == {"SLJ": None, "SWJ": 5, "MZJ": 9}  # of somebody else they are not known


def test_the_votes_of_a_round_with_a_result_wait_for_nothing() -> None:
    found, officer = with_targets(), Officer(Role.ORGANISER)
    held(found, "online_tally")
    # Counted by hand alone: no box tells that it is done.
    assert "投票：录入汇总票" in text(officer.get("desk"))
    for state in RoundState:
        Round.objects.filter(pk=found.pk).update(state=state)
        waits = state in ("draft", "announced", "collecting", "closed")
        assert ("投票：" in text(officer.get("desk"))) is waits, state


def test_a_vote_whose_counts_were_entered_leaves_the_next_step_to_its_round() -> None:
    """Counted by hand: entered twice, and scored with the round."""
    found, officer = with_notice(with_targets()), Officer(Role.ORGANISER)
    poll = held(found, "online_tally")
    Round.objects.filter(pk=found.pk).update(state=RoundState.CLOSED)
    FigureEntry.objects.create(poll=poll, rows=[], digest="", entered_by="li")
    for turn in (1, 2):
        assert "投票：录入汇总票" in text(officer.get("desk"))
        TallyEntry.objects.create(poll=poll, turn=turn, rows={}, digest="", entered_by="li")
    page = text(officer.get("desk"))
    assert "投票：" not in page
    assert f"{found.title}：开箱、录入完毕，计算得分" in page


def test_the_round_names_the_units_that_nobody_can_sign_in_for() -> None:
    found = with_notice(with_targets())
    assert queries.unreached(found) == ["市水利局", "市商务局", "市民政局"]
    handler = reporter("SLJ")
    role_account(Role.UNIT_HEAD, "head-SWJ", Unit.objects.get(code="SWJ"))
    assert queries.unreached(found) == ["市民政局"]
    (step,) = [one.step for one in COURSE.steps_of(found) if str(one.step.title) == "发出通知"]
    assert "1 个单位没有能登录的账号，看不到。" in str(step.ask)
    assert str(step.note).endswith("1 个单位没有能登录的账号，看不到。")
    handler.is_active = False
    handler.save()
    assert queries.unreached(found) == ["市水利局", "市民政局"]
    # Who holds the role for a unit above reads for those below.
    role_account(Role.UNIT_HANDLER, "handler-1", Unit.objects.get(code="1"))
    assert queries.unreached(found) == []
    page = text(Officer(Role.ORGANISER).get("rounds:round", found.slug))
    assert "看不到通知" not in page


@pytest.mark.parametrize("sent", [False, True])
def test_the_file_of_a_round_names_them_before_and_after_sending(sent: bool) -> None:
    found, officer = with_notice(with_targets()), Officer(Role.ORGANISER)
    reporter("SLJ")
    if sent:
        officer.post("rounds:go", found.slug, "announce")
    page = text(officer.get("rounds:round", found.slug))
    assert "2 个被评单位没有能登录的经办人或负责人账号" in page
    assert "须另行送达：市商务局、市民政局。" in page
    assert "请系统管理员在“账号”页新增账号。" in page


def test_a_step_of_a_vote_is_done_when_somebody_did_it() -> None:
    found = with_targets()
    poll = actions.hold_poll(by=organiser(), round=found, title="现场", inputs=["hall"])
    assert states(poll)["设定渠道"] == "now"  # it begins with what the system offers
    hall = poll.channels.get(input_key="hall")
    polls.set_channel(by=organiser(), channel=hall, way=hall.way)
    assert states(poll)["设定渠道"] == "done"
    fixed = actions.hold_poll(by=organiser(), round=found, title="另一次", inputs=["hall"])
    fixed = polls.prepare(by=organiser(), poll=fixed)
    assert states(fixed)["设定渠道"] == "done"
    # The scheme knows an agency's survey, which a round need not hold.
    poll.state = PollState.COUNTED
    poll.save(update_fields=["state"])
    assert states(poll)["录入第三方评分和指标"] == "todo"
    assert "录入第三方评分和指标" in [str(one.step.title) for one in VOTES.steps_of(poll)
                                    if one.step.optional]  # fmt: skip


def states(poll: Poll) -> dict[str, str]:
    return {str(one.step.title): one.state for one in VOTES.steps_of(poll)}
