"""The page of a draft's parameters: sections of typed fields with their findings and sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from pingyi.apps.schemes import drafts, parameters, wording
from pingyi.apps.schemes.harms import value_text
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.parameters import Kind, Use, WeightSum
from pingyi.apps.schemes.problems import Finding, findings
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.document import Data
from pingyi.engine.grammar.fields import SYSTEM_DEFAULT
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.numbers import NotANumber, parse_exact, short_text


@dataclass(frozen=True)
class Field:
    """One parameter. ``usual`` is the pack's value; ``shown`` the value in other words (50 %)."""

    key: str
    title: str
    help: str
    basis: str
    is_default: bool
    """Is its basis 系统默认值?"""
    warning: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    value: str
    shown: str
    usual: str | None
    usual_shown: str
    usual_basis: str
    used_in: tuple[str, ...]
    findings: tuple[Finding, ...]
    entered: Mapping[str, str] | None = None
    """What was typed and isn't saved, by part."""

    @property
    def typed_value(self) -> str:
        return (self.entered or {}).get("value", self.value)

    @property
    def typed_basis(self) -> str:
        return (self.entered or {}).get("basis", self.basis)

    @property
    def changed(self) -> bool:
        return self.usual is not None and self.usual != self.value

    @property
    def needs_basis(self) -> bool:
        """Was the value changed, while its basis still speaks of the pack's?"""
        return self.changed and self.basis == self.usual_basis


@dataclass(frozen=True)
class Sum:
    """Weights that must total 100 %; ``total`` is empty while one of them is no number."""

    node: str
    title: str
    total: str
    ok: bool


@dataclass(frozen=True)
class Section:
    title: str
    fields: tuple[Field, ...]
    sum: Sum | None = None


@dataclass(frozen=True)
class Sheet:
    """All of it. ``general`` are findings that belong to no parameter."""

    sections: tuple[Section, ...]
    general: tuple[Finding, ...]
    problems: int
    changed: int

    @property
    def usable(self) -> bool:
        return not self.problems

    def field(self, key: str) -> Field | None:
        return next((f for s in self.sections for f in s.fields if f.key == key), None)

    def sums(self) -> list[Sum]:
        return [section.sum for section in self.sections if section.sum]


def sheet(version: SchemeVersion) -> Sheet:
    """The parameters of a version as they stand, right or wrong."""
    data = drafts.data_of(version.text)
    found = problems_of(version.text)
    used = parameters.uses(data)
    of_field: dict[str, list[Finding]] = {}
    general = []
    for problem in found:
        names = parameters.parameters_at(wording.path_of(problem.path), used)
        for name in names:
            of_field.setdefault(name, []).append(problem)
        if not names:
            general.append(problem)
    usual = drafts.usual_parameters(version)
    fields = {
        key: _field(key, entry, used, usual.get(key), tuple(of_field.pop(key, ())), data)
        for key, entry in parameters.entries(data).items()
    }
    general += [problem for problems in of_field.values() for problem in problems]
    sections = tuple(_sections(data, fields, used))
    changed = sum(field.changed for field in fields.values())
    return Sheet(sections, tuple(dict.fromkeys(general)), len(found), changed)


def with_entered(found: Sheet, entered: Mapping[tuple[str, str], str]) -> Sheet:
    """The sheet with what was typed and isn't saved, by (key, part)."""
    return replace(
        found, sections=tuple(_section_entered(section, entered) for section in found.sections)
    )


def _section_entered(section: Section, entered: Mapping[tuple[str, str], str]) -> Section:
    fields = []
    for one in section.fields:
        typed = {part: text for (key, part), text in entered.items() if key == one.key}
        fields.append(replace(one, entered=typed) if typed else one)
    return replace(section, fields=tuple(fields))


def problems_of(text: str) -> tuple[Finding, ...]:
    """Everything that is wrong with a text."""
    try:
        load_scheme(text)
    except PingyiError as error:
        return findings(error.problems)
    return ()


