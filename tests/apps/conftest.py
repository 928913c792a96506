"""What the tests of all rooms share."""

from typing import Any

import pytest
from django.test import SimpleTestCase


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages, and what has no database, come out the same on any: they run once, on SQLite."""
    for item in items:
        stores = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
        is_case = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
        if not (stores or is_case) or item.path.name == "test_pages.py":
            item.add_marker("once")


@pytest.fixture(autouse=True)
def second_factor_where_it_is_tested(request: pytest.FixtureRequest, settings: Any) -> None:
    """Only the tests of sign-in, in people, ask for the second factor."""
    if request.path.parent.name != "people":
        settings.SECOND_FACTOR_ROLES = []


@pytest.fixture(autouse=True)
def forget_the_length_of_the_audit_log(settings: Any) -> None:
    """The database is emptied between tests; the file beside it is not."""
    for file in settings.HOME.keys.glob("audit-length-*"):
        file.unlink(missing_ok=True)
