"""What the tests of all rooms share."""

from typing import Any

import pytest


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
