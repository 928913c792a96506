"""The thread of the intake: in order, and not ended by what fails."""

from __future__ import annotations

import gc
import threading

import pytest

from pingyi.apps.ballots.worker import Worker


def test_pieces_are_done_in_order_in_one_thread() -> None:
    worker = Worker("test")
    done: list[tuple[int, int]] = []
    for i in range(100):
        worker.give(lambda i=i: done.append((i, threading.get_ident())))
    mine = worker.submit(threading.get_ident).result(10)
    assert done == [(i, mine) for i in range(100)]
    assert mine != threading.get_ident()


def test_what_fails_tells_its_own_future_and_holds_up_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = Worker("test")
    worker.give(lambda: 1 // 0)
    failed = worker.submit(lambda: int("x"))
    assert worker.submit(lambda: 5).result(10) == 5
    assert isinstance(failed.exception(10), ValueError)
    assert "ZeroDivisionError" in caplog.text


def test_a_future_that_is_given_up_before_its_turn_is_never_begun() -> None:
    worker = Worker("test")
    gate, begun = threading.Event(), threading.Event()
    worker.give(lambda: gate.wait(10))
    future = worker.submit(begun.set)
    assert future.cancel()
    gate.set()
    worker.submit(lambda: None).result(10)
    assert not begun.is_set()


def test_the_thread_goes_with_its_owner() -> None:
    worker = Worker("passing")
    thread = worker.submit(threading.current_thread).result(10)
    del worker
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()
