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


def saved_over(slow: Client, quick: Client, address: str, field: str, form: str = "form") -> None:
    """Two open the same page; both fill in the field, and the second to save is told so: who was
    quicker, with which words, and the own words stand there, to be saved when sent again."""
    mine = posted(slow, address, form, field, "只在本页的话")
    assert quick.post(address, posted(quick, address, form, field, "先到的话")).status_code == 302
    late: Any = slow.post(address, mine)
    page = late.content.decode()
    assert late.status_code == 409
    for words in ("quick刚刚改过", "先到的话", "只在本页的话"):
        assert words in page
    again: Any = slow.post(address, {**mine, **marks_on(page)})
    assert again.status_code == 302
    assert posted(quick, address, form)[_name(quick, address, form, field)] == "只在本页的话"


def posted(
    browser: Client, address: str, form: str, field: str = "", words: str = ""
) -> dict[str, Any]:
    """All that a browser would post of a form that the page shows, one field filled in anew."""
    one = browser.get(address).context[form]
    found = {one.add_prefix(name): _plain(one[name].value()) for name in one.fields}
    if field:
        found[one.add_prefix(field)] = words
    return {name: value for name, value in found.items() if value is not None} | {
        "what": form.removesuffix("_form")
    }


def _name(browser: Client, address: str, form: str, field: str) -> str:
    found: str = browser.get(address).context[form].add_prefix(field)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return getattr(value, "pk", value)
