"""Units as people name them in a table: by code, by title, by short title."""

from __future__ import annotations

import re

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Unit
from pingyi.base.sheets.columns import narrow
from pingyi.base.sheets.reading import Row

_BETWEEN = re.compile("[、，,；;/\n]")


def parts_of(cell: str) -> list[str]:
    """The names in a cell that holds several."""
    return [part.strip() for part in _BETWEEN.split(cell) if part.strip()]


def _names_of(unit: Unit) -> set[str]:
    return {narrow(name) for name in (unit.code, unit.title, unit.short_title) if name}


class UnitBook:
    """All units, by everything that they are called."""

    def __init__(self) -> None:
        self.called: dict[str, list[Unit]] = {}
        for unit in Unit.objects.order_by("path"):
            for name in _names_of(unit):
                self.called.setdefault(name, []).append(unit)
        self.today = timezone.localdate()

    def find(self, row: Row, column: str, name: str) -> Unit | None:
        """The living unit of that name; what is wrong with the name is told on the row."""
        found = self.called.get(narrow(name), [])
        living = [unit for unit in found if unit.lives_on(self.today)]
        if len(living) == 1:
            return living[0]
        if living:
            codes = "、".join(f"{unit.code} {unit.title}" for unit in living[:5])
            row.tell(
                column,
                _("叫“%(name)s”的单位不止一个。") % {"name": name},
                _("请填写单位编码：%(codes)s。") % {"codes": codes},
            )
        elif found:
            row.tell(
                column, _("%(unit)s已撤销。") % {"unit": found[0].title}, _("请选择承继单位。")
            )
        else:
            row.tell(
                column,
                _("没有单位“%(name)s”。") % {"name": name},
                _("请填写单位编码、全称或简称；新单位请先登记。"),
            )
        return None

    @staticmethod
    def is_called(name: str, unit: Unit | None, title: str) -> bool:
        """Is this a name of the unit, or the title that it had when it was written down?"""
        names = {narrow(title)} if title else set()
        return narrow(name) in (names | _names_of(unit) if unit is not None else names)
