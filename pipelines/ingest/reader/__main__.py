"""Entry point of the sandbox: a server that forks a process for each job; there limits come first, then the job."""

from __future__ import annotations

import json
import os
import resource
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from pipelines.ingest.reader.delimited import read_csv
from pipelines.ingest.reader.json_pages import read_json
from pipelines.ingest.reader.rows import Rows, Unreadable
from pipelines.ingest.reader.workbook import read_xlsx
from pipelines.ingest.reader.xml_records import read_xml

READERS = {"csv": read_csv, "json": read_json, "xlsx": read_xlsx, "xml": read_xml}
OPEN_FILES = 64
# What reaches the network or starts another program; no reader needs it.
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "pty.",
    "ftplib.",
    "urllib.",
)


class WithoutPandas(MetaPathFinder):
    """Arrow looks for pandas when it meets its first list: seconds and a hundred megabytes nothing here uses."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Says that there is no pandas, and leaves every other name to the finders after it."""
        if fullname == "pandas":
            raise ModuleNotFoundError("the reader works without pandas", name=fullname)


def _limit(job: dict[str, Any]) -> None:
    """Memory, time, size of what is written and open files; what exceeds them ends this process."""
    for limit, value in (
        (resource.RLIMIT_AS, job["memory_bytes"]),
        (resource.RLIMIT_CPU, job["seconds"]),
        (resource.RLIMIT_FSIZE, job["output_bytes"]),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def forbid(out: Path) -> None:
    """Refuse, for the rest of this process, the network, other programs and files outside `out`."""
    inside = f"{out}/"

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is forbidden while a delivery is read")
        if event == "open" and isinstance(arguments[0], str):
            mode, flags = arguments[1], arguments[2]
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & 3)
            if writes and not arguments[0].startswith(inside):
                raise PermissionError("a file outside its folder is forbidden while a delivery is read")

    sys.addaudithook(audit)


def main(job_path: str) -> int:
    """Read one job; leaves a reading.json unless the process itself is killed."""
    sys.meta_path.insert(0, WithoutPandas())
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    out = Path(job["out"])
    _limit(job)
    forbid(out)
    reading: dict[str, Any] = {"error": None, "headers": [], "width": 0, "rows": 0, "non_data": 0}
    try:
        rows = Rows(out, job["headers"])
        READERS[job["format"]](job, rows)
        rows.close()
        reading |= {"headers": rows.found, "width": rows.width, "rows": rows.count, "non_data": rows.non_data}
    except Unreadable as error:
        reading["error"] = str(error)
    except MemoryError:
        reading["error"] = f"{_name(job)}: reading it takes more memory than allowed; send it in smaller deliveries"
    except OSError as error:
        reading["error"] = f"{_name(job)}: its rows could not be written ({error.strerror}); send smaller deliveries"
    (out / "reading.json").write_text(json.dumps(reading, ensure_ascii=False), encoding="utf-8")
    return 0


def _name(job: dict[str, Any]) -> str:
    return Path(job["files"][0]).name if job["files"] else "the delivery"


def _apart(job_path: str) -> int:
    """Run one job in a process forked from this one, which stays as it was; how that one ended."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        # It can speak neither to who asks nor for who answers.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = main(job_path)
    finally:
        os._exit(code)


def serve() -> None:
    """Run the jobs named by the lines of standard input, one after the other, and print how each ended: exit code,
    or minus the signal."""
    for line in sys.stdin:
        sys.stdout.write(f"{_apart(line.rstrip())}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
