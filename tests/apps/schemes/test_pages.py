"""The pages of schemes: who may open what, saving as typed, sealing, trials."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from django.utils import timezone
from tests.apps.schemes.hands import account, draft, give_all_reasons, organiser, sealed

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.schemes import actions, queries, urls
from pingyi.apps.schemes.actions import trials as trial_actions
from pingyi.apps.schemes.enums import TrialState
from pingyi.apps.schemes.models import SchemeVersion, Trial
from pingyi.base.models import AuditEntry
from pingyi.engine.packs import find_pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Trials run within the request, and their files lie in the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(trial_actions, "launch", lambda trial: trial_actions.perform(trial.pk))


def signed_in(who: Account | None) -> Client:
    client = Client(raise_request_exception=True)
    if who is not None:
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client() -> Client:
    return signed_in(organiser())


def page(name: str, *args: object) -> str:
    return reverse(f"schemes:{name}", args=args)


# Who may open what, written by hand: R read, W only organisers. Nobody else opens anything.
TABLE = {
    "index": ("GET", "R"),
    "packs": ("GET", "R"),
    "pack": ("GET", "R"),
    "new_text": ("GET", "W"),
    "version": ("GET", "R"),
    "copy": ("POST", "W"),
    "discard": ("POST", "W"),
    "parameters": ("GET", "R"),
    "text": ("GET", "R"),
    "download": ("GET", "R"),
    "differences": ("GET", "R"),
    "seal": ("GET", "R"),
    "tables": ("GET", "R"),
    "start_trial": ("GET", "W"),
    "sample": ("POST", "W"),
    "simulate": ("GET", "W"),
    "trial": ("GET", "R"),
    "trial_again": ("POST", "W"),
    "why": ("GET", "R"),
}
WRITING = ("pack", "parameters", "text", "seal", "new_text", "start_trial", "simulate")
"""Pages of which a POST changes something."""


def arguments(name: str, version: SchemeVersion, trial: Trial) -> list[object]:
    return {
        "index": [],
        "packs": [],
        "new_text": [],
        "pack": ["ruyang-two-way"],
        "trial": [trial.pk],
        "trial_again": [trial.pk],
        "why": [trial.pk, "X01"],
    }.get(name, [version.pk])


def idle_trial(version: SchemeVersion) -> Trial:
    return Trial.objects.create(
        version=version, text=version.text, folder="0" * 32, created_by=organiser()
    )


def test_the_table_names_every_address() -> None:
    names = {pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}
    assert names == set(TABLE)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_address_by_every_role(role: Role | None) -> None:
    version = draft("ruyang-two-way")
    trial = idle_trial(version)
    client = signed_in(account(role, username=f"a-{role}"))
    for name, (method, need) in TABLE.items():
        if name in ("discard", "copy"):
            continue
        address = page(name, *arguments(name, version, trial))
        may = role is Role.ORGANISER or (need == "R" and role is Role.CHECKER)
        answer = getattr(client, method.lower())(address)
        assert (answer.status_code != 403) == may, (role, name, answer.status_code)
        assert answer.status_code < 500
        if name in WRITING:
            posted = client.post(address).status_code
            assert (posted != 403) == (role is Role.ORGANISER), (role, name, posted)
    for name in ("copy", "discard"):
        posted = client.post(page(name, version.pk)).status_code
        assert (posted != 403) == (role is Role.ORGANISER), (role, name)


def test_nobody_signed_out_sees_anything() -> None:
    version = draft("ruyang-two-way")
    trial = idle_trial(version)
    for name, (method, _need) in TABLE.items():
        address = page(name, *arguments(name, version, trial))
        answer = getattr(signed_in(None), method.lower())(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_from_pack_to_seal(client: Client) -> None:
    answer = client.get(page("packs"))
    assert "市直机关领导班子述职评议" in answer.content.decode()
    pack = client.get(page("pack", "jiaozuo-team-review")).content.decode()
    assert "<table" in pack
    assert "系统默认值" in pack
    given = {"scheme": "team", "preset": "jiaozuo-2017", "title": "2026 年度"}
    answer = client.post(page("pack", "jiaozuo-team-review"), given)
    version = SchemeVersion.objects.get()
    assert answer["Location"] == page("parameters", version.pk)
    answer = client.post(page("seal", version.pk), {"seal": "1", "confirmed": "yes"})
    assert answer.status_code == 422
    facts = {"basis_document": "云办〔2026〕8号", "filing_number": "备〔2026〕3号"}
    client.post(page("parameters", version.pk), facts)
    answer = client.post(page("seal", version.pk), {"seal": "1", "confirmed": "yes"})
    assert answer.status_code == 422
    text = answer.content.decode()
    marks = set(re.findall(r'name="reason:([^"]+)"', text))
    assert "public" in marks
    reasons = {f"reason:{mark}": "市委常委会研究同意" for mark in marks}
    reasons |= {f"basis:{mark}": "云办〔2026〕8号第三条" for mark in marks}
    assert client.post(page("seal", version.pk), {**reasons, "seal": "1"}).status_code == 422
    answer = client.post(page("seal", version.pk), {**reasons, "seal": "1", "confirmed": "yes"})
    assert answer["Location"] == page("version", version.pk)
    version.refresh_from_db()
    assert version.is_sealed
    assert version.digest in client.get(page("version", version.pk)).content.decode()
    again = client.post(page("seal", version.pk), {"seal": "1", "confirmed": "yes"})
    assert again.status_code == 409
    assert AuditEntry.objects.filter(verb="schemes.version.sealed").count() == 1


def test_a_field_is_saved_as_typed(client: Client) -> None:
    version = draft()
    htmx = {"HTTP_HX_REQUEST": "true"}
    answer = client.post(page("parameters", version.pk), {"value:hall_weight": "半数"}, **htmx)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "不是数" in text
    assert 'id="note-hall_weight"' in text
    assert "半数" in client.get(page("parameters", version.pk)).content.decode()
    answer = client.post(page("parameters", version.pk), {"value:hall_weight": "60%"}, **htmx)
    assert "合计 90%，应为 100%" in answer.content.decode()
    answer = client.post(page("parameters", version.pk), {"value:agency_weight": "40%"}, **htmx)
    assert "合计 100%</" in answer.content.decode()
    assert "方案可用" in answer.content.decode()


def test_the_swapped_page_equals_the_reloaded_one(client: Client) -> None:
    version = draft()
    address = page("parameters", version.pk)
    swapped = client.post(
        address, {"value:good_from": "95"}, HTTP_HX_REQUEST="true"
    ).content.decode()
    whole = client.get(address).content.decode()
    parts = re.split(r'<div id="([\w-]+)"[^>]*hx-swap-oob="innerHTML">', swapped)[1:]
    assert len(parts) > 2 * 20
    for place, content in zip(parts[::2], parts[1::2], strict=True):
        assert f'id="{place}"' in whole
        assert content.rpartition("</div>")[0] in whole, place


def test_the_button_saves_only_what_was_changed(client: Client) -> None:
    version = draft()
    address = page("parameters", version.pk)
    actions.set_parameter(by=organiser(), version=version, key="good_from", value="81")
    stale = {
        "value:good_from": "80",
        "was:value:good_from": "80",
        "value:fair_from": "61",
        "was:value:fair_from": "60",
    }
    client.post(address, stale)
    text = SchemeVersion.objects.get(pk=version.pk).text
    assert 'value: "61"' in text
    assert 'value: "81"' in text


HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }} =cmd|calc\x00\u202e$x: [&a *b'


def test_hostile_text_stays_text(client: Client) -> None:
    version = draft()
    address = page("parameters", version.pk)
    for name in (
        "title",
        "basis_document",
        "filing_number",
        "value:hall_weight",
        "basis:good_from",
    ):
        client.post(address, {name: HOSTILE[:90]}, HTTP_HX_REQUEST="true")
    client.post(page("seal", version.pk), {"reason:quorum:hall": HOSTILE, "basis:quorum:hall": "x"})
    for name in ("parameters", "version", "text", "differences", "seal", "index"):
        args = [] if name == "index" else [version.pk]
        text = client.get(page(name, *args)).content.decode()
        assert "<script>alert" not in text, name
        assert "14" not in re.findall(r"alert\(1\)&lt;/script&gt;(\d+)", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "a: &x [*x]",
        "grammar: 1\nkey: x",
        "\x00",
        "- " * 5000,
        "{" * 3000,
        "key: 'é",
        "a: !!python/object/apply:os.system [id]",
    ],
)
def test_broken_yaml_is_kept_and_told(client: Client, text: str) -> None:
    version = draft()
    given = {"text": text, "revision": version.revision}
    answer = client.post(page("text", version.pk), given)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        stored = SchemeVersion.objects.get(pk=version.pk)
        assert stored.text == text
        shown = client.get(page("text", version.pk)).content.decode()
        assert "处问题" in shown
    for name in ("parameters", "version", "seal", "differences"):
        assert client.get(page(name, version.pk)).status_code == 200
    usable = answer.status_code == 422
    assert client.get(page("start_trial", version.pk)).status_code == (200 if usable else 422)


def test_yaml_errors_name_the_line(client: Client) -> None:
    version = draft()
    text = version.text.replace("mode: $score_rounding", "mode: sideways")
    client.post(page("text", version.pk), {"text": text, "revision": version.revision})
    shown = client.get(page("text", version.pk)).content.decode()
    line = next(i for i, row in enumerate(text.splitlines(), 1) if "sideways" in row)
    assert f">{line}<" in shown
    assert "mode: sideways" in shown


def test_two_editors_of_the_yaml(client: Client) -> None:
    version = draft()
    first = {"text": version.text + "\n# 甲", "revision": version.revision}
    second = {"text": version.text + "\n# 乙", "revision": version.revision}
    assert client.post(page("text", version.pk), first).status_code == 302
    assert client.post(page("text", version.pk), second).status_code == 409
    assert SchemeVersion.objects.get(pk=version.pk).text.endswith("# 甲")


def test_yaml_up_and_down(client: Client) -> None:
    version = draft()
    down = client.get(page("download", version.pk)).content
    file = SimpleUploadedFile("x.yaml", down.decode().replace("90", "91").encode("gb18030"))
    given = {"file": file, "title": "自带方案"}
    answer = client.post(page("new_text"), given)
    assert answer.status_code == 302
    new = SchemeVersion.objects.get(title="自带方案")
    assert "91" in new.text
    bad = client.post(page("new_text"), {"text": "grammar: 1"})
    assert bad.status_code == 422
    assert "缺" in bad.content.decode()


def test_double_submit_of_seal_and_copy(client: Client) -> None:
    version = sealed("ruyang-two-way")
    for _ in range(2):
        assert client.post(page("copy", version.pk)).status_code == 302
    successors = version.successors.all()
    assert {s.state for s in successors} == {"draft"}
    assert all(not s.reasons and not s.basis_document for s in successors)


def sample_uploads(pack: str, scheme: str) -> dict[str, Any]:
    folder = find_pack(pack).sample(scheme)
    assert folder is not None
    found: dict[str, Any] = {}
    for path in sorted(folder.iterdir()):
        file = SimpleUploadedFile(path.name, path.read_bytes())
        table = path.stem.partition("-")[0]
        found.setdefault(table, []).append(file)
    return {k: v if k == "ballots" else v[0] for k, v in found.items()}


LAST = "编码,对象名称,得分,等次,位次\nX01,甲,91.11,好,1\nX02,乙,80,较好,9\nZ99,丙,70,一般,14\n"


def test_last_year_beside_this_years_scheme(client: Client) -> None:
    version = draft("ruyang-two-way")
    uploads = sample_uploads("ruyang-two-way", "two-way")
    uploads["last"] = SimpleUploadedFile("上年.csv", LAST.encode("gb18030"))
    answer = client.post(page("start_trial", version.pk), uploads)
    trial = Trial.objects.get()
    assert answer["Location"] == page("trial", trial.pk)
    assert trial.state == TrialState.DONE, trial.findings
    shown = client.get(page("trial", trial.pk)).content.decode()
    assert "得分 91.11 →" in shown
    assert "Z99" in shown
    tree = client.get(page("why", trial.pk, "X01"), HTTP_HX_REQUEST="true").content.decode()
    assert "双向述职评议得分" in tree
    assert client.get(page("why", trial.pk, "nobody")).status_code == 404
    folder = trial_actions.place_of(trial.folder)
    assert [path.name for path in folder.iterdir()] == ["bundle.zip"]


def test_beside_the_predecessor(client: Client) -> None:
    old = sealed("ruyang-two-way")
    new = actions.copy(by=organiser(), version=old)
    for key, value in (("up_weight", "50%"), ("down_weight", "50%")):
        actions.set_parameter(by=organiser(), version=new, key=key, value=value)
    client.post(page("sample", new.pk))
    trial = Trial.objects.get()
    shown = client.get(page("trial", trial.pk)).content.decode()
    assert trial.outcome["compared"]
    assert "双向述职评议得分：" in shown
    diff = client.get(page("differences", new.pk)).content.decode()
    assert "参数“" in diff
    assert "50%" in diff


def test_a_table_with_errors_is_told_row_by_row(client: Client) -> None:
    version = draft("ruyang-two-way")
    uploads = sample_uploads("ruyang-two-way", "two-way")
    rows = uploads["figures"].read().decode("utf-8-sig").replace("92.6", "九十二")
    uploads["figures"] = SimpleUploadedFile("figures.csv", rows.encode())
    client.post(page("start_trial", version.pk), uploads)
    trial = Trial.objects.get()
    assert trial.state == TrialState.FAILED
    shown = client.get(page("trial", trial.pk)).content.decode()
    assert "figures.csv" in shown
    assert "第 2 行" in shown


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("targets.exe", b"MZ"),
        ("targets.xlsx", b"not a zip"),
        ("../../targets.csv", b""),
        ("targets.csv", b"\xff\xfe\x00"),
        ("targets.csv", b"a,b\n1"),
        ("targets.parquet", b"PAR1PAR1"),
    ],
)
def test_hostile_uploads(client: Client, name: str, content: bytes) -> None:
    version = draft("ruyang-two-way")
    answer = client.post(
        page("start_trial", version.pk), {"targets": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code in (302, 422)
    trial = Trial.objects.first()
    if trial is not None:
        assert trial.state == TrialState.FAILED
        assert client.get(page("trial", trial.pk)).status_code == 200


def test_simulation(client: Client) -> None:
    version = draft()
    given = {"targets": 6, "ballots": 120, "seed": 3}
    client.post(page("simulate", version.pk), given)
    client.post(page("simulate", version.pk), given)
    first, second = Trial.objects.all()
    assert first.state == TrialState.DONE, first.findings
    assert first.outcome == second.outcome
    shown = client.get(page("trial", first.pk)).content.decode()
    assert "等次分布" in shown
    assert "可靠性" in shown
    assert client.post(page("simulate", version.pk), {**given, "targets": 10**9}).status_code == 422
    large = client.post(page("simulate", version.pk), {**given, "targets": 100, "ballots": 3_001})
    assert large.status_code == 422
    assert "100 个对象最多模拟 3000 张选票" in large.content.decode()


def test_a_trial_that_was_broken_off_runs_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = give_all_reasons(draft("ruyang-two-way"))
    with monkeypatch.context() as killed:
        killed.setattr(trial_actions, "launch", lambda trial: None)
        trial = actions.start_sample(by=organiser(), version=version)
    address = page("trial_again", trial.pk)
    assert client.post(address).status_code == 409
    Trial.objects.filter(pk=trial.pk).update(
        state=TrialState.RUNNING, stage="count", beat_at=timezone.now() - queries.LOST * 2
    )
    shown = client.get(page("trial", trial.pk)).content.decode()
    assert "试算中断了" in shown
    assert f'action="{address}"' in shown
    client.post(address)
    trial.refresh_from_db()
    assert trial.state == TrialState.DONE, trial.findings
    assert trial.outcome["rows"]


def test_templates_for_all_tables(client: Client) -> None:
    answer = client.get(page("tables", draft().pk))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_lists_ask_no_more_for_more(client: Client) -> None:
    counts = []
    client.get(page("index"))
    for _ in range(2):
        draft()
        with CaptureQueriesContext(connection) as asked:
            client.get(page("index"))
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def every_draft() -> Iterator[SchemeVersion]:
    for pack in ("handan-flags", "handan-stars", "jiaozuo-team-review", "ruyang-two-way"):
        yield draft(pack)


def test_all_packs_have_their_pages(client: Client) -> None:
    for version in every_draft():
        for name in ("parameters", "version", "seal", "differences", "start_trial", "text"):
            assert client.get(page(name, version.pk)).status_code == 200, (version, name)


@pytest.mark.django_db(transaction=True)
def test_a_trial_in_the_background(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(trial_actions, "BUDGET", 0)
    trial = actions.start_sample(by=organiser(), version=give_all_reasons(draft("ruyang-two-way")))
    client = signed_in(organiser())
    seen = client.get(page("trial", trial.pk), HTTP_HX_REQUEST="true").content.decode()
    for _ in range(600):
        trial.refresh_from_db()
        if trial.finished_at:
            break
        time.sleep(0.1)
    assert trial.state == TrialState.DONE
    assert "every 1s" in seen or "结果" in seen
    assert "every 1s" not in client.get(page("trial", trial.pk)).content.decode()
