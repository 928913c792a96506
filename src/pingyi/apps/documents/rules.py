"""Which files may be attached: by the ending of the name and by what they begin with and hold.

Refused are programs, pages that a browser would run (HTML, SVG), and office files with macros.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from pingyi.base.errors import Invalid
from pingyi.base.figures import number

HEAD = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_STEP = 1 << 20
_END_OF_ZIP = b"PK\x05\x06"
_END_BYTES = 22
_MOST_DIRECTORY = 4_000_000
"""Bytes of a packed file's table of contents."""
_ACTIVE = ("vbaproject.bin", "vbadata.xml")
_OPENXML = "application/vnd.openxmlformats-officedocument."

Check = Callable[[IO[bytes]], bool]


def _begins(*signatures: bytes, at: int = 0) -> Check:
    def check(file: IO[bytes]) -> bool:
        return file.read(HEAD)[at:].startswith(signatures)

    return check


def _is_pdf(file: IO[bytes]) -> bool:
    return b"%PDF-" in file.read(HEAD)


def _is_webp(file: IO[bytes]) -> bool:
    head = file.read(HEAD)
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_webm(file: IO[bytes]) -> bool:
    head = file.read(HEAD)
    return head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head


def _is_ole(file: IO[bytes]) -> bool:
    """An office file of before 2007, or of WPS, without macros."""
    before = file.read(len(_OLE))
    if before != _OLE:
        return False
    while chunk := file.read(_STEP):
        if _MACROS in before + chunk:
            raise macros_refused()
        before = chunk[-len(_MACROS) :]
    return True


def _is_packed(part: str) -> Check:
    """A packed office file with this main part, without macros."""

    def check(file: IO[bytes]) -> bool:
        names = _names_in(file)
        if any(name.endswith(_ACTIVE) or "macrosheets/" in name for name in names):
            raise macros_refused()
        return any(name.startswith(part) for name in names)

    return check


def _names_in(file: IO[bytes]) -> list[str]:
    """Lower-case names in a packed file; none where it is no such file or has absurdly many."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _END_BYTES - (1 << 16)))
    tail = file.read()
    end = tail.rfind(_END_OF_ZIP)
    if end < 0 or int.from_bytes(tail[end + 12 : end + 16], "little") > _MOST_DIRECTORY:
        return []
    try:
        with zipfile.ZipFile(file) as archive:
            return [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return []


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be attached."""

    media_type: str
    check: Check
    film: bool = False


KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", _is_pdf),
    "ofd": FileKind("application/ofd", _is_packed("ofd.xml")),
    "docx": FileKind(f"{_OPENXML}wordprocessingml.document", _is_packed("word/")),
    "xlsx": FileKind(f"{_OPENXML}spreadsheetml.sheet", _is_packed("xl/")),
    "pptx": FileKind(f"{_OPENXML}presentationml.presentation", _is_packed("ppt/")),
    "doc": FileKind("application/msword", _is_ole),
    "xls": FileKind("application/vnd.ms-excel", _is_ole),
    "ppt": FileKind("application/vnd.ms-powerpoint", _is_ole),
    "wps": FileKind("application/vnd.ms-works", _is_ole),
    "et": FileKind("application/octet-stream", _is_ole),
    "dps": FileKind("application/octet-stream", _is_ole),
    "jpg": FileKind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": FileKind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "png": FileKind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "gif": FileKind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": FileKind("image/webp", _is_webp),
    "mp4": FileKind("video/mp4", _begins(b"ftyp", at=4), film=True),
    "webm": FileKind("video/webm", _is_webm, film=True),
}
_DANGEROUS = (
    # office files with macros, programs, pages
    {"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm"}
    | {"exe", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "js", "jar", "lnk", "sh", "apk"}
    | {"html", "htm", "hta", "xhtml", "svg", "xml", "mht"}
)
_MARKS = ("绝密", "机密", "秘密★", "★秘密")


def macros_refused() -> Invalid:
    return Invalid(
        _("不接受带宏或可执行的文件。"),
        _("请另存为不带宏的格式（如 .docx、.xlsx、.pdf）再上传。"),
        field="file",
    )


def kind_of(name: str) -> FileKind:
    """The kind that a name promises. Raises ``Invalid`` for one that isn't taken."""
    ending = name.lower().rpartition(".")[2] if "." in name else ""
    if ending in _DANGEROUS:
        raise macros_refused()
    if ending not in KINDS:
        raise Invalid(
            _("不接受“%(name)s”这种文件。") % {"name": name},
            _("可以上传：%(endings)s。") % {"endings": "、".join(KINDS)},
            field="file",
        )
    if any(mark in name for mark in _MARKS):
        raise Invalid(
            _("文件名“%(name)s”带有密级字样。") % {"name": name},
            _("本系统不得存放涉密文件。"),
            field="file",
        )
    return KINDS[ending]


def check_content(name: str, kind: FileKind, file: IO[bytes]) -> None:
    """Raises ``Invalid`` unless the file is what its name says."""
    file.seek(0)
    if not kind.check(file):
        raise Invalid(
            _("“%(name)s”的内容与扩展名不符，或文件已损坏、加了密码。") % {"name": name},
            _("请用原来的程序打开，另存后再上传。"),
            field="file",
        )


def check_size(name: str, size: int, most: int) -> None:
    """Raises ``Invalid`` for an empty file or one that is too large."""
    if size == 0:
        raise Invalid(
            _("“%(name)s”是空文件。") % {"name": name}, _("请核对后重新选择。"), field="file"
        )
    if size > most:
        raise Invalid(
            _("“%(name)s”超过%(most)s兆字节。") % {"name": name, "most": number(most // 1_000_000)},
            _("请压缩或拆分后再上传。"),
            field="file",
        )
