"""One thread that does what it is given, one piece after the other."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any

_log = logging.getLogger(__name__)


class Worker:
    """A thread of its own, begun with its first piece of work, gone with its owner.

    An executor of the standard library has a future with a lock for each piece and takes stock of
    its threads, which costs a commit of sixteen castings a tenth more.
    """

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread = Thread(target=_run, args=(self._work,), name=name, daemon=True)
        self.stop = weakref.finalize(self, self._work.put, None)

    def give(self, work: Callable[[], object]) -> None:
        """Have it done; nobody waits."""
        if self._thread.ident is None:
            self._thread.start()
        self._work.put(work)

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        """Have it done; the future tells what came of it."""
        future: Future[Any] = Future()
        self.give(lambda: _settle(future, work))
        return future


def _run(work: SimpleQueue[Callable[[], object] | None]) -> None:
    while (piece := work.get()) is not None:
        try:
            piece()
        except Exception:
            _log.exception("worker")  # the next piece must not suffer for it


def _settle(future: Future[Any], work: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as failure:
        future.set_exception(failure)
