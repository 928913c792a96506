"""An existing ledger of 5,000 rows comes in by Excel, through the pages: units in cells merged
over some rows, dates in words, one row of a hundred with a mistake. Prints the server's time of
each step (upload with the check of each row, the preview, the file back with its mistakes marked,
the commit) and its statements, for a quarter, half and all of the rows, so that what grows faster
than the rows is seen.

Run: python -m bench.ledger_import [--rows N] [--databases sqlite postgres]
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook

ROWS = 5_000
MERGED = 5
WRONG = 100
HEAD = ("事项", "内容", "分类", "牵头单位", "配合单位", "责任人", "整改措施", "挂账日期")
MORE = ("完成期限", "进度", "状态", "销号日期", "来源", "原编号", "涉及金额")


def workbook(rows: int) -> bytes:
    """A table as an office keeps it: a title above, every fifth row names the unit for five."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["云州市问题整改台账"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEAD + MORE))
    sheet.append([*HEAD, *MORE])
    for n in range(rows):
        begun = date(2024, 1, 5) + timedelta(days=n % 500)
        due = begun + timedelta(days=90)
        unit = f"第{n // MERGED % 120 + 1}局" if n % MERGED == 0 else None
        closed = f"{due:%Y.%m.%d}" if n % 3 == 0 else None
        sheet.append(
            [
                f"第{n}件：窗口服务整改不到位",
                "点评指出的问题，要举一反三。" * 5,
                f"分类{n % 6}",
                unit,
                f"第{n % 119 + 2}局" if n % 4 == 0 else None,
                f"干部{n % 300}",
                "逐项整改，倒排工期。" * 5,
                f"{begun.year}年{begun.month}月{begun.day}日",
                "年底前" if n % WRONG == 7 else f"{due.year}年{due.month}月{due.day}日",
                None if closed else n % 100,
                "已销号" if closed else "整改中",
                closed,
                f"第{n % 40}次会议",
                f"老{n}",
                n * 3,
            ]
        )
    for first in range(3, rows + 3, MERGED):
        last = min(first + MERGED - 1, rows + 2)
        sheet.merge_cells(start_row=first, end_row=last, start_column=4, end_column=4)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def run(rows: int) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from bench.ledger import make  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from pingyi.apps.ledger.enums import ColumnKind  # noqa: PLC0415
    from pingyi.apps.ledger.models import Campaign, Entry  # noqa: PLC0415
    from pingyi.apps.people.models import Account  # noqa: PLC0415

    settings.SECOND_FACTOR_ROLES = []
    call_command("migrate", verbosity=0)
    make(20_000)
    client: Any = Client(headers={"host": "127.0.0.1"})
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Account.objects.get(username="organiser"), backend=backend)
    print(f"\n{connection.vendor}, into a ledger of 20,000 entries")
    print("| rows   | step    | seconds |  CPU s | statements |")
    print("| ------ | ------- | ------- | ------ | ---------- |")

    def measured(name: str, size: int, call: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as asked:
            wall, cpu = time.perf_counter(), time.process_time()
            answer = call()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert answer.status_code in (200, 302), (name, answer.status_code, answer.content[:2000])
        print(f"| {size:6,} | {name:<7} | {wall:7.2f} | {cpu:6.2f} | {len(asked):10} |", flush=True)
        return answer

    own = [
        ["old", "原编号", ColumnKind.TEXT, []],
        ["money", "涉及金额", ColumnKind.NUMBER, []],
    ]
    for size in (rows // 4, rows // 2, rows):
        campaign = Campaign.objects.create(title=f"旧台账{size}", columns=own)
        before = Entry.objects.count()
        file = SimpleUploadedFile("旧台账.xlsx", workbook(size))
        address = f"/ledger/import/into/{campaign.pk}/"
        answer = measured("upload", size, lambda a=address, f=file: client.post(a, {"file": f}))
        draft = answer["Location"]
        measured("preview", size, lambda d=draft: client.get(d))
        measured("marked", size, lambda d=draft: client.get(f"{d}marked/"))
        measured("commit", size, lambda d=draft: client.post(d, {"skip_errors": "on"}))
        made = Entry.objects.count() - before
        wanted = size - len(range(7, size, WRONG))
        assert made == wanted, (made, wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        run(given.rows)
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for database in given.databases:
        from bench.intake import environment_of  # noqa: PLC0415

        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-m", "bench.ledger_import", "--inside"]
            command += ["--rows", str(given.rows)]
            subprocess.run(command, env=environment_of(database, home), check=True)


if __name__ == "__main__":
    main()
