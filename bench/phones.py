"""Two thousand phones vote within a minute: each opens the page, asks for the form, looks its code
up and casts 126 scores. Prints how long they waited, and that every ballot was counted once.

Run: python -m bench.phones [--phones N] [--seconds S]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import struct
import tempfile
import time
from collections import Counter

from bench.intake import ANSWERS, HEAD, PORT, SITE, environment_of, make_poll, serve


async def request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, verb: str, path: str, body: bytes
) -> tuple[int, bytes]:
    """One request on a connection that stays open."""
    head = f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    if headers.get("transfer-encoding") == "chunked":
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return int(lines[0].split()[1]), b"".join(parts)
    return int(lines[0].split()[1]), await reader.readexactly(int(headers["content-length"]))


async def phone(slug: str, code: str, start: float, told: Counter[str], waits: list[float]) -> None:
    """One voter, from opening the page to the receipt."""
    await asyncio.sleep(start)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    at = time.perf_counter()
    try:
        for verb, path, body in (
            ("GET", f"/v/{slug}/", b""),
            ("GET", f"/cast/{slug}/form", b""),
            ("POST", f"/cast/{slug}/look", struct.pack("<B17s", 1, code.encode())),
        ):
            status, _ = await request(reader, writer, verb, path, body)
            if status != 200:
                told[f"{path.rsplit('/', 1)[-1] or 'page'} {status}"] += 1
                return
        head = HEAD.pack(1, code.encode(), os.urandom(16), os.urandom(32), 1)
        body = head + random.choice(ANSWERS)
        _, answer = await request(reader, writer, "POST", f"/cast/{slug}/", body)
        told[answer.decode().strip()] += 1
        waits.append(time.perf_counter() - at)
    finally:
        writer.close()


async def hall(slug: str, codes: list[str], seconds: float) -> tuple[Counter[str], list[float]]:
    told: Counter[str] = Counter()
    waits: list[float] = []
    starts = [random.random() * seconds for _ in codes]
    await asyncio.gather(
        *(phone(slug, c, s, told, waits) for c, s in zip(codes, starts, strict=True))
    )
    return told, sorted(waits)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--phones", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=55)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    chosen = parser.parse_args()
    for database in chosen.databases:
        with tempfile.TemporaryDirectory() as home:
            environment = environment_of(database, home)
            poll = make_poll(environment, chosen.phones)
            server = serve(SITE, environment)
            try:
                begun = time.perf_counter()
                told, waits = asyncio.run(hall(poll["slug"], poll["codes"], chosen.seconds))
                took = time.perf_counter() - begun
            finally:
                server.terminate()
                server.wait()
        print(f"{database}: {chosen.phones:,} phones in {took:.1f} s; {dict(told)}")
        if waits:
            middle, slow = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
            print(f"  page to receipt: half within {middle:.2f} s, 99 of 100 within {slow:.2f} s")


if __name__ == "__main__":
    main()
