"""The mail server that ``PINGYI_MAIL`` names: ``smtps://user:password@host`` (TLS from the start,
port 465), ``smtp+tls://…`` (STARTTLS, port 587) or ``smtp://host`` (in clear, port 25)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_PORTS = {"smtps": 465, "smtp+tls": 587, "smtp": 25}


@dataclass(frozen=True)
class Mail:
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    ssl: bool = False
    starttls: bool = False


def find_mail(address: str) -> Mail:
    """The server of an address; nothing for an empty one. Raises ``ValueError`` for others."""
    if not address:
        return Mail()
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(
            f"PINGYI_MAIL: {parts.scheme}:// is neither smtps://, smtp+tls:// nor smtp://"
        )
    return Mail(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ssl=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+tls",
    )
