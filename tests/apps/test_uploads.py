"""Uploaded tables that are small and unpack to much, or are too large: refused before they cost."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.ballots.hall import prepared
from tests.apps.ballots.office import Officer

from pingyi.apps.people.enums import ImportKind, Role
from pingyi.apps.people.rules.tables import table_of
from pingyi.base.errors import Invalid
from pingyi.base.sheets import reading

pytestmark = pytest.mark.once

TABLE = table_of(ImportKind.UNITS)


def workbook(rows: str, after: str = "") -> bytes:
    """A workbook whose first sheet has these rows."""
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet()
    packed = io.BytesIO()
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                text = f"<sheetData>{rows}</sheetData>{after}"
                content = f'<worksheet xmlns="{space}">{text}</worksheet>'.encode()
            new.writestr(member.filename, content)
    return packed.getvalue()


def bombs() -> Iterator[tuple[str, bytes]]:
    yield "超过50兆字节", workbook(" " * (reading.MOST_UNPACKED + 1))
    yield "200万个", workbook("<row/>" * (reading.MOST_CELLS + 1))
    yield "200万个", workbook("<row>" + "<c/>" * reading.MOST_CELLS + "</row>")
    yield "200万个", workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "200万个", workbook('<row r="1048576"><c r="A1048576"/><c/><c><v>1</v></c></row>')
    merges = '<mergeCell ref="A1:A1048576"/>' * 2
    yield "200万个", workbook("", f"<mergeCells>{merges}</mergeCells>")


@pytest.mark.parametrize("number", range(6))
def test_a_small_workbook_that_unpacks_to_much_is_refused(number: int) -> None:
    what, content = list(bombs())[number]
    assert len(content) < 200_000
    file = SimpleUploadedFile("表.xlsx", content)
    for read in (
        lambda: reading.read_table(content, "表.xlsx", TABLE),
        lambda: reading.content_of(file),
    ):
        with pytest.raises(Invalid) as refused:
            read()
        assert what in str(refused.value)


def test_a_long_sheet_leaves_nothing_behind() -> None:
    content = workbook("<row><c/><c/><c/></row>" * 30_000)
    tracemalloc.start()
    try:
        with pytest.raises(Invalid):
            reading.read_table(content, "表.xlsx", TABLE)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5_000_000


def test_a_csv_of_nothing_but_lines_or_commas_is_refused() -> None:
    for text in ("\n", ","):
        with pytest.raises(Invalid, match="200万个"):
            reading.read_table(text.encode() * (reading.MOST_CELLS + 1), "表.csv", TABLE)


def test_a_large_file_is_not_even_read() -> None:
    def read() -> bytes:
        raise AssertionError

    file = SimpleNamespace(name="表.csv", size=reading.MOST_BYTES + 1, read=read)
    with pytest.raises(Invalid, match="20兆字节") as refused:
        reading.content_of(file, "rolls")
    assert refused.value.field == "rolls"


@pytest.mark.parametrize("content", [b"", b"PK", workbook("<row"), workbook('<row r="x"/>')])
def test_a_broken_workbook_is_told(content: bytes) -> None:
    assert reading.content_of(SimpleUploadedFile("表.xlsx", content)) == content
    with pytest.raises(Invalid, match="打不开"):
        reading.read_table(content, "表.xlsx", TABLE)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["tallies", "figures"])
def test_pages_at_the_box_refuse_large_files(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    poll, keeper = prepared(), Officer(Role.ORGANISER)
    bomb = workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    for name, content, most, what in (
        ("表.xlsx", bomb, reading.MOST_BYTES, "200万个"),
        ("表.csv", b"x" * 1001, 1000, "20兆字节"),
    ):
        monkeypatch.setattr(reading, "MOST_BYTES", most)
        upload = SimpleUploadedFile(name, content)
        answer = keeper.post(f"ballots:{page}", poll.slug, file=upload)
        assert answer.status_code == 422
        assert what in answer.content.decode()
