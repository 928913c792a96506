"""Casting over HTTP: a small ASGI application in front of the site, and no log.

::

    GET  /cast/<poll>/form    what may be voted on; the same for everybody
    GET  /cast/<poll>/state   which items are open; one length
    POST /cast/<poll>/look    what a code is good for; one length in, one length out
    POST /cast/<poll>/        a casting; one length in, one length out

All answers to castings are 200, so that neither status nor length tells what became of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import cache, partial
from typing import Any, cast

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from pingyi.apps.ballots import clock, windows, wire
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.ballots.worker import Worker
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.base.throttle import PerMinute

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX = "/cast/"
MOST_WAITING = 4_096
"""Castings that may wait for their commit; more are told to come back."""
PER_COMMIT = 512
GATHER = 0.003
"""Seconds in which castings come together before a commit: a commit costs as much as many
castings, and an envelope with more ballots tells less."""
CROWD = 8
"""Castings for which a commit waits no longer, if no others are to be expected."""
HERE = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
TICK = 5.0
"""Seconds from one look at the windows of the channels to the next."""
MOST_UNKNOWN = 120
"""Unknown codes that one address may try in a minute; known ones are never held up."""
MOST_OPEN = 120
"""Castings without a code that one address may send in a minute. Coarse: whole villages and
carriers stand behind one address, and who is told to wait is taken a little later."""
FRESH = 1.0
"""Seconds for which a desk is taken to be up to date."""
BETWEEN_LOOKS = 0.2
"""Seconds from one look for polls not known here to the next, however many ask."""
IN_USE = (PollState.VOTING, PollState.CLOSED)
_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_SOON = ((b"retry-after", b"2"),)
_log = logging.getLogger(__name__)


Place = asyncio.Future[wire.Answer | None]
"""Who waits for an answer; None if the store failed."""
Waiting = tuple[bytes, Place]
"""A casting, unread, that waits for the next commit."""
Told = tuple[Place, wire.Answer | None]


class Counter:
    """One poll's intake in this process: castings wait here for the next commit."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.form = json.dumps(intake.desk.public, ensure_ascii=False).encode()
        self.tag = hashlib.sha256(self.form).hexdigest()[:16].encode()
        self.waiting: deque[Waiting] = deque()
        self.looked = time.monotonic()
        self.state = b""
        self.busy = False
        self.gathering: asyncio.TimerHandle | None = None
        self.all = CROWD
        """Castings after which no others are to be expected: of all who were there of late."""

    @property
    def desk(self) -> Desk:
        return self.intake.desk

    @property
    def fresh(self) -> bool:
        return time.monotonic() - self.looked <= FRESH

    def commit(self) -> list[Told]:
        """In the thread: commit what comes together, and what each is told."""
        number = min(PER_COMMIT, len(self.waiting))
        batch = [self.waiting.popleft() for _ in range(number)]
        answers: Sequence[wire.Answer | None]
        try:
            # Read and checked here, one right after the other, which is faster than as each comes.
            width = self.desk.width
            answers = self.intake.take([wire.read_casting(body, width) for body, _ in batch])
        except Exception:
            # Full disk, lost database: nothing was taken, the device keeps its draft. The log
            # gets the kind of error and never a casting.
            _log.exception("intake")
            answers = [None] * len(batch)
        return [(future, answer) for (_, future), answer in zip(batch, answers, strict=True)]