def problems_in_words(text: str) -> list[Finding]:
    """The same, with the places named as on the pages."""
    data = drafts.data_of(text)
    return [
        replace(found, place=wording.place_words(found.path, data) or found.place)
        for found in problems_of(text)
    ]


def _field(
    key: str,
    entry: Mapping[str, Data],
    used: list[Use],
    usual: drafts.Usual | None,
    found: tuple[Finding, ...],
    data: Data,
) -> Field:
    mine = [use for use in used if use.name == key]
    kind = mine[0].kind if mine else Kind.TEXT
    choices = mine[0].choices if mine else ()
    value = value_text(entry.get("value"))
    basis = drafts.basis_text(entry.get("basis"))
    return Field(
        key=key,
        title=str(entry.get("title") or key),
        help=str(entry.get("help") or (usual.help if usual else "")),
        basis=basis,
        is_default=basis.startswith(SYSTEM_DEFAULT),
        warning=str(entry.get("warning") or ""),
        kind=kind.value,
        choices=tuple((c, wording.value_words(c)) for c in _all_choices(choices, value)),
        value=value,
        shown=_shown(kind, value),
        usual=usual.value if usual else None,
        usual_shown=_shown(kind, usual.value) or usual.value if usual else "",
        usual_basis=usual.basis if usual else "",
        used_in=tuple(dict.fromkeys(wording.place_words(_node(use), data) for use in mine)),
        findings=found,
    )


def _node(use: Use) -> str:
    return ".".join(str(step) for step in use.path[:2] if isinstance(step, str))


def _all_choices(choices: tuple[str, ...], value: str) -> tuple[str, ...]:
    """A value that is none of the choices is kept, so that nothing is lost by looking at it."""
    return choices if value in choices else (*choices, value) if choices else ()


def _shown(kind: Kind, value: str) -> str:
    if kind is Kind.CHOICE:
        return wording.value_words(value)
    number = _number(value)
    if kind is not Kind.SHARE or number is None:
        return ""
    return f"{short_text(number * 100, 2)}%"


def _number(text: str) -> Fraction | None:
    try:
        return parse_exact(text)
    except NotANumber:
        return None


def _sections(data: Data, fields: dict[str, Field], used: list[Use]) -> list[Section]:
    """Each sum of weights first, then the rest by where it is used, in the scheme's order."""
    left = dict(fields)
    found = []
    for weights in parameters.weight_sums(data):
        names = [name for name in dict.fromkeys(weights.names) if name in left]
        if names:
            members = tuple(left.pop(name) for name in names)
            title = _("权重：%(title)s") % {"title": weights.title}
            found.append(Section(title, members, _sum(weights, fields)))
    titles = {
        "papers": _("测评表"),
        "inputs": _("渠道与法定人数"),
        "nodes": _("计分"),
        "rounding": _("取位"),
        "grades": _("等次线"),
        "vetoes": _("一票否决"),
        "quotas": _("名额"),
        "awards": _("奖项与名单"),
        "rank": _("位次"),
    }
    groups: dict[str, list[Field]] = {}
    first = {use.name: str(use.path[0]) for use in reversed(used)}
    for key in sorted(left, key=[*dict.fromkeys(use.name for use in used), *left].index):
        groups.setdefault(titles.get(first.get(key, ""), _("其他")), []).append(left[key])
    order = [*titles.values(), _("其他")]
    for title in sorted(groups, key=order.index):
        found.append(Section(title, tuple(groups[title])))
    return found


def _sum(weights: WeightSum, fields: dict[str, Field]) -> Sum:
    numbers = [
        _number(fields[text[1:]].value if text[1:] in fields else text) for text in weights.written
    ]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return Sum(weights.node, weights.title, "", ok=False)
    total = sum(known, Fraction(0))
    return Sum(weights.node, weights.title, f"{short_text(total * 100, 2)}%", ok=total == 1)
