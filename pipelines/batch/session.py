"""Programs of one session, of which nothing is left afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.batch.keeper import GRACE_SECONDS, stop_members


class SessionError(RuntimeError):
    """A program of the session ended by itself; says which and where its log is."""


class Session:
    """A running session of programs, each writing to `<name>.log`."""

    def __init__(self, keeper: subprocess.Popen[bytes], logs: Path) -> None:
        self._keeper = keeper
        self.logs = logs

    @property
    def session_id(self) -> int:
        """The id by which the kernel knows the session and all its processes."""
        return self._keeper.pid

    def start(self, programs: dict[str, list[str]]) -> None:
        """Start these programs, by name, in the session."""
        listed = {
            name: {"command": command, "log": str(self.logs / f"{name}.log")} for name, command in programs.items()
        }
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(json.dumps(listed).encode() + b"\n")
        self._keeper.stdin.flush()

    def check(self) -> None:
        """Raise SessionError when a program has ended."""
        if self._keeper.poll() is None:
            return
        ended = self._keeper.stdout.read().decode().split() if self._keeper.stdout else []
        where = ", ".join(str(self.logs / f"{name}.log") for name in ended) or self.logs
        raise SessionError(f"{', '.join(ended) or 'the keeper'} ended by itself; see the end of {where}")

    def stop(self) -> None:
        """Stop every process of the session and wait until none is left."""
        if self._keeper.stdin:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(GRACE_SECONDS + 10)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        # Nothing to do unless the keeper itself was killed.
        stop_members(self.session_id, grace=0)


@contextmanager
def session(programs: dict[str, list[str]], environment: dict[str, str], logs: Path) -> Iterator[Session]:
    """Start the programs in a session of their own and stop all of it when the block is left, however."""
    logs.mkdir(parents=True, exist_ok=True)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "pipelines.batch.keeper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    running = Session(keeper, logs)
    try:
        running.start(programs)
        yield running
    finally:
        running.stop()
