"""An explanation as text and as HTML."""

from __future__ import annotations

from pingyi.engine.explain.tree import Explained
from pingyi.engine.explain.words import Speaker
from pingyi.engine.messages import Language
from pingyi.engine.report.templates import render
from pingyi.engine.report.words import Words


def as_text(explained: Explained, language: Language = "zh") -> str:
    """Indented text for a terminal."""
    speaker = Speaker(language)
    lines: list[str] = []
    for depth, part in explained.walk():
        indent = "  " * depth
        value = exact = ""
        if part.value is not None and depth:
            value = part.value if part.value.startswith("≈") else f"= {part.value}"
            exact = f" ({part.exact})" if part.exact not in (None, part.value) else ""
        lines.append(f"{indent}{part.title} {value}{exact}".rstrip())
        lines.append(f"{indent}  {speaker.say('basis', basis=part.basis)}")
        lines += [f"{indent}  {line}" for line in part.lines]
    return "\n".join(lines) + "\n"


def as_html(explained: Explained, language: Language = "zh") -> str:
    """One page that prints on A4."""
    say = Words(language).say
    return render("explain.html", explained=explained, language=language, say=say)
