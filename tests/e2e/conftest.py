"""A small drop folder and the `huiliu` command as a person starts it: in a process of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipelines.settings import PROJECT
from tests.pipeline import exports as make

COMMAND = [sys.executable, "-c", "from pipelines.cli.main import run_cli; run_cli()"]


def environment(home: Path) -> dict[str, str]:
    """The environment of a command on `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUILIU_", "AIRFLOW_"))}
    return {**kept, "HUILIU_HOME": str(home)}


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start `huiliu …` on `home`; standard error goes where standard output goes."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(home),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(running: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and output of a started command."""
    said, _ = running.communicate(timeout=1500)
    return running.returncode, said


def huiliu(home: Path, *arguments: str) -> str:
    """Run `huiliu …` on `home` to success; its output."""
    code, said = finish(start(home, *arguments))
    assert code == 0, said
    return said


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """Rows of a query on a SQLite database."""
    with sqlite3.connect(path) as database:
        return database.execute(query).fetchall()


def living(home: Path) -> list[str]:
    """Command lines of all processes that were started for `home`, whatever group or session they are in."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HUILIU_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def wait_for(condition: Callable[[], object], what: str, seconds: float = 600) -> None:
    """Wait until `condition()` holds. The limit is only there so that a broken run ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six deliveries of four datasets: bad rows, a repetition, a repeated delivery and a truncated archive."""
    folder = tmp_path_factory.mktemp("exports")
    first = [make.drug_user(serial) for serial in range(1, 31)]
    spoilt = [*first, first[0], make.drug_user(31, 姓名=""), make.drug_user(32, 初次查获日期="2025-02-30")]
    make.deliver_users(folder, "u1", first, exported_at="2025-09-30T23:00:00")
    make.deliver_users(folder, "u2", spoilt)
    archive = make.zip_bytes(make.csv_text(first).encode("gb18030"))
    make.deliver(folder, "police/police_drug_user", "u3", {"u3.zip": archive[:-40]}, exported_at="2025-11-30T23:00:00")
    make.deliver_handovers(folder, "h1", [make.handover(serial) for serial in range(1, 16)])
    prisoners = [make.prisoner(serial) for serial in range(1, 13)]
    make.deliver(folder, "justice/prison_admission", "p1", {"p1.xlsx": make.workbook_bytes(prisoners)}, rows=12)
    page = make.page_bytes([make.facility_month("F1", "2025-09")])
    make.deliver(folder, "health/health_facility_month", "f1", {"page-0001.json": page}, rows=1)
    return folder
