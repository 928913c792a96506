"""What a browser would post from a page with a form."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client


def form_of(browser: Client, address: str, **words: Any) -> dict[str, Any]:
    """From the page as it is now, with some words changed."""
    form = browser.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    as_posted = {name: getattr(one, "pk", one) for name, one in given.items()}
    return {name: one for name, one in {**as_posted, **words}.items() if one is not None}


def marks_on(page: str) -> dict[str, str]:
    """The marks of what a page showed, by the names of their hidden fields."""
    return dict(re.findall(r'name="((?:[\w-]+-)?seen)" value="(\w*)"', page))
