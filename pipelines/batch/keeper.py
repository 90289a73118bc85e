"""The keeper: leads a session of programs and stops every process of that session before it ends.

Airflow puts each task in a process group of its own, but nothing leaves the session, so the session is what is
stopped. The keeper ends when its standard input closes. The kernel closes that also when the one who started us
is killed without a chance to clean up.

Run as `python -m pipelines.batch.keeper` in a new session. Each line of standard input is a JSON object of programs
to start: name → {"command": [...], "log": path}. When a program ends by itself its name is printed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from pipelines.store import Json

GRACE_SECONDS = 8.0


def members(session: int) -> list[int]:
    """Living processes of a session but for its leader."""
    found = []
    for pid in psutil.pids():
        try:
            if pid != session and os.getsid(pid) == session and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue
    return found


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def stop_members(session: int, grace: float = GRACE_SECONDS) -> None:
    """Ask every process of a session to end, and after `grace` seconds end those that have not."""
    _signal(members(session), signal.SIGTERM)
    deadline = time.monotonic() + grace
    while members(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    # Again and again: one of them may start another while it is being stopped.
    while left := members(session):
        _signal(left, signal.SIGKILL)
        time.sleep(0.05)


def _line() -> bytes:
    """The next line, nothing at the end. Unbuffered, so that `select` sees what follows."""
    line = b""
    while not line.endswith(b"\n") and (part := os.read(0, 1)):
        line += part
    return line


def _start(programs: dict[str, Json]) -> dict[str, subprocess.Popen[bytes]]:
    started = {}
    for name, program in programs.items():
        with Path(program["log"]).open("ab") as log:
            started[name] = subprocess.Popen(
                program["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
    return started


def keep() -> None:
    """Start programs as they are named, until standard input or a program ends; then stop the session."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        while not (ended := [name for name, program in started.items() if program.poll() is not None]):
            if not select.select([sys.stdin], [], [], 0.3)[0]:
                continue
            line = _line()
            if not line:
                break
            started |= _start(json.loads(line))
        sys.stdout.write("\n".join(ended))
        sys.stdout.flush()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_members(os.getpid())


if __name__ == "__main__":
    keep()
