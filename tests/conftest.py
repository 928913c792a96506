"""How hard the generated tests try (``HYPOTHESIS_PROFILE`` chooses default or long), and the
database of the tests."""

import fcntl
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

_ALWAYS = {
    "deadline": None,
    "derandomize": False,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}

settings.register_profile("default", max_examples=50, **_ALWAYS)
settings.register_profile("long", max_examples=2000, **_ALWAYS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def back_to_chinese() -> Iterator[None]:
    """A page asked for in English leaves its language to whatever the process does next."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, worker_id: str
) -> Iterator[None]:
    """In place of pytest-django's: the first process of a run makes the tables; each has a copy.

    They are made from the models, in a tenth of the time that migrations take; those are run
    wherever a test starts the program on a home of its own, and compared by ``make check``.
    """
    from django.conf import settings  # noqa: PLC0415 - once Django is set up
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    home = settings.HOME.path
    with django_db_blocker.unblock():
        creation = connection.creation
        with (home / "making").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (home / "made").exists():
                connection.settings_dict["NAME"] = creation._get_test_db_name()
            else:
                connection.settings_dict["TEST"]["MIGRATE"] = False
                creation.create_test_db(verbosity=0, autoclobber=True)
                call_command("migrate", fake=True, verbosity=0)  # for the programs that look
                (home / "made").touch()
            connection.close()
            getattr(connection, "close_pool", lambda: None)()
            creation.clone_test_db(worker_id, verbosity=0, autoclobber=True)
        name = creation.get_test_db_clone_settings(worker_id)["NAME"]
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connection.close()
        getattr(connection, "close_pool", lambda: None)()
