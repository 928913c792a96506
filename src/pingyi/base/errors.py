"""The error tree of the rooms. A message says what is wrong, where, and how to mend it.

HTTP status and exit code are mapped here, once: ``middleware.HouseErrors`` makes pages of them.
"""

from __future__ import annotations


class HouseError(Exception):
    """Root of all errors that are meant to be read by the person at the screen.

    ``what`` says what is wrong, ``mend`` what to do; both in the language of the interface.
    ``field`` names the field of a form that it belongs to.
    """

    status = 400
    exit_code = 2

    def __init__(self, what: object, mend: object = "", *, field: str | None = None) -> None:
        self.what = what
        self.mend = mend
        self.field = field
        super().__init__(what, mend)

    def __str__(self) -> str:
        return f"{self.what}{self.mend}"


class Invalid(HouseError):
    """What was entered cannot be used as it is."""

    status = 422


class Refused(HouseError):
    """This account may not do or see this."""

    status = 403
    exit_code = 1


class Missing(HouseError):
    """There is nothing of that name, or none that this account may see."""

    status = 404


class Conflict(HouseError):
    """It doesn't fit the state of things: already sealed, locked, taken, or changed by another."""

    status = 409
    exit_code = 1


class Stale(Conflict):
    """Somebody else has changed the thing since this page was opened: there are words of another
    to be seen before one's own are saved."""


class Throttled(HouseError):
    """Too often in too short a time."""

    status = 429
    exit_code = 1
