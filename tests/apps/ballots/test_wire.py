"""A captured hall: ten voters of three classes over TLS. Who holds every byte that passed learns
no code, no vote and no class, neither from content nor from length."""

from __future__ import annotations

import datetime
import http.client
import socket
import ssl
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.apps.ballots.hall import DELEGATES, LEADERS, SERVICE, vote
from tests.apps.ballots.server import serving

from pingyi.apps.ballots.wire import Casting, write_casting

pytestmark = pytest.mark.django_db(transaction=True)

RECORD_HEAD = 5


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of the hall's own for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hall.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


class Capture:
    """Stands between one phone and the server and keeps every byte of both directions."""

    def __init__(self, port: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.sent, self.received = bytearray(), bytearray()
        self._target = port
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def _run(self) -> None:
        phone, _ = self._listening.accept()
        server = socket.create_connection(("127.0.0.1", self._target))
        back = threading.Thread(target=self._pump, args=(server, phone, self.received))
        back.start()
        self._pump(phone, server, self.sent)
        back.join()
        phone.close()
        server.close()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                kept += data
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._threads[0].join(10)
        self._listening.close()


def records(data: bytes) -> list[tuple[int, int]]:
    """(kind, length) of the TLS records of one direction."""
    found, at = [], 0
    while at + RECORD_HEAD <= len(data):
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        found.append((data[at], length))
        at += RECORD_HEAD + length
    assert at == len(data)
    return found


def cast_over_tls(port: int, slug: str, casting: Casting) -> bytes:
    """What a phone does: looks, then casts."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    line = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=trusting)
    with closing(line):
        line.request("POST", f"/cast/{slug}/look", b"\1" + casting.code.encode())
        line.getresponse().read()
        line.request("POST", f"/cast/{slug}/", write_casting(casting))
        return line.getresponse().read()


def test_10_a_captured_hall_tells_nothing(tmp_path: Path) -> None:
    town = vote({LEADERS: 4, DELEGATES: 3, SERVICE: 3})
    town.open("hall")
    (item,) = town.items("hall")
    voters = [(name, code) for name in (LEADERS, DELEGATES, SERVICE) for code in town.slips[name]]
    castings = [
        town.casting(code, item, [place * 11] * 18 if place else [0xFFFF] * 18)
        for place, (_name, code) in enumerate(voters)
    ]
    # One of them tries with a code that is spent: that shows no more than a vote does.
    castings.append(town.casting(voters[0][1], item, [5] * 18))
    cert, key = certificate(tmp_path)
    shapes, everything = set(), b""
    with serving(1, "--tls-cert", str(cert), "--tls-key", str(key)) as server:
        for casting in castings:
            capture = Capture(server.port)
            answer = cast_over_tls(capture.port, town.poll.slug, casting)
            assert answer.startswith(b'{"answer"')
            capture.close()
            both = bytes(capture.sent), bytes(capture.received)
            # Without the first encrypted record of the server: the length of the signature in its
            # certificate differs by a byte or two, whoever asks.
            shape = tuple(tuple(r for r in records(part) if r[0] == 23) for part in both)
            shape = shape[0], shape[1][1:]
            shapes.add(shape)
            everything += both[0] + both[1]
    for casting in castings:
        for secret in (casting.code.encode(), casting.leaf, casting.tag, casting.answers[:36]):
            assert secret not in everything
    assert len(shapes) == 1, shapes
