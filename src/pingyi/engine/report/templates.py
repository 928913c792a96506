"""Templates of the engine's own pages: single files, no script, nothing loaded from anywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("pingyi.engine.report", "pages"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **facts: Any) -> str:
    """A page with its style sheet inside."""
    source, _, _ = environment().loader.get_source(environment(), "page.css")  # type: ignore[union-attr]
    return environment().get_template(template).render(css=source, **facts)
