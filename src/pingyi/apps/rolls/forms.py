"""Forms of rolls: whole tables of numbers, one row a roll, and codes to be voided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.rolls.actions import Heads, Tellers
from pingyi.apps.rolls.enums import CodeState
from pingyi.apps.rolls.queries import RollLine
from pingyi.base.posting import MarkedForm

MOST = 100_000_000


@dataclass(frozen=True)
class Row:
    """A roll and the fields that belong to it."""

    line: RollLine
    fields: Sequence[forms.BoundField]


class RollTable(MarkedForm):
    """A number per roll and column; ``NAMES`` are the columns with their titles."""

    NAMES: Sequence[tuple[str, object]] = ()
    required = False

    def __init__(self, lines: Sequence[RollLine], seen: str, *args: Any, **kwargs: Any) -> None:
        known = {
            f"{name}:{line.roll.pk}": self.value_of(line, name)
            for line in lines
            for name, _title in self.names_of(line)
            if hasattr(line.roll, name)
        }
        super().__init__(*args, **kwargs)
        self.initial = {**known, "seen": seen}
        self.lines = lines
        for line in lines:
            for name, title in self.names_of(line):
                self.fields[f"{name}:{line.roll.pk}"] = forms.IntegerField(
                    label=f"{line.rater_class} {line.target} {title}",
                    required=self.required,
                    min_value=0,
                    max_value=MOST,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                )

    def names_of(self, line: RollLine) -> Sequence[tuple[str, object]]:
        return self.NAMES

    def value_of(self, line: RollLine, name: str) -> int | None:
        found: int | None = getattr(line.roll, name)
        return found

    def rows(self) -> Iterator[Row]:
        for line in self.lines:
            names = [f"{name}:{line.roll.pk}" for name, _title in self.NAMES]
            yield Row(line, [self[name] for name in names if name in self.fields])

    def of(self, line: RollLine) -> dict[str, int | None]:
        """The values of a roll."""
        pk = line.roll.pk
        return {name: self.cleaned_data.get(f"{name}:{pk}") for name, _t in self.names_of(line)}


class CodesForm(RollTable):
    """Heads, and how many codes to make besides those that are there."""

    NAMES = (
        ("expected", gettext_lazy("应到")),
        ("present", gettext_lazy("实到")),
        ("population", gettext_lazy("常住人口")),
        ("more", gettext_lazy("印制")),
    )

    def names_of(self, line: RollLine) -> Sequence[tuple[str, object]]:
        """Slips that come to others are printed besides."""
        if not line.roll.printed:
            return self.NAMES
        return [*self.NAMES[:-1], ("more", _("增印"))]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for line in self.lines:
            values = self.of(line)
            expected, present = values["expected"], values["present"]
            if expected is not None and present is not None and present > expected:
                self.add_error(f"present:{line.roll.pk}", _("实到人数不能多于应到人数。"))
        return found

    def heads(self) -> dict[int, Heads]:
        found = {}
        for line in self.lines:
            values = self.of(line)
            found[line.roll.pk] = Heads(values["expected"], values["present"], values["population"])
        return found

    def numbers(self) -> dict[int, int]:
        return {line.roll.pk: self.of(line)["more"] or 0 for line in self.lines}


class CountsForm(RollTable):
    """The tellers' counts."""

    NAMES = (
        ("given_out", gettext_lazy("发出")),
        ("left_over", gettext_lazy("剩余")),
        ("spoiled", gettext_lazy("损毁")),
    )
    required = True

    def value_of(self, line: RollLine, name: str) -> int | None:
        known = super().value_of(line, name)
        if known is not None or name == "given_out":
            return known
        return int(getattr(line, name))

    def counts(self) -> dict[int, Tellers]:
        return {
            line.roll.pk: Tellers(**{name: int(v or 0) for name, v in self.of(line).items()})
            for line in self.lines
        }


class VoidForm(forms.Form):
    """Slips to be voided, a code a line, as a scanner types them."""

    state = forms.ChoiceField(
        label=gettext_lazy("哪一种"),
        widget=forms.RadioSelect,
        initial=CodeState.LEFT_OVER,
        choices=(
            (CodeState.LEFT_OVER, gettext_lazy("剩余：没有发出去的票单")),
            (CodeState.SPOILED, gettext_lazy("损毁：印坏、撕破或当场退回的票单")),
        ),
    )
    codes = forms.CharField(
        label=gettext_lazy("投票码"),
        widget=forms.Textarea(
            attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
        help_text=gettext_lazy(
            "光标放在框内，用扫码枪逐张扫票单上的二维码；也可以照着票单逐行输入，不分大小写。"
        ),
    )

    def typed(self) -> list[str]:
        return list(self.cleaned_data["codes"].splitlines())
