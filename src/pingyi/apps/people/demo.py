"""The invented city 云州市, for demonstrations and tests. No place or person in it is real."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import cycle, product

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from pingyi.apps.people.actions import (
    accounts,
    bootstrap,
    changes,
    grants,
    imports,
    persons,
    units,
)
from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import ChargeKind, ImportKind, PostKind, Role, UnitKind
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.base import audit
from pingyi.base.errors import Conflict, Refused

PASSWORD = "yunzhou-2016"
"""Of every demo account. It is printed on the start page of a demo and good for nothing else."""

FIRST_BATCH = (
    ("101", "教育局"), ("102", "规划局"), ("103", "发展和改革委员会"), ("104", "财政局"),
    ("105", "科学技术局"), ("106", "公安局"), ("107", "交通运输局"), ("108", "农业局"),
    ("109", "环境保护局"), ("110", "林业局"), ("111", "文化广电新闻出版局"),
)  # fmt: skip
"""The eleven departments of the first round. The source names the first three (JZ-07)."""
SECOND_BATCH = (
    ("201", "水利局"), ("202", "卫生和计划生育委员会"), ("203", "商务局"),
    ("204", "人力资源和社会保障局"), ("205", "民政局"), ("206", "安全生产监督管理局"),
    ("207", "住房和城乡建设局"), ("208", "食品药品监督管理局"), ("209", "旅游局"),
    ("210", "质量技术监督局"),
)  # fmt: skip
"""The ten departments of the second round."""
COUNTIES = (("310", "清河县"), ("320", "南屏县"), ("330", "平岗区"))
TOWNSHIPS = (
    "柳林镇", "石桥镇", "枣园镇", "白沙镇", "东湖镇", "河口镇", "南溪镇", "大营镇",
    "云岭乡", "青石乡", "双塔乡", "北坪乡", "红崖乡", "工业区",
)  # fmt: skip
"""The fourteen of 清河县 (RY-14: one of them is an industrial zone)."""
VILLAGES = (
    "东村", "西村", "新村", "南村", "北村", "桥头村", "渡口村", "井沿村", "石坡村", "园子村",
    "高台村", "槐树村", "洼里村", "岭上村", "前营村", "后营村", "上湾村", "下湾村", "塘边村",
    "柿园村",
)  # fmt: skip
VILLAGES_OF = (20, 16, *12 * (15,))
"""Of each township: 216 in all, as RY reports; one township has twenty."""
VILLAGE_SURNAMES = (
    ("丁", 2), ("万", 3), ("马", 3), ("王", 4), ("方", 4), ("石", 5), ("田", 5), ("白", 5),
    ("吕", 6), ("朱", 6), ("乔", 6), ("李", 7), ("宋", 7), ("周", 8), ("郑", 8), ("胡", 9),
    ("赵", 9), ("徐", 10),
)  # fmt: skip
VILLAGE_NAMES = (
    "满仓", "春耕", "麦收", "谷雨", "解冻", "向阳", "守田", "望秋", "引泉", "种云", "问渠", "植桐",
)  # fmt: skip
LEADERS = (("顾长河", 10), ("江照野", 6), ("陆鸣泉", 7), ("叶知秋", 5))
"""Four leaders, in charge of five or six departments each."""
HEADS = (
    ("尹听松", 4), ("尤望山", 4), ("史千帆", 5), ("冯远舟", 5), ("任归鸿", 6), ("许青禾", 6),
    ("孙暮云", 6), ("苏望北", 7), ("杜若谷", 7), ("汪晓岚", 7), ("严守拙", 7), ("余行之", 7),
    ("林知夏", 8), ("范思齐", 8), ("罗惊蛰", 8), ("金秋白", 8), ("孟拾遗", 8), ("段长亭", 9),
    ("姚半夏", 9), ("贺兰舟", 9), ("侯南星", 9),
)  # fmt: skip
TOWN_HEADS = (
    ("袁溪客", 10), ("钱如意", 10), ("高渐离", 10), ("郭向晚", 10), ("唐小满", 10),
    ("秦观复", 10), ("夏清和", 10), ("梁上尘", 11), ("崔未央", 11), ("章台柳", 11),
    ("傅云深", 12), ("彭泽雨", 12), ("葛天时", 12), ("雷谷雨", 13),
)  # fmt: skip
SPONSORS = (("谭清源", 14), ("廖望舒", 14), ("黎初霁", 15), ("韩松涛", 12))
"""Four leaders of the county, who sponsor three or four townships each."""
_BASIS = Ground(date(2014, 6, 1), "云机编〔2014〕8号", "机构改革")
_SINCE = date(2016, 1, 1)


@dataclass
class DemoPeople:
    """What was made, to build on."""

    accounts: dict[str, Account] = field(default_factory=dict)
    """By user name: ``organiser``, ``checker``, ``handler`` … and the three administrators."""
    units: dict[str, Unit] = field(default_factory=dict)
    """By code."""
    persons: dict[str, Person] = field(default_factory=dict)
    """By name."""

    @property
    def first_batch(self) -> list[Unit]:
        return [self.units[code] for code, _title in FIRST_BATCH]

    @property
    def second_batch(self) -> list[Unit]:
        return [self.units[code] for code, _title in SECOND_BATCH]

    @property
    def townships(self) -> list[Unit]:
        return [self.units[f"31{number:02}"] for number in range(1, len(TOWNSHIPS) + 1)]

    @property
    def villages(self) -> list[Unit]:
        return list(Unit.objects.filter(kind=UnitKind.VILLAGE).order_by("code"))


@transaction.atomic
def make_people(by: Account | None = None) -> DemoPeople:
    """Fill an empty demo installation: units, heads, leaders, and an account for every role.

    ``by`` is the organiser to act as; without, the demo's own. Raises ``Refused`` where this
    isn't a demo, ``Conflict`` where there are units already.
    """
    if not settings.DEMO:
        raise Refused(_("这不是演示环境。"), _("演示数据只能装入演示环境（PINGYI_DEMO=1）。"))
    if Unit.objects.exists():
        raise Conflict(_("已经有单位。"), _("演示数据只能装入空的演示环境。"))
    made = DemoPeople()
    system, security = _make_administrators(made)
    made.accounts["organiser"] = _account(made, system, "organiser", "方允中")
    grants.grant_role(by=security, account=made.accounts["organiser"], role=Role.ORGANISER)
    organiser = by or made.accounts["organiser"]
    _make_units(made, organiser)
    _make_departments_led(made, organiser)
    _make_townships_led(made, organiser)
    _make_villages(made, organiser)
    _make_history(made, organiser)
    _make_accounts(made, system, security)
    _set_passwords(made)
    audit.record(by=None, verb="people.demo.made", units=len(made.units))
    return made


def _make_administrators(made: DemoPeople) -> tuple[Account, Account]:
    for username, name, role in (
        ("system", "石磊落", Role.SYSTEM_ADMIN),
        ("security", "白守玄", Role.SECURITY_ADMIN),
        ("audit", "沈明察", Role.AUDIT_ADMIN),
    ):
        made.accounts[username] = bootstrap.create_administrator(
            username=username, name=name, role=role
        )[0]
    return made.accounts["system"], made.accounts["security"]


def _account(
    made: DemoPeople, system: Account, username: str, name: str, person: Person | None = None
) -> Account:
    account, _password = accounts.create_account(
        by=system, username=username, name=name, person=person
    )
    made.accounts[username] = account
    return account


def _unit(
    made: DemoPeople, by: Account, code: str, title: str, kind: str, parent: str, **facts: object
) -> Unit:
    above = made.units[parent] if parent else None
    made.units[code] = units.create_unit(
        by=by, code=code, title=title, kind=kind, parent=above, **facts
    )
    return made.units[code]


def _make_units(made: DemoPeople, by: Account) -> None:
    _unit(made, by, "1", "云州市", UnitKind.AUTHORITY, "", population=3_620_000)
    for number, (code, title) in enumerate((*FIRST_BATCH, *SECOND_BATCH), 1):
        short = title.replace("和改革委员会", "改革委").replace("和计划生育委员会", "计生委")
        kind = UnitKind.MUNICIPAL_DEPARTMENT
        facts = {"short_title": short, "sort_order": number}
        _unit(made, by, code, f"云州市{title}", kind, "1", **facts)
    for number, (code, title) in enumerate(COUNTIES, 1):
        people = 780_000 - 90_000 * number
        _unit(
            made, by, code, title, UnitKind.COUNTY, "1", population=people, sort_order=30 + number
        )
    for number, title in enumerate(TOWNSHIPS, 1):
        code, people = f"31{number:02}", 52_000 - 1_700 * number
        _unit(made, by, code, title, UnitKind.TOWNSHIP, "310", population=people, sort_order=number)


def _person(made: DemoPeople, by: Account, code: str, name: str, strokes: int) -> Person:
    made.persons[name] = persons.create_person(by=by, code=code, name=name, surname_strokes=strokes)
    return made.persons[name]


def _make_departments_led(made: DemoPeople, by: Account) -> None:
    leaders = []
    for number, (name, strokes) in enumerate(LEADERS, 1):
        leader = _person(made, by, f"L{number:03}", name, strokes)
        persons.appoint(
            by=by,
            person=leader,
            unit=made.units["1"],
            title="副市长",
            kind=PostKind.TEAM_MEMBER,
            since=_SINCE,
        )
        leaders.append(leader)
    departments = [*made.first_batch, *made.second_batch]
    for number, (unit, (name, strokes)) in enumerate(zip(departments, HEADS, strict=True)):
        head = _person(made, by, f"P{number + 1:03}", name, strokes)
        title = "主任" if unit.title.endswith("委员会") else "局长"
        persons.appoint(
            by=by, person=head, unit=unit, title=title, kind=PostKind.UNIT_HEAD, since=_SINCE
        )
        persons.put_in_charge(
            by=by,
            leader=leaders[number % len(leaders)],
            unit=unit,
            kind=ChargeKind.LEADER_IN_CHARGE,
            since=_SINCE,
        )


def _make_townships_led(made: DemoPeople, by: Account) -> None:
    sponsors = []
    for number, (name, strokes) in enumerate(SPONSORS, 1):
        sponsor = _person(made, by, f"S{number:03}", name, strokes)
        persons.appoint(
            by=by,
            person=sponsor,
            unit=made.units["310"],
            title="县委常委",
            kind=PostKind.TEAM_MEMBER,
            since=_SINCE,
        )
        sponsors.append(sponsor)
    for number, (unit, (name, strokes)) in enumerate(zip(made.townships, TOWN_HEADS, strict=True)):
        head = _person(made, by, f"T{number + 1:03}", name, strokes)
        title = "党工委书记" if unit.title == "工业区" else "党委书记"
        persons.appoint(
            by=by, person=head, unit=unit, title=title, kind=PostKind.UNIT_HEAD, since=_SINCE
        )
        persons.put_in_charge(
            by=by,
            leader=sponsors[number % len(sponsors)],
            unit=unit,
            kind=ChargeKind.SPONSOR_LEADER,
            since=_SINCE,
        )


@override("zh-hans")
def _make_villages(made: DemoPeople, by: Account) -> None:
    """Brought in as tables, with their secretaries. Headings and kinds are the Chinese ones,
    whatever language the demo is made in."""
    rows = [["单位编码", "单位名称", "单位类别", "上级编码", "常住人口"]]
    heads = [["人员编号", "姓名", "单位编码", "职务", "职务类别", "任职日期", "姓氏笔画"]]
    kind, post = str(UnitKind.VILLAGE.label), str(PostKind.UNIT_HEAD.label)
    people = cycle(product(VILLAGE_NAMES, VILLAGE_SURNAMES))
    for township, number in zip(made.townships, VILLAGES_OF, strict=True):
        for place, name in enumerate(VILLAGES[:number], 1):
            code, (given, (surname, strokes)) = f"{township.code}{place:02}", next(people)
            rows.append([code, f"{township.title[:2]}{name}", kind, township.code, "1900"])
            who = [f"V{code}", surname + given, code, "村党支部书记", post]
            heads.append([*who, _SINCE.isoformat(), str(strokes)])
    _bring_in(by, ImportKind.UNITS, rows)
    _bring_in(by, ImportKind.POSTS, heads)


def _bring_in(by: Account, kind: ImportKind, rows: list[list[str]]) -> None:
    content = "\n".join(",".join(row) for row in rows).encode()
    draft = imports.upload_table(by=by, kind=kind, file_name=f"{kind}.csv", content=content)
    imports.commit_import(by=by, draft=draft)


def _make_history(made: DemoPeople, by: Account) -> None:
    """Two bureaux that became one commission; a bureau that was renamed; a head who moved."""
    kind = UnitKind.MUNICIPAL_DEPARTMENT
    old = [
        _unit(made, by, code, title, kind, "1")
        for code, title in (("901", "云州市卫生局"), ("902", "云州市人口和计划生育委员会"))
    ]
    persons.appoint(
        by=by,
        person=made.persons[HEADS[12][0]],
        unit=old[0],
        title="局长",
        kind=PostKind.UNIT_HEAD,
        since=date(2011, 5, 1),
    )
    changes.merge_units(by=by, units=old, into=made.units["202"], ground=_BASIS)
    building = made.units["207"]
    units.correct_title(by=by, unit=building, title="云州市建设局", reason="录入当时的名称")
    ground = Ground(date(2010, 3, 1), "云机编〔2010〕3号", "职能调整")
    title = "云州市住房和城乡建设局"
    changes.rename_unit(by=by, unit=building, title=title, ground=ground)
    for code in ("901", "902", "202", "207"):
        made.units[code].refresh_from_db()


def _make_accounts(made: DemoPeople, system: Account, security: Account) -> None:
    heads = {unit.code: unit for unit in made.units.values()}
    rows: tuple[tuple[str, str, Role, str, str], ...] = (
        ("checker", "孔较真", Role.CHECKER, "", ""),
        ("inspector", "卢巡天", Role.INSPECTOR, "", ""),
        ("chair", "程定音", Role.CHAIR, "", ""),
        ("agency", "云州民意调查中心", Role.AGENCY, "", ""),
        ("handler", "谢细务", Role.UNIT_HANDLER, "201", ""),
        ("head", "余行之", Role.UNIT_HEAD, "201", "余行之"),
        ("leader", "顾长河", Role.LEADER, "", "顾长河"),
        ("county", "宋清渠", Role.ORGANISER, "310", ""),
        ("town", "田守望", Role.UNIT_HANDLER, "3101", ""),
        ("sponsor", "谭清源", Role.LEADER, "", "谭清源"),
    )
    for username, name, role, code, person in rows:
        account = _account(made, system, username, name, made.persons.get(person))
        unit = heads.get(code)
        grants.grant_role(by=security, account=account, role=role, unit=unit)


def _set_passwords(made: DemoPeople) -> None:
    """The same for all, hashed once: a demo starts quickly, and nothing real hangs on it."""
    hashed = make_password(PASSWORD)
    for account in made.accounts.values():
        account.password, account.must_change_password = hashed, False
        account.save(update_fields=["password", "must_change_password"])
