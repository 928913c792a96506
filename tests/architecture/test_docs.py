"""What the documents say of the program is there, and their links lead somewhere."""

import re
from pathlib import Path

from pingyi.cli.main import MODULES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
TEST_ONLY = {"PINGYI_TEST_DATABASE"}
UNLISTED = {"docs"}
"""Commands that write these pages."""


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_setting_is_listed() -> None:
    sources = (ROOT / "src").rglob("*.py")
    used = {
        name
        for path in sources
        for name in re.findall(r'"(PINGYI_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    listed = set(re.findall(r"^\| `(PINGYI_[A-Z_]+)`", text_of("docs/reference/settings.md"), re.M))
    assert listed == used - TEST_ONLY


def test_every_command_is_listed() -> None:
    reference = text_of("docs/reference/cli.md")
    assert not [name for name in MODULES if name not in UNLISTED and f"`{name}" not in reference]


def test_links_lead_to_files() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def test_every_decision_is_listed() -> None:
    listed = text_of("docs/adr/README.md")
    pages = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    assert not [name for name in pages if f"({name})" not in listed]
