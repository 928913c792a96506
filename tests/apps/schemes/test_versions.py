"""A sealed version never changes, by whatever way it is attacked; drafts keep what is typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.schemes.hands import account, draft, give_all_reasons, organiser, sealed, unit

from pingyi.apps.people.enums import Role
from pingyi.apps.schemes import actions, drafts, queries, sheets, wording
from pingyi.apps.schemes.ballot_forms import ballot_form
from pingyi.apps.schemes.changes import changes
from pingyi.apps.schemes.demo import make_schemes
from pingyi.apps.schemes.enums import State
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import SchemeRefused
from pingyi.base import audit
from pingyi.base.errors import Conflict, HouseError, Invalid, Missing, Refused
from pingyi.base.models import AuditEntry
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.packs import all_packs

pytestmark = pytest.mark.django_db

FROZEN = ("title", "text", "basis_document", "filing_number", "digest", "seal", "preset")


@pytest.mark.parametrize("field", FROZEN)
def test_a_sealed_version_refuses_every_way_of_change(field: str) -> None:
    version = sealed("ruyang-two-way")
    stored = getattr(version, field)
    setattr(version, field, "x")
    with pytest.raises(Conflict):
        version.save()
    version.state = State.DRAFT
    with pytest.raises(Conflict):
        version.save(update_fields=[field, "state"])
    rows = SchemeVersion.objects.filter(pk=version.pk)
    for attack in (
        lambda: rows.update(**{field: "x"}),
        lambda: SchemeVersion.objects.bulk_update([version], [field]),
        rows.delete,
        version.delete,
        lambda: SchemeVersion.objects.all().delete(),
        lambda: SchemeVersion._base_manager.filter(pk=version.pk).update(**{field: "x"}),
    ):
        with pytest.raises(Conflict):
            attack()
    version.refresh_from_db()
    assert getattr(version, field) == stored
    queries.load(version)


@pytest.mark.parametrize(
    "act",
    [
        lambda by, v: actions.save_text(by=by, version=v, text="x"),
        lambda by, v: actions.set_parameter(by=by, version=v, key="good_from", value="1"),
        lambda by, v: actions.set_fact(by=by, version=v, name="title", value="x"),
        lambda by, v: actions.give_reason(by=by, version=v, mark="x", reason="x", basis="x"),
        lambda by, v: actions.seal(by=by, version=v, confirmed=True),
        lambda by, v: actions.discard(by=by, version=v),
    ],
)
def test_no_action_changes_a_sealed_version(act: Any) -> None:
    version = sealed("ruyang-two-way")
    stale = SchemeVersion.objects.get(pk=version.pk)
    stale.state = State.DRAFT  # as a page that was opened before the sealing has it
    with pytest.raises(Conflict, match="已封存"):
        act(organiser(), stale)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "key: x"),
        ("digest", "0" * 64),
        ("title", "别的名称"),
        ("filing_number", "别的备案号"),
        ("reasons", '{"a": 1}'),
        ("seal", "0" * 64),
    ],
)
def test_what_is_changed_in_the_database_is_not_used(column: str, value: str) -> None:
    version = sealed("ruyang-two-way")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE schemes_schemeversion SET {column} = %s WHERE id = %s", [value, version.pk]
        )
    with pytest.raises(HouseError):
        queries.load(queries.find(version.pk))


@pytest.mark.parametrize("column", ["sealed_at", "sealed_by_id", "digest", "filing_number"])
def test_the_database_wants_who_and_when(column: str) -> None:
    version = sealed("ruyang-two-way")
    value = "NULL" if column.startswith("sealed") else "''"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE schemes_schemeversion SET {column} = {value} WHERE id = %s", [version.pk]
        )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE schemes_schemeversion SET state = 'draft' WHERE id = %s", [version.pk]
        )


def test_another_moment_breaks_the_seal() -> None:
    version = sealed("ruyang-two-way")
    assert version.sealed_at is not None
    later = version.sealed_at + timedelta(microseconds=1)
    models.QuerySet.update(SchemeVersion.objects.filter(pk=version.pk), sealed_at=later)
    with pytest.raises(Conflict, match="不一致"):
        queries.load(queries.find(version.pk))


def test_the_digest_is_the_engines() -> None:
    version = sealed()
    assert version.digest == load_scheme(version.text).digest == queries.load(version).digest
    assert ballot_form(version).digest == version.digest
    with pytest.raises(Conflict, match="还没有封存"):
        ballot_form(draft())


def test_seal_asks_for_everything() -> None:
    by, version = organiser(), draft(preset="jiaozuo-2017")

    def refused(match: str, *, confirmed: bool = True) -> None:
        with pytest.raises(Invalid, match=match):
            actions.seal(by=by, version=version, confirmed=confirmed)

    refused("依据文号")
    actions.set_fact(by=by, version=version, name="basis_document", value="云办〔2026〕8号")
    refused("备案号")
    actions.set_fact(by=by, version=version, name="filing_number", value="备3号")
    refused("网络投票计分")
    give_all_reasons(version)
    refused("确认", confirmed=False)
    mark = drafts.harms_of(version)[0].mark
    for key, value in (("hall_weight", "0.4"), ("online_weight", "0.4")):
        actions.set_parameter(by=by, version=version, key=key, value=value)
    assert mark == "public"
    refused("网络投票计分")  # the reason was given for another weight
    give_all_reasons(queries.find(version.pk))
    actions.set_parameter(by=by, version=version, key="hall_weight", value="4")
    with pytest.raises(SchemeRefused):
        actions.seal(by=by, version=version, confirmed=True)
    actions.set_parameter(by=by, version=version, key="hall_weight", value="40%")
    done = actions.seal(by=by, version=version, confirmed=True)
    assert (done.sealed_by, done.state) == (by, State.SEALED)
    entry = AuditEntry.objects.get(verb="schemes.version.sealed")
    assert entry.details["digest"] == done.digest
    assert entry.details["reasons"][mark]["reason"]
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("change", "mark"),
    [
        ({"quorum_least": "0"}, "quorum:hall"),
        ({"quorum_least": "1/3"}, "quorum:hall"),
        ({"hall_weight": "60%", "online_weight": "10%"}, "parameter:online_weight"),
        ({"hall_weight": "60%", "online_weight": "10%"}, "public"),
    ],
)
def test_harmful_choices_are_found(change: dict[str, str], mark: str) -> None:
    version = draft()
    assert drafts.harms_of(version) == []
    for key, value in change.items():
        version = actions.set_parameter(by=organiser(), version=version, key=key, value=value)
    assert mark in {harm.mark for harm in drafts.harms_of(version)}


def test_vetoes_are_harmful_choices() -> None:
    version = actions.create_draft(by=organiser(), pack="handan-flags", scheme="year")
    assert {h.mark.partition(":")[0] for h in drafts.harms_of(version)} == {"veto"}
    form = load_scheme(version.text).scheme
    assert len(drafts.harms_of(version)) == len(form.vetoes)


@pytest.mark.parametrize("role", [role for role in [None, *Role] if role is not Role.ORGANISER])
def test_only_organisers_act(role: Role | None) -> None:
    by, version = account(role, username=f"b-{role}"), draft()
    for act in (
        lambda: actions.create_draft(by=by, pack="ruyang-two-way"),
        lambda: actions.set_parameter(by=by, version=version, key="good_from", value="1"),
        lambda: actions.seal(by=by, version=version, confirmed=True),
        lambda: actions.discard(by=by, version=version),
        lambda: actions.start_simulation(by=by, version=version, targets=3, ballots=9, seed=1),
    ):
        with pytest.raises(Refused):
            act()


def test_an_organiser_of_one_unit_seals_nothing_for_all() -> None:
    by = account(Role.ORGANISER, username="of-one-unit", unit=unit())
    with pytest.raises(Refused):
        actions.create_draft(by=by, pack="ruyang-two-way")


def test_unknown_names_are_told() -> None:
    by = organiser()
    with pytest.raises(SchemeRefused, match="nowhere"):
        actions.create_draft(by=by, pack="nowhere")
    with pytest.raises(SchemeRefused, match="1999"):
        actions.create_draft(by=by, pack="ruyang-two-way", preset="1999")
    with pytest.raises(Missing):
        actions.set_parameter(by=by, version=draft(), key="nothing", value="1")
    with pytest.raises(Missing):
        queries.find(10**9)


TEXT = """parameters:
  fair_from: {title: 一般, value: "60", basis: 系统默认值：通行线}
  good_from:
    title: 好  # 说明
    value: 90
    basis: 系统默认值：通行线

