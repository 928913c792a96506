"""``pingyi account`` and ``pingyi audit``: as processes, on a home folder of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pingyi.apps.people.enums import ADMIN_ROLES


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def pingyi(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    # Tests on PostgreSQL name it in the environment: this program starts with what it is given.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PINGYI_")}
    return subprocess.run(
        [sys.executable, "-m", "pingyi.cli.main", *words],
        env={**kept, "PINGYI_HOME": str(home)},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_administrators_and_a_log_that_is_verified(home: Path) -> None:
    for role in sorted(ADMIN_ROLES):
        done = pingyi(home, "account", "create", role.value, "--name", "管理员", "--role", role)
        assert done.returncode == 0, done.stderr
        assert "初始密码" in done.stdout
    again = pingyi(home, "account", "create", "x1", "--name", "x", "--role", "audit_admin")
    assert again.returncode == 1
    assert "已有在用的审计管理员" in again.stderr
    short = pingyi(home, "account", "reset", "AUDIT_ADMIN", "--ask", typed="short\nshort\n")
    assert short.returncode == 2
    assert "10" in short.stderr
    assert pingyi(home, "account", "reset", "audit_admin").returncode == 0
    assert pingyi(home, "account", "reset", "nobody").returncode == 2
    whole = pingyi(home, "audit", "verify")
    assert whole.returncode == 0, whole.stderr
    assert "4 条记录首尾相连" in whole.stdout
    with sqlite3.connect(home / "pingyi.sqlite3") as database:
        database.execute("UPDATE base_auditentry SET actor_name = '改' WHERE number = 2")
    database.close()
    broken = pingyi(home, "audit", "verify")
    assert broken.returncode == 1
    assert "2  内容被改动" in broken.stdout
