"""What differs between two schemes as written."""

from __future__ import annotations

from collections.abc import Iterator

from pingyi.engine.grammar.document import Data, Path, path_text

_NOTHING = {dict: "{}", list: "[]", type(None): "~"}


def differences(old: Data, new: Data) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield ``(path, old value, new value)``; None where there is nothing on one side.

    Lists are compared item by item; spacing, comments and key order make no difference.
    """
    before, after = dict(_flat(old, ())), dict(_flat(new, ()))
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            yield path_text(path), before.get(path), after.get(path)


def _flat(data: Data, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _flat(value, (*path, key))
    elif isinstance(data, list) and data:
        for i, value in enumerate(data):
            yield from _flat(value, (*path, i))
    else:
        yield path, data if isinstance(data, str) else _NOTHING[type(data)]