class IntakeApp:
    """The ASGI application. Everything that touches a store runs in its one thread."""

    def __init__(self) -> None:
        self._guesses = PerMinute(MOST_UNKNOWN)
        self._open = PerMinute(MOST_OPEN)
        self._known: frozenset[str] = frozenset()
        self._known_at = -BETWEEN_LOOKS
        self._learning = asyncio.Lock()
        self._counters: dict[str, Counter] = {}
        self._thread = Worker("intake")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        slug, _, verb = scope["path"][len(PREFIX) :].partition("/")
        method = scope["method"]
        try:
            counter = self._counters.get(slug)
            if counter is None or not counter.fresh:
                counter = await self._counter(slug)
            if counter is None:
                await _reply(send, 404, b"{}")
            elif not _is_private(scope, counter):
                await _reply(send, 403, b'{"answer": "needs_tls"}')
            elif (method, verb) == ("POST", ""):
                await self._cast(counter, scope, receive, send)
            elif (method, verb) == ("POST", "look"):
                await self._look(counter, scope, receive, send)
            elif (method, verb) == ("GET", "form"):
                await self._form(counter, scope, send)
            elif (method, verb) == ("GET", "state"):
                await _reply(send, 200, counter.state)
            else:
                await _reply(send, 405, b"{}")
        except Exception:
            # Full disk, lost database: nothing was taken, the device keeps its draft. The log
            # gets the kind of error and never a casting.
            _log.exception("intake")
            await _reply(send, 503, b"{}", _SOON)

    async def lifespan(self, receive: Receive, send: Send) -> None:
        """From start to stop of the server: look after the windows of the channels."""
        ticking: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                ticking = asyncio.create_task(self._tick())
                await send({"type": "lifespan.startup.complete"})
            else:
                if ticking is not None:
                    ticking.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _tick(self) -> None:
        watch = clock.Watch()
        while True:
            await asyncio.sleep(TICK)
            try:
                await self._in_thread(lambda: windows.follow(watch, timezone.now(), clock.passed()))
                await self._in_thread(self._leave_ended)
            except Exception:
                _log.exception("windows")

    def _leave_ended(self) -> None:
        """In the thread: let go of boxes and keys of polls that are over."""
        for slug in list(self._counters):
            self._refresh(slug)

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.wrap_future(self._thread.submit(work))

    async def _counter(self, slug: str) -> Counter | None:
        """Of a poll that is not known here, or looked at too long ago."""
        if slug not in self._counters and slug not in await self._polls_in_use():
            return None  # guessed addresses cost the voters' thread nothing
        return cast("Counter | None", await self._in_thread(lambda: self._refresh(slug)))

    async def _polls_in_use(self) -> frozenset[str]:
        """As of now: who asks waits for a look that begins later, since a poll may have been
        opened this moment; all who wait share it."""
        asked = time.monotonic()
        async with self._learning:
            if self._known_at < asked:
                await asyncio.sleep(self._known_at + BETWEEN_LOOKS - asked)
                began = time.monotonic()
                self._known = await self._in_thread(_slugs_in_use)
                self._known_at = began
        return self._known

    def _refresh(self, slug: str) -> Counter | None:
        """In the thread: load the desk anew if the poll has changed."""
        counter = self._counters.get(slug)
        if counter is not None and counter.fresh:
            return counter
        close_old_connections()
        poll = Poll.objects.select_related("version").filter(slug=slug, state__in=IN_USE).first()
        box = box_of(slug)
        if poll is None or not box.exists():
            ended = self._counters.pop(slug, None)
            if ended is not None:
                ended.intake.box.close()
            return None
        if counter is None or counter.desk.stamp != poll.stamp:
            old = counter
            counter = Counter(Intake(load_desk(poll), box))
            if old is not None:
                counter.waiting = old.waiting
                old.intake.box.close()
            self._counters[slug] = counter
        counter.looked = time.monotonic()
        counter.state = _state(counter)
        return counter

    async def _form(self, counter: Counter, scope: Scope, send: Send) -> None:
        etag = b'"' + counter.tag + b'"'
        if dict(scope["headers"]).get(b"if-none-match") == etag:
            await _reply(send, 304, b"")
        else:
            await _reply(send, 200, counter.form, ((b"etag", etag),))

    async def _look(self, counter: Counter, scope: Scope, receive: Receive, send: Send) -> None:
        code = wire.read_look(await _body(receive, wire.LOOK_BYTES))
        found = None
        if code is not None:
            found = await self._in_thread(lambda: counter.intake.spent_items(code))
        items = sorted(counter.desk.items)
        size = 80 + len(items)
        if found is None:
            if self._guesses.too_many(_address(scope)):
                await _reply(send, 429, b"{}", ((b"retry-after", b"60"),))
            else:
                await _reply(send, 200, b'{"known": false}'.ljust(size))
            return
        roll, spent = found
        good = set(counter.desk.items_of(roll))
        marks = "".join("-" if i not in good else "x" if i in spent else "o" for i in items)
        answer = {"known": True, "class": roll.rater_class, "target": roll.target, "items": marks}
        await _reply(send, 200, json.dumps(answer).encode().ljust(size))

    async def _cast(self, counter: Counter, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive, wire.casting_bytes(counter.desk.width))
        if wire.lacks_code(body) and self._open.too_many(_address(scope)):
            await _reply(send, 429, b"{}", ((b"retry-after", b"20"),))
            return
        if len(counter.waiting) >= MOST_WAITING:
            await _reply(send, 503, b"{}", _SOON)
            return
        future: Place = asyncio.get_running_loop().create_future()
        counter.waiting.append((body, future))
        self._start(counter)
        # The commit goes on whether or not this client still waits.
        answer = await future
        if answer is None:
            await _reply(send, 503, b"{}", _SOON)
        elif answer is wire.Answer.UNKNOWN and self._guesses.too_many(_address(scope)):
            await _reply(send, 429, b"{}", ((b"retry-after", b"60"),))
        else:
            for message in _answer(answer):
                await send(message)

    def _start(self, counter: Counter) -> None:
        """Have the thread commit what waits, once it has come together."""
        if counter.busy or not counter.waiting:
            return
        if len(counter.waiting) >= counter.all:
            self._submit(counter)
        elif counter.gathering is None:
            loop = asyncio.get_running_loop()
            counter.gathering = loop.call_later(GATHER, self._submit, counter)

    def _submit(self, counter: Counter) -> None:
        if counter.gathering is not None:
            counter.gathering.cancel()
            counter.gathering = None
        counter.busy = True
        self._thread.give(partial(self._commit, counter, asyncio.get_running_loop()))

    def _commit(self, counter: Counter, loop: asyncio.AbstractEventLoop) -> None:
        """In the thread."""
        told = counter.commit()
        loop.call_soon_threadsafe(self._tell, counter, told)

    def _tell(self, counter: Counter, told: list[Told]) -> None:
        counter.busy = False
        # Falls slowly, or those of whom one half is told while the other sends stay parted.
        counter.all = max(CROWD, len(told) + len(counter.waiting), counter.all * 7 // 8)
        for future, answer in told:
            if not future.done():  # else the client went away
                future.set_result(answer)
        # By the newest desk.
        self._start(self._counters.get(counter.desk.slug, counter))


def _slugs_in_use() -> frozenset[str]:
    close_old_connections()
    return frozenset(Poll.objects.filter(state__in=IN_USE).values_list("slug", flat=True))


def _address(scope: Scope) -> str:
    """Who asks, for counters in memory; behind one's own proxy, whom that names."""
    if settings.PROXY:
        passed_on = dict(scope["headers"]).get(b"x-forwarded-for", b"")
        return str(passed_on.rpartition(b",")[2].strip().decode("latin-1"))
    return str((scope.get("client") or ("",))[0])


def _is_private(scope: Scope, counter: Counter) -> bool:
    """Formal polls are cast over TLS, or on this machine itself; rehearsals anyhow."""
    headers = dict(scope["headers"])
    if settings.PROXY:
        secure = headers.get(b"x-forwarded-proto") == b"https"
    else:
        secure = scope.get("scheme") == "https"
    return secure or _is_here(scope, headers) or bool(counter.desk.public["rehearsal"])


def _is_here(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    if (scope.get("client") or ("",))[0] not in HERE:
        return False
    # A proxy on this machine comes from here, too; what it passes on does not.
    if b"x-forwarded-for" in headers or b"x-forwarded-proto" in headers:
        return False
    host = headers.get(b"host", b"localhost")
    return (host.rpartition(b":")[0] or host) in (b"", b"127.0.0.1", b"localhost", b"[::1]")


def _state(counter: Counter) -> bytes:
    """``{"stamp": …, "items": "012…"}``, one digit an item in the order of numbers; ``work`` for
    those who come without a code."""
    box = counter.intake.box
    states = box.states()
    digits = "".join(str(int(states.get(item, 3))) for item in sorted(counter.desk.items))
    told: dict[str, object] = {"stamp": f"{counter.desk.stamp:08d}", "items": digits}
    if asked := counter.intake.work():
        told["work"] = asked
    return json.dumps(told).encode()


async def _body(receive: Receive, most: int) -> bytes:
    """The body of a request; what is longer than any of ours is not read to the end."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        body += message.get("body", b"")
        if len(body) > most or not message.get("more_body"):
            return body


async def _reply(
    send: Send, status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    for message in _messages(status, body, headers):
        await send(message)


def _messages(
    status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> tuple[MutableMapping[str, Any], ...]:
    kind = (b"content-type", b"application/json; charset=utf-8")
    length = (b"content-length", b"%d" % len(body))
    all_headers = [kind, length, *_HEADERS, *headers]
    return (
        {"type": "http.response.start", "status": status, "headers": all_headers},
        {"type": "http.response.body", "body": body},
    )


@cache
def _answer(answer: wire.Answer) -> tuple[MutableMapping[str, Any], ...]:
    """What a casting is told; made once, since nearly all are told the same."""
    return _messages(200, wire.answer_bytes(answer))
