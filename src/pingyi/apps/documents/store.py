"""Where the bytes lie: ``uploads/<two digits>/<SHA-256>`` in the home folder, each file once.

A file is first written to ``uploads/incoming`` on the same disk, then put in its place by one
rename; what an interrupted upload leaves there is swept. Placing with its row, and removing after
the last row, exclude each other by a lock on a file, across all processes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from pingyi.base.errors import HouseError

STALE_SECONDS = 24 * 3600


class Full(HouseError):
    """The disk has no room for it."""

    status = 507


def path_of(digest: str) -> Path:
    """Where a file lies, be it there or not."""
    folder: Path = settings.HOME.uploads
    return folder / digest[:2] / digest


def incoming() -> Path:
    """Where files are until they are complete."""
    folder: Path = settings.HOME.incoming
    return folder


def room() -> int:
    """Bytes that may still be uploaded: votes and database come first and keep their share."""
    return max(0, shutil.disk_usage(incoming()).free - settings.UPLOAD_SPARE)


def need_room(size: int) -> None:
    """Raises ``Full``."""
    if size > room():
        raise full()


def full() -> Full:
    return Full(_("服务器磁盘空间不足，文件没有保存。"), _("请联系系统管理员清理磁盘后再上传。"))


@contextmanager
def alone() -> Iterator[None]:
    """No other process places or removes files meanwhile."""
    with (incoming() / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def received(upload: UploadedFile[Any]) -> Iterator[tuple[Path, str]]:
    """The upload as a file of its own, and its SHA-256; gone afterwards unless it was placed."""
    made = None
    try:
        if hasattr(upload, "temporary_file_path"):
            path = Path(upload.temporary_file_path())
        else:
            descriptor, name = tempfile.mkstemp(dir=incoming())
            path = made = Path(name)
            with os.fdopen(descriptor, "wb") as stream:
                shutil.copyfileobj(upload, stream)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        yield path, digest
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise full() from error
        raise
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def place(path: Path, digest: str) -> None:
    """Put a received file where it belongs; the same bytes already there are replaced."""
    target = path_of(digest)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(path, target)
    target.chmod(0o600)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(digest: str) -> None:
    path_of(digest).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what a killed server left of uploads."""
    old = time.time() - STALE_SECONDS
    for file in incoming().iterdir():
        with suppress(FileNotFoundError):
            if file.name != ".lock" and file.stat().st_mtime < old:
                file.unlink()
