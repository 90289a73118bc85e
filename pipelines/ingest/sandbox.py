"""The sandbox deliveries are read in: each in a process of its own that has no settings, no network and limits.

One server per process of ours forks them. To start Python and Arrow anew for each delivery cost more than to read
most deliveries.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from pipelines.settings import PROJECT

# The reader sees none of our environment: no passwords, no settings.
READER_ENVIRONMENT = {
    "PYTHONPATH": str(PROJECT),
    "LC_ALL": "C.UTF-8",
    # Pools and threads of libraries reserve address space by the core; the limit is on address space.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
}


class _Server:
    """A running `python -m pipelines.ingest.reader`, which ends with us: its standard input closes."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.ingest.reader"],
            env=READER_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a reader says may quote the file.
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # The group is what is stopped; in our session it is found by those who stop all of a batch.
            process_group=0,
        )

    def read(self, job: Path, seconds: float) -> int | None:
        """How the reader of a job ended: exit code, or minus the signal; None when it did not in time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{job}\n".encode())
        except BrokenPipeError:
            return self.stop()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return None
        told = self._process.stdout.readline()
        return int(told) if told else self.stop()

    @property
    def is_alive(self) -> bool:
        """Whether it can take another job."""
        return self._process.poll() is None

    def stop(self) -> int:
        """End the server and the reader it waits for; its own exit code."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        return self._process.wait()


_servers: list[_Server] = []


def run_reader(job: Path, seconds: float) -> int:
    """Read one job in the sandbox; returns the exit code of the reader, or minus the signal that ended it."""
    server = _servers.pop() if _servers else None
    # The server of the process we were forked from answers that one.
    if server is None or server.owner != os.getpid() or not server.is_alive:
        server = _Server()
    code = server.read(job, seconds)
    if code is None:
        server.stop()
        return -signal.SIGXCPU
    if server.is_alive:
        _servers.append(server)
    return code
