from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.apps.documents.ground import thing

from pingyi.base.references import Rights
from pingyi.site.home import Home


@pytest.fixture
def owner(db: None) -> Iterator[None]:
    """A thing that ``keeper`` may change and ``reader`` may see; nobody else knows of it."""
    with thing({"keeper": Rights(True, True, True), "reader": Rights(True)}):
        yield


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """Tests beside this one keep their files."""
    settings.HOME = Home(tmp_path)
    settings.HOME.make()
    settings.FILE_UPLOAD_TEMP_DIR = settings.HOME.incoming
    settings.UPLOAD_SPARE = 0
