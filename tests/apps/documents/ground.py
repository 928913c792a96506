"""Files of every kind, and things that they may belong to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from pingyi.apps.people.models import Account
from pingyi.base import references
from pingyi.base.references import Kind, Reference, Rights, Subject
from pingyi.site.home import Home

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = "_VBA_PROJECT".encode("utf-16-le")
THING = Reference("tests.thing", "7")


def packed(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


GOOD = {
    "通知.pdf": b"%PDF-1.7 ...",
    "通知.ofd": packed("OFD.xml", "Doc_0/Document.xml"),
    "方案.docx": packed("[Content_Types].xml", "word/document.xml"),
    "表.xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "述职.pptx": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "旧.doc": OLE + b"\0" * 5_000,
    "旧.wps": OLE + b"\0" * 5_000,
    "图.png": b"\x89PNG\r\n\x1a\n...",
    "图.JPG": b"\xff\xd8\xff\xe0...",
    "图.webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "片.mp4": b"\0\0\0\x18ftypisom....",
    "片.webm": b"\x1aE\xdf\xa3\x01B\x82\x84webm",
}
BAD = {
    "脚本.html": b"<html>",
    "图.svg": b"<svg>",
    "程序.exe": b"MZ",
    "程序.pdf.exe": b"%PDF-1.7",
    "宏.docm": packed("word/document.xml", "word/vbaProject.bin"),
    "宏改名.docx": packed("word/document.xml", "word/vbaProject.bin"),
    "宏表.xlsx": packed("xl/workbook.xml", "xl/macrosheets/sheet1.xml"),
    "宏.doc": OLE + b"\0" * 5_000 + MACROS,
    "隔块的宏.doc": OLE + b"\0" * ((1 << 20) - 5) + MACROS,
    "程序改名.pdf": b"MZ\x90\0",
    "网页改名.png": b"<html><script>",
    "不是文档.docx": packed("hello.txt"),
    "坏包.docx": b"PK\x03\x04 not really",
    "空.pdf": b"",
    "没有扩展名": b"%PDF-1.7",
    "机密★一年.pdf": b"%PDF-1.7",
}


def upload(name: str, content: bytes = b"%PDF-1.7 one") -> SimpleUploadedFile:
    """A small file as Django hands it over: in memory."""
    return SimpleUploadedFile(name, content)


def large(name: str, content: bytes) -> TemporaryUploadedFile:
    """As Django hands over large ones: on the disk."""
    made = TemporaryUploadedFile(name, "", len(content), None)
    made.write(content)
    made.seek(0)
    return made


@contextmanager
def thing(rights: dict[str, Rights]) -> Iterator[None]:
    """A thing of a room above: user name → rights; others see nothing."""

    def find(key: str) -> Subject | None:
        return Subject("某事", "/desk/") if key == THING.id else None

    def rights_at(account: Account, key: str) -> Rights:
        assert key == THING.id
        return rights.get(account.username, Rights())

    references.register(THING.kind, Kind(find, rights_at))
    try:
        yield
    finally:
        del references._kinds[THING.kind]


def own_home(settings: Any, folder: Path) -> None:
    """Keep uploads in a folder of this test alone."""
    settings.HOME = Home(folder)
    settings.HOME.make()
    settings.FILE_UPLOAD_TEMP_DIR = settings.HOME.incoming
    settings.UPLOAD_SPARE = 0
