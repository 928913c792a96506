"""The home folder of an installation: database, boxes, keys, uploads. Nothing lies outside it.

``PINGYI_HOME`` names it; without it, ``pingyi-home`` in the current folder. The keys folder must
not be in the same backup as the rest: whoever has both can link what the boxes keep apart.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

PRIVATE = 0o700


@dataclass(frozen=True)
class Home:
    path: Path

    @property
    def database(self) -> Path:
        return self.path / "pingyi.sqlite3"

    @property
    def boxes(self) -> Path:
        return self.path / "boxes"

    @property
    def keys(self) -> Path:
        return Path(os.environ.get("PINGYI_KEYS") or self.path / "keys")

    @property
    def uploads(self) -> Path:
        return self.path / "uploads"

    @property
    def incoming(self) -> Path:
        """Uploads that are not complete; on the disk of ``uploads``."""
        return self.uploads / "incoming"

    def make(self) -> None:
        """Make the folders, readable for the owner alone."""
        for folder in (self.path, self.boxes, self.keys, self.uploads, self.incoming):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)

    def secret(self, name: str) -> bytes:
        """A random secret of 32 bytes that is made once and kept in the keys folder."""
        file = self.keys / name
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(file.read_text(encoding="ascii"))
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
            stream.flush()
            os.fsync(stream.fileno())
        return self.secret(name)


def find_home() -> Home:
    """The home folder that the environment names, made if it isn't there."""
    home = Home(Path(os.environ.get("PINGYI_HOME") or "pingyi-home").resolve())
    home.make()
    return home
