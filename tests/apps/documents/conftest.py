from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.apps.documents.ground import own_home, thing

from pingyi.base.references import Rights


@pytest.fixture
def owner(db: None) -> Iterator[None]:
    """A thing that ``keeper`` may change and ``reader`` may see; nobody else knows of it."""
    with thing({"keeper": Rights(True, True, True), "reader": Rights(True)}):
        yield


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """Tests beside this one keep their files."""
    own_home(settings, tmp_path)
