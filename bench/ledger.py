"""The pages of a ledger of 100,000 entries: the list with its filters, the board, the timeline, the
statistics, the desk, as an organiser and as a unit's clerk. Prints the server's time for each (best
and middle of some calls, in one process, template included), its processor time and its statements,
and where the aim of 150 ms is missed: by processor time with SQLite, which runs in the process, so
that other work on the machine counts for little; by the clock with PostgreSQL.

Run: python -m bench.ledger [--entries N] [--times N] [--databases sqlite postgres]
     [--pages desk statistics]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from typing import Any

AIM = 150
"""Milliseconds of server time for a page."""
UNITS = 120
ADDRESSES = {
    "list": "",
    "list, last page": "?end=1",
    "list by due date": "?sort=due_on",
    "by state": "?state=rectifying&sort=due_on",
    "by light": "?light=red",
    "by campaign": "?campaign=1&sort=due_on",
    "by words, many": "?words=清淤",
    "by words, few": "?words=第77777件",
    "by words, none": "?words=没有这样的事",
    "by number": "?words=2026-04242",
    "overdue": "?view=overdue&sort=due_on",
    "to supervise": "?view=to_supervise",
    "to do": "?view=to_do",
    "one's own": "?view=own&sort=due_on",
    "board": "board/",
    "timeline": "timeline/",
    "statistics": "statistics/",
    "statistics by source": "statistics/?by=source_title",
}


def make(entries: int) -> None:
    """A city of 120 departments, four accounts, and the entries."""
    from pingyi.apps.ledger.enums import EntryState as S  # noqa: PLC0415 - needs Django set up
    from pingyi.apps.ledger.enums import Light  # noqa: PLC0415
    from pingyi.apps.ledger.models import Campaign, Entry, Support  # noqa: PLC0415
    from pingyi.apps.people.enums import Role, UnitKind  # noqa: PLC0415
    from pingyi.apps.people.models import Account, Grant, Unit  # noqa: PLC0415

    root = Unit(code="00", title="云州市", kind=UnitKind.AUTHORITY)
    Unit.objects.add_root(instance=root)
    units = []
    for n in range(UNITS):
        root.refresh_from_db()
        kind = UnitKind.MUNICIPAL_DEPARTMENT
        made = Unit(code=f"{n + 1:03}", title=f"第{n + 1}局", kind=kind)
        Unit.objects.add_child(root, instance=made)
        units.append(made)
    since = date(2016, 1, 1)
    for name, role, unit in (
        ("organiser", Role.ORGANISER, None),
        ("handler", Role.UNIT_HANDLER, units[0]),
    ):
        account = Account.objects.create(username=name, name=name, must_change_password=False)
        Grant.objects.create(account=account, role=role, unit=unit, since=since)
    campaigns = [Campaign.objects.create(title=f"专项{n + 1}") for n in range(4)]
    today = date.today()
    states = [S.REGISTERED, S.ACCEPTED, S.RECTIFYING, S.RECTIFYING, S.APPLIED, *[S.CLOSED] * 5]
    lights = [Light.GREEN, Light.YELLOW, Light.RED, Light.BLUE]
    rows = []
    for n in range(entries):
        state, unit = states[n * 7 % 10], units[n * 31 % UNITS]
        due = today + timedelta(days=n * 13 % 700 - 500)
        rows.append(
            Entry(
                number=f"{2024 + n * 3 // entries}-{n:05}",
                campaign=campaigns[n % 4],
                title=f"第{n}件：{'河道清淤' if n % 20 == 0 else '窗口服务'}整改不到位",
                text="点评指出的问题。" * 10,
                category=f"分类{n % 6}",
                state=state,
                lead_unit=unit,
                lead_title=unit.title,
                person_name=f"干部{n % 500}",
                source_title=f"第{n % 40}次会议",
                measures="逐项整改。" * 10,
                registered_on=due - timedelta(days=60),
                moved_on=due - timedelta(days=30),
                due_on=due if n % 30 else None,
                progress=100 if state == S.CLOSED else n % 100,
                closed_on=min(today, due) if state == S.CLOSED else None,
                light=Light.GREEN if state == S.CLOSED else lights[n % 4],
            )
        )
    Entry.objects.bulk_create(rows, batch_size=2_000)
    helped = [Support(entry=row, unit=units[0], title="第1局") for row in rows[::200]]
    Support.objects.bulk_create(
        (one for one in helped if one.entry.lead_unit != units[0]), batch_size=1_000
    )


def run(entries: int, times: int, only: tuple[str, ...]) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from pingyi.apps.people.models import Account  # noqa: PLC0415

    settings.SECOND_FACTOR_ROLES = []
    call_command("migrate", verbosity=0)
    at = time.perf_counter()
    if not Account.objects.exists():
        make(entries)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"\n{connection.vendor}: {entries:,} entries, made in {time.perf_counter() - at:.0f} s")
    print(f"| {'page':<24} | as | best ms | middle ms | CPU ms | statements |")
    print("| --- | --- | --- | --- | --- | --- |")
    for username in ("organiser", "handler"):
        client: Any = Client(headers={"host": "127.0.0.1"})
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(Account.objects.get(username=username), backend=backend)
        pages = {"desk": "/desk/", **{k: f"/ledger/{path}" for k, path in ADDRESSES.items()}}
        pages = {name: path for name, path in pages.items() if name.startswith(only)}
        for name, address in pages.items():
            client.get(address)
            walls, cpus = [], []
            for _call in range(times):
                wall, cpu = time.perf_counter(), time.process_time()
                answer = client.get(address)
                walls.append(1000 * (time.perf_counter() - wall))
                cpus.append(1000 * (time.process_time() - cpu))
                assert answer.status_code == 200, (address, answer.status_code)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            served = min(cpus) if connection.vendor == "sqlite" else min(walls)
            mark = "" if served < AIM else "  **over**"
            middle = statistics.median(walls)
            print(
                f"| {name:<24} | {username:<9} | {min(walls):7.0f} | {middle:7.0f} "
                f"| {min(cpus):7.0f} | {len(asked):3} |{mark}",
                flush=True,
            )
            if os.environ.get("SLOW") and min(walls) > AIM:
                for query in sorted(asked, key=lambda one: -float(one["time"]))[:3]:
                    print("     ", query["time"], query["sql"][:1500])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--home", help="a folder that keeps the data for the next run")
    parser.add_argument("--pages", nargs="+", default=[""], help="how the names of pages begin")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        run(given.entries, given.times, tuple(given.pages))
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for database in given.databases:
        from bench.intake import environment_of  # noqa: PLC0415

        with tempfile.TemporaryDirectory() as some:
            environment = environment_of(database, given.home or some)
            command = [sys.executable, "-m", "bench.ledger", "--inside"]
            command += ["--entries", str(given.entries), "--times", str(given.times)]
            command += ["--pages", *given.pages]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
