"""A real server on the tests' own database, to be killed at will, and devices that cast on it."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from pingyi.apps.ballots.wire import ANSWER_BYTES, Answer, Casting, write_casting

PINGYI = Path(sys.executable).with_name("pingyi")
START_SECONDS = 60


def free_port() -> int:
    """A port below those that the system gives to clients."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def database_address() -> str:
    """Where the tests' database lies, for ``PINGYI_DATABASE``."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{quote(str(found['NAME']))}"
    host = quote(found["HOST"], safe="")
    return f"postgresql://{found['USER']}:@/{found['NAME']}?host={host}"


class Server:
    """``pingyi serve`` as a program of its own."""

    def __init__(self, workers: int = 1, *more: str) -> None:
        self.port = free_port()
        self._command = [str(PINGYI), "serve", "--port", str(self.port)]
        self._command += ["--workers", str(workers), *more]
        self._process: subprocess.Popen[bytes] | None = None
        self.log = settings.HOME.path / f"server-{self.port}.log"

    def start(self) -> None:
        environment = {
            **os.environ,
            "PINGYI_HOME": str(settings.HOME.path),
            "PINGYI_DATABASE": database_address(),
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=environment, start_new_session=True, stdout=log, stderr=log
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            if self._process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        raise RuntimeError("the server did not start in time")

    def most_memory(self) -> int:
        """The most bytes that the processes of the server had in memory so far, together."""
        assert self._process is not None
        found = 0
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getpgid(int(path.name)) == self._process.pid:
                    status = (path / "status").read_text()
                    found += int(status.partition("VmHWM:")[2].split()[0]) * 1024
        return found

    def environments(self) -> bytes:
        """The environments of all processes of the server."""
        assert self._process is not None
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getpgid(int(path.name)) == self._process.pid:
                    found.append((path / "environ").read_bytes())
        assert found
        return b"".join(found)

    def kill(self) -> None:
        """At once, with all its processes."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def serving(workers: int = 1, *more: str) -> Iterator[Server]:
    server = Server(workers, *more)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def line_to(server: Server) -> http.client.HTTPConnection:
    """A connection that stays open from request to request."""
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)


def post(
    connection_: http.client.HTTPConnection, slug: str, casting: Casting | bytes
) -> Answer | None:
    """What the intake says; None if it says to come back."""
    body = casting if isinstance(casting, bytes) else write_casting(casting)
    connection_.request("POST", f"/cast/{slug}/", body)
    response = connection_.getresponse()
    data = response.read()
    if response.status == 503:
        return None
    assert response.status == 200, response.status
    assert len(data) == ANSWER_BYTES
    return Answer(json.loads(data)["answer"])
