"""Fields that find a unit or a person by code or name, among those the account may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.scope import visible_units
from pingyi.apps.people.rules.codes import normal_code


class Pick(forms.TextInput):
    """A text field that offers what matches while one types; it works without that too."""

    template_name = "people/widgets/pick.html"

    def __init__(self, address: Any) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.address = address

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        identity = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"]["attrs"]["list"] = f"{identity}_options"
        context |= {"address": str(self.address), "options": f"{identity}_options", "name": name}
        return context


class DayField(forms.DateField):
    """A calendar day."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)


class UnitField(forms.CharField):
    """One unit, by its code (words after it don't matter) or its exact title."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("输入编码或名称，从提示中选择。"))
        super().__init__(widget=Pick(reverse_lazy("people:unit_options")), **options)
        self.rows: QuerySet[Unit] = Unit.objects.none()

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value)
        return (
            _found(
                self.rows,
                text,
                "title",
                _("没有找到单位“%(text)s”。请输入编码或全称，或从提示中选择。"),
            )
            if text
            else None
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value.code} {value.title}" if isinstance(value, Unit) else value


class UnitsField(forms.CharField):
    """Several units, one a line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("每行一个单位的编码。"))
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)
        self.rows: QuerySet[Unit] = Unit.objects.none()

    def clean(self, value: Any) -> list[Unit]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        words = _("没有找到单位“%(text)s”。请输入编码或全称，或从提示中选择。")
        return [_found(self.rows, line, "title", words) for line in lines]


class PersonField(forms.CharField):
    """One person, by code, or by a name that only one has."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("输入编号或姓名，从提示中选择。"))
        super().__init__(widget=Pick(reverse_lazy("people:person_options")), **options)

    def clean(self, value: Any) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        words = _("没有找到“%(text)s”，或有同名的人。请输入编号或姓名，或从提示中选择。")
        found: Person = _found(Person.objects.all(), text, "name", words)
        return found

    def prepare_value(self, value: Any) -> Any:
        return f"{value.code} {value.name}" if isinstance(value, Person) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _found(rows: QuerySet[Any], text: str, named: str, words: str) -> Any:
    code = normal_code(text.split(maxsplit=1)[0])
    found: Model | None = rows.filter(code=code).first()
    if found is None:
        same = list(rows.filter(**{named: text})[:2])
        found = same[0] if len(same) == 1 else None
    if found is None:
        raise ValidationError(words % {"text": text})
    return found


class HouseForm(forms.Form):
    """A form that knows who fills it in: its unit fields find only what that account sees."""

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, UnitField | UnitsField):
                field.rows = visible_units(account)