score: s
"""


@given(value=st.text(max_size=40), part=st.sampled_from(drafts.PARTS))
def test_a_parameter_is_replaced_where_it_stands(value: str, part: str) -> None:
    value = "".join(sign for sign in value if sign.isprintable()).strip()
    text = "# 批注\n" + TEXT
    changed = drafts.with_parameter(text, "good_from", part, value)
    assert drafts.parameter_part(changed, "good_from", part) == value
    assert changed.startswith("# 批注\n")
    other = drafts.with_parameter(changed, "fair_from", part, "1")
    assert drafts.parameter_part(other, "good_from", part) == value
    before = drafts.parameter_part(text, "good_from", part)
    assert before is not None
    back = drafts.data_of(drafts.with_parameter(changed, "good_from", part, before))
    assert back == drafts.data_of(text)


@pytest.mark.parametrize(
    "entry",
    [
        "{title: 甲, value: [a, b], basis: x}",
        "\n    title: 甲\n    value:\n      - a\n      - b\n    basis: x",
        "{title: 甲, basis: x}",
        "\n    title: 甲\n    basis: x",
        "\n    value:\n    title: 甲\n    basis: {document: x}",
        "\n    title: 甲\n    value: |\n      a\n    basis: x",
    ],
)
def test_a_parameter_in_any_style(entry: str) -> None:
    text = f"parameters:\n  p: {entry}\nscore: s\n"
    for part in drafts.PARTS:
        changed = drafts.with_parameter(text, "p", part, "c: #")
        assert drafts.parameter_part(changed, "p", part) == "c: #"
        data = drafts.data_of(changed)
        assert isinstance(data, dict)
        assert data["score"] == "s"


@pytest.mark.parametrize("folder", list(all_packs()), ids=lambda folder: folder.path.name)
def test_every_parameter_of_every_pack_has_a_type(folder: Any) -> None:
    for scheme in folder.pack.schemes:
        start = drafts.from_pack(folder.path.name, scheme)
        version = SchemeVersion(pack=start.pack, pack_scheme=scheme, preset=start.preset)
        version.text = start.text
        sheet = sheets.sheet(version)
        assert sheet.usable
        for section in sheet.sections:
            assert section.sum is None or section.sum.ok
            for field in section.fields:
                assert field.used_in, field.key
                assert not field.changed
                if field.kind == "choice":
                    assert field.value in dict(field.choices)


def test_problems_stand_beside_their_parameters() -> None:
    version, by = draft(), organiser()
    for key, value in (("good_from", "95"), ("hall_weight", "1"), ("score_places", "x")):
        version = actions.set_parameter(by=by, version=version, key=key, value=value)
    sheet = sheets.sheet(version)
    wrong = {f.key for s in sheet.sections for f in s.fields if f.findings}
    assert {"hall_weight", "agency_weight", "online_weight", "score_places"} <= wrong
    assert "good_from" in wrong
    assert "good_points" not in wrong
    field = sheet.field("score_places")
    assert field is not None
    assert field.findings[0].line
    assert field.findings[0].mend


def test_problems_before_sealing_name_their_places_in_words() -> None:
    version = actions.set_parameter(
        by=organiser(), version=draft(), key="hall_weight", value="many"
    )
    found = sheets.problems_in_words(version.text)
    assert [f.place for f in found] == ["计分项“述职评议得分” › 组成部分 1“现场测评得分” › 权重"]


def test_grades_stand_in_their_order() -> None:
    sections = {str(s.title): [f.title for f in s.fields] for s in sheets.sheet(draft()).sections}
    assert sections["等次线"] == ["优秀线", "良好线", "一般线"]


def test_changes_in_plain_words() -> None:
    old = sealed()
    new = actions.copy(by=organiser(), version=old)
    for key, value in (("excellent_from", "92"), ("rank_ties", "dense")):
        new = actions.set_parameter(by=organiser(), version=new, key=key, value=value)
    text = new.text.replace("title: 服务对象代表\n", "title: 服务对象\n")
    new = actions.save_text(by=organiser(), version=new, text=text)
    found = changes(drafts.data_of(old.text), drafts.data_of(new.text))
    told = {(c.place, c.old, c.new) for c in found.parameters}
    assert ("参数“优秀线” › 取值", "90", "92") in told
    assert any("1、1、3" in before and "1、1、2" in after for _place, before, after in told)
    assert [(c.old, c.new) for c in found.others] == [("服务对象代表", "服务对象")]
    assert changes(drafts.data_of(old.text), drafts.data_of(old.text)).number == 0


def test_places_in_words() -> None:
    data = drafts.data_of(sealed().text)
    words = wording.place_words("nodes.score.parts[2].weight", data)
    assert words == "计分项“述职评议得分” › 组成部分 3“网络投票得分” › 权重"


def test_the_form_of_a_ballot() -> None:
    form = ballot_form(sealed())
    paper = form.paper("hall_paper")
    assert [d.key for d in paper.dimensions][:2] == ["ideology", "two_studies"]
    assert (paper.points and paper.points.most, len(paper.answers)) == ("100", 101)
    assert paper.answers[87].value == "87"
    online = form.paper("online_paper")
    assert next((a.label, a.value) for a in online.answers) == ("满意", "100")
    assert form.channel("hall").quorum is not None
    assert paper.rules == ("有分项目过少的测评单作废（不得少于 3 项）",)
    assert online.takes(online.not_informed)
    assert not online.takes(online.not_informed + 1)


def test_the_demo_makes_nothing_twice() -> None:
    first, second = make_schemes(organiser()), make_schemes(organiser())
    assert first == second
    assert SchemeVersion.objects.count() == 5
    assert first.team_review.is_sealed
    assert drafts.harms_of(first.draft)
