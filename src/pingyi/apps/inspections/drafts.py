"""Drafts of what is said of an inspection: the circular, and what each unit is told."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingyi.apps.inspections.enums import Mark
from pingyi.apps.inspections.models import Finding, Inspection, Visit
from pingyi.base.figures import day

Group = tuple[str, list[Finding]]


def circular_title(inspection: Inspection) -> str:
    return _("关于“%(title)s”情况的通报") % {"title": inspection.title}


def circular_text(inspection: Inspection, groups: Sequence[Group], units: int) -> str:
    """The draft's body: what was done, what was found in how many categories, what is ordered
    (TS-33)."""
    number = sum(len(rows) for _name, rows in groups)
    facts = {
        "basis": inspection.basis,
        "start": day(inspection.starts_on),
        "end": day(inspection.ends_on),
        "methods": inspection.methods_text,
        "kind": inspection.get_kind_display(),
        "units": units,
        "number": number,
        "categories": len(groups),
    }
    first = _(
        "根据%(basis)s，%(start)s至%(end)s采取%(methods)s等方式，对%(units)s个单位开展了%(kind)s，"
        "发现%(categories)s个方面%(number)s个问题。现通报如下。"
    )
    last = _("以上问题，责令有关单位逐项制定措施、限期整改，整改情况列入台账，验收合格后销号。")
    return f"{first % facts}\n\n{last}"


def sections_of(groups: Sequence[Group]) -> list[list[object]]:
    """What the circular lists: [category, [[unit, problem], …]] each."""
    return [
        [name, [[found.visit.place.title, found.text] for found in rows]] for name, rows in groups
    ]


def conclusion_text(inspection: Inspection, visits: Sequence[Visit]) -> str:
    """What one unit is told: which items were wanting, which problems were found."""
    found = [finding for visit in visits for finding in visit.findings.all()]
    bad = sorted({item for visit in visits for item in _wanting(inspection, visit)})
    lines = [
        ngettext("走访%(number)s次，", "走访%(number)s次，", len(visits)) % {"number": len(visits)}
        + ngettext("发现%(number)s个问题。", "发现%(number)s个问题。", len(found))
        % {"number": len(found)}
    ]
    if bad:
        lines.append(
            _("清单中不合格的：") + "；".join(inspection.checklist[place] for place in bad)
        )
    lines += [f"{place}. {one.category}：{one.text}" for place, one in enumerate(found, 1)]
    return "\n".join(lines)


def _wanting(inspection: Inspection, visit: Visit) -> list[int]:
    answers = visit.answers[: len(inspection.checklist)]
    return [place for place, (mark, _note) in enumerate(answers) if mark == Mark.BAD]
