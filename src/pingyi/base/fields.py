"""Fields of forms that many rooms have: a day, and a few sentences."""

from __future__ import annotations

from typing import Any

from django import forms


def words_field(label: Any, rows: int = 4, longest: int = 3000, **options: Any) -> forms.CharField:
    """Sentences; ``longest`` in characters."""
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, as browsers let it be picked."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)
