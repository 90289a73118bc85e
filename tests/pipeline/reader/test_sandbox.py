"""The server that forks a reader for each delivery: how it ends, and what it survives."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from pipelines.ingest import sandbox
from pipelines.settings import PROJECT


def _job(folder: Path, text: str = "甲,乙\n1,2\n", **limits: int) -> Path:
    """A job that reads a CSV of two columns."""
    folder.mkdir()
    (folder / "a.csv").write_text(text, encoding="utf-8")
    job = {
        "files": [str(folder / "a.csv")],
        "format": "csv",
        "options": {"encoding": "utf-8", "delimiter": ","},
        "headers": ["甲", "乙"],
        "date_headers": [],
        "out": str(folder),
        "limit_bytes": 1 << 20,
        "output_bytes": 1 << 20,
        "memory_bytes": 2 << 30,
        "seconds": 30,
    } | limits
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    return folder / "job.json"


def _rows(folder: Path) -> int:
    return int(json.loads((folder / "reading.json").read_text(encoding="utf-8"))["rows"])


def _servers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "pipelines.ingest.reader" in child.cmdline()]


def test_one_server_reads_job_after_job_and_outlives_a_reader_that_is_stopped(tmp_path: Path) -> None:
    assert sandbox.run_reader(_job(tmp_path / "1"), 60) == 0
    (server,) = _servers()
    assert sandbox.run_reader(_job(tmp_path / "2", "甲,乙\n" + "1,2\n" * 99, output_bytes=50), 60) != 0
    assert sandbox.run_reader(_job(tmp_path / "3"), 60) == 0
    assert _rows(tmp_path / "1") == _rows(tmp_path / "3") == 1
    assert _servers() == [server]


def test_a_server_that_was_killed_is_replaced(tmp_path: Path) -> None:
    assert sandbox.run_reader(_job(tmp_path / "1"), 60) == 0
    (server,) = _servers()
    server.kill()
    server.wait()
    assert sandbox.run_reader(_job(tmp_path / "2"), 60) == 0
    assert _rows(tmp_path / "2") == 1


def test_a_reader_that_does_not_end_is_stopped_with_its_server(tmp_path: Path) -> None:
    assert sandbox.run_reader(_job(tmp_path / "1"), 60) == 0
    (server,) = _servers()
    # Opening a pipe nobody writes to takes no time of the processor, so no limit of the kernel ends it.
    (tmp_path / "2").mkdir()
    os.mkfifo(tmp_path / "2" / "job.json")
    assert sandbox.run_reader(tmp_path / "2" / "job.json", 0.5) == -signal.SIGXCPU
    assert not server.is_running()
    assert sandbox.run_reader(_job(tmp_path / "3"), 60) == 0


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_process_that_asks_is_gone(tmp_path: Path, signal_number: int) -> None:
    job = _job(tmp_path / "1")
    asking = (
        "import time\nfrom pathlib import Path\nfrom pipelines.ingest.sandbox import run_reader\n"
        f"print(run_reader(Path({str(job)!r}), 60), flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", asking], stdout=subprocess.PIPE, cwd=PROJECT)
    assert process.stdout is not None
    assert process.stdout.readline() == b"0\n"
    (server,) = psutil.Process(process.pid).children()
    process.send_signal(signal_number)
    process.wait()
    process.stdout.close()
    with suppress(psutil.TimeoutExpired):
        server.wait(10)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
