"""Secrets of a poll that must not lie in the database: a folder per poll in the keys folder."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pingyi.base.errors import Conflict

KEY_FILE = "keys.json"
_LANE_BYTES = 8


class PollKeyring:
    """``pepper`` (codes), ``intake`` (MACs), ``keys.json`` (items), ``lanes/`` (their lengths)."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.folder: Path = settings.HOME.keys / "polls" / slug

    def make(self, name: str) -> bytes:
        """A random secret of 32 bytes; the one that is there, if it is."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found: bytes = settings.HOME.secret(f"polls/{self.slug}/{name}")
        return found

    def secret(self, name: str) -> bytes:
        """A secret that was made. Raises ``Conflict`` where it is gone: a new one in its place
        would make every code unknown."""
        if not self.has(name):
            raise Conflict(
                _("密钥目录里缺少本次投票的密钥“%(name)s”。") % {"name": name},
                _("请检查密钥目录是否已挂载；不要重新生成。"),
            )
        return self.make(name)

    def keep(self, name: str, text: str) -> None:
        """Keep a short text outside the database."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_through(self.folder / name, text.encode())

    def kept(self, name: str) -> str:
        """A text that was kept; empty if it wasn't."""
        file = self.folder / name
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def has(self, name: str) -> bool:
        """Is there such a secret?"""
        return (self.folder / name).exists()

    def remove(self, name: str) -> None:
        """Overwrite and remove a secret; may be repeated."""
        file = self.folder / name
        if file.exists():
            _write_through(file, b"0" * file.stat().st_size)
            file.unlink()
            _sync_folder(self.folder)

    def key_file(self) -> str | None:
        """The text of the key file; None if there is none (any more)."""
        try:
            return (self.folder / KEY_FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write_key_file(self, text: str) -> None:
        """Put a key file in the place of the old one, which is overwritten before it goes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file, new = self.folder / KEY_FILE, self.folder / (KEY_FILE + ".new")
        _write_through(new, text.encode())
        if file.exists():
            _write_through(file, b"0" * file.stat().st_size)
        os.replace(new, file)
        _sync_folder(self.folder)

    def lane_note(self, item: int, lane: int) -> LaneNote:
        """Where to note how many batches a new lane has."""
        folder = self.folder / "lanes"
        folder.mkdir(mode=0o700, exist_ok=True)
        return LaneNote(folder / f"{item}-{lane:x}")

    def lanes(self, item: int) -> dict[int, int]:
        """Lane → how many batches it has at least."""
        return {
            int(file.name.split("-")[1], 16): int.from_bytes(file.read_bytes(), "big")
            for file in (self.folder / "lanes").glob(f"{item}-*")
        }

    def destroy(self) -> None:
        """Overwrite and remove everything."""
        if not self.folder.exists():
            return
        for file in self.folder.rglob("*"):
            if file.is_file():
                _write_through(file, b"0" * file.stat().st_size)
        shutil.rmtree(self.folder)


class LaneNote:
    """How many batches a lane has, outside the database; open as long as the lane goes on. Not
    forced to disk: see ADR 0010."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        weakref.finalize(self, os.close, self._descriptor)

    def write(self, length: int) -> None:
        os.pwrite(self._descriptor, length.to_bytes(_LANE_BYTES, "big"), 0)


def _write_through(file: Path, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, len(data))
        os.pwrite(descriptor, data, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
