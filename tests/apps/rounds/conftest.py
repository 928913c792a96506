from pathlib import Path
from typing import Any

import pytest
from tests.apps.documents.ground import own_home


@pytest.fixture
def uploads(settings: Any, tmp_path: Path) -> None:
    """Files of this test lie apart."""
    own_home(settings, tmp_path)
