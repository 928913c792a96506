import pytest
from tests.apps.people.ground import City


@pytest.fixture
def city(db: None) -> City:
    return City()
