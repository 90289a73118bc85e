"""The sandboxed reader: turns files nobody vouches for into rows of text, in a process of its own.

Run as `python -m pipelines.ingest.reader JOB.json`. The job names the files, the format and the limits. It
writes `text.parquet` (line_number, fields, then one text column per header found) and `reading.json`
(headers, row counts, error). A crash, a memory limit or a time limit ends this process and nothing else.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# A cell longer than this is no cell of any dataset; it stops a 300 MB line at its first megabyte.
LONGEST_CELL = 1_000_000
WIDEST_SHEET = 500
LONGEST_SHEET = 1_100_000


class Unreadable(ValueError):
    """The file cannot be read as what its contract says; the message says why and what to do."""


class Table:
    """Rows of text under one header, with the count of rows that are no data (titles, headers, totals, blanks)."""

    def __init__(self, header: list[str], non_data: int) -> None:
        self.header = header
        self.non_data = non_data
        self.lines: list[int] = []
        self.fields: list[int] = []
        self.cells: list[list[str | None]] = []

    def add(self, line: int, cells: list[str | None]) -> None:
        """Keep one data row, cut or padded to the header; `fields` remembers how many it had."""
        width = len(self.header)
        self.lines.append(line)
        self.fields.append(len(cells))
        self.cells.append((cells + [None] * width)[:width])


def _limited(stream: Any, limit: int, name: str) -> bytes:
    data: bytes = stream.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(f"{name} unpacks to more than {limit >> 20} MB; send it in smaller deliveries")
    return data


def _unpack(path: Path, container: str | None, limit: int) -> bytes:
    """The bytes inside a ZIP with exactly one file, a gzip stream, or the file itself."""
    if path.stat().st_size == 0:
        raise Unreadable(f"{path.name} is empty (0 bytes); export it again")
    try:
        if container == "zip":
            with zipfile.ZipFile(path) as archive:
                members = [info for info in archive.infolist() if not info.is_dir()]
                if len(members) != 1:
                    raise Unreadable(f"{path.name} holds {len(members)} files; send exactly one")
                with archive.open(members[0]) as stream:
                    return _limited(stream, limit, path.name)
        if container == "gzip":
            with gzip.open(path) as packed:
                return _limited(packed, limit, path.name)
        with path.open("rb") as plain:
            return _limited(plain, limit, path.name)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise Unreadable(f"{path.name} is damaged or cut off ({type(error).__name__}); send it again") from None
    except Exception as error:
        if type(error).__name__ == "error":  # zlib.error
            raise Unreadable(f"{path.name} is damaged or cut off (zlib); send it again") from None
        raise


def _decode(data: bytes, encoding: str, name: str) -> str:
    """Strict decoding; a UTF-8 or UTF-16 byte-order mark that contradicts the contract is named."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4096]:
        raise Unreadable(f"{name} is not {encoding} but looks like UTF-16; export it as {encoding}")
    if data[:3] == b"\xef\xbb\xbf":
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name} is not {encoding} (byte {error.start}); export it as {encoding}") from None


def read_csv(job: dict[str, Any]) -> Table:
    """CSV with a pinned dialect; an unterminated quote is an error, a blank line is no data."""
    path = Path(job["files"][0])
    options = job["options"]
    text = _decode(_unpack(path, options.get("container"), job["limit_bytes"]), options["encoding"], path.name)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=options["delimiter"], strict=True)
    try:
        header = next(rows, [])
        table = Table([cell.strip() for cell in header], 1)
        for cells in rows:
            if cells:
                table.add(rows.line_num, list(cells))
            else:
                table.non_data += 1
    except csv.Error as error:
        raise Unreadable(f"{path.name} line {rows.line_num}: {error}; export it again") from None
    return table


def _pages(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    key = job["options"]["itemsKey"]
    for name in job["files"]:
        path = Path(name)
        text = _decode(_unpack(path, None, job["limit_bytes"]), "utf-8", path.name)
        try:
            page = json.loads(text, parse_float=str, parse_int=str)
        except (json.JSONDecodeError, RecursionError):
            raise Unreadable(f"{path.name} is not valid JSON; fetch it again") from None
        if not isinstance(page, dict) or not isinstance(page.get(key), list):
            raise Unreadable(f"{path.name} has no list {key!r}; fetch it again")
        yield page


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    return json.dumps(value, ensure_ascii=False)


def read_json_pages(job: dict[str, Any]) -> Table:
    """Pages of JSON objects; a missing page or item means the set is not whole."""
    pages = list(_pages(job))
    if not pages:
        raise Unreadable("the delivery holds no page; fetch it again")
    wanted, total = int(pages[0].get("pages", 1)), int(pages[0].get("total", -1))
    items = [item for page in pages for item in page[job["options"]["itemsKey"]]]
    numbers = sorted(int(page["page"]) for page in pages if "page" in page)
    if not numbers and wanted == 1 and (total >= 0 or len(pages) == 1):
        pass  # pages by cursor bear no numbers; that they are whole shows in the total
    elif numbers != list(range(1, wanted + 1)) or len(numbers) != len(pages):
        raise Unreadable(f"{len(pages)} of {wanted} pages arrived; fetch the set again")
    if total >= 0 and total != len(items):
        raise Unreadable(f"{len(items)} of {total} items arrived; fetch the set again")
    header = list(dict.fromkeys(key for item in items for key in item)) if items else list(job["headers"])
    table = Table(header, 0)
    for line, item in enumerate(items, start=1):
        table.add(line, [_json_text(item.get(key)) for key in header])
    return table


def _cell_text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _check_workbook(path: Path, limit: int) -> None:
    """Refuse a workbook by its declared sizes before anything unpacks it."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > limit:
                raise Unreadable(f"{path.name} unpacks to more than {limit >> 20} MB; send smaller deliveries")
    except zipfile.BadZipFile:
        raise Unreadable(f"{path.name} is no workbook or is cut off; send it again") from None


def _header_at(rows: list[list[str | None]], expected: set[str]) -> tuple[int, list[str]]:
    """Index of the first data row and the headers, found as the best match among the first rows.

    A merged two-row header has the group in the first row and the column in the second; where the second is
    empty, the cell of the first row (merged downwards) is the column.
    """
    best: tuple[int, int, list[str]] = (0, 0, [])
    for index in range(min(10, len(rows))):
        single = [(cell or "").strip() for cell in rows[index]]
        candidates = [(index + 1, single)]
        if index + 1 < len(rows):
            below = [(cell or "").strip() for cell in rows[index + 1]]
            candidates.append((index + 2, [low or high for high, low in zip(single, below, strict=False)]))
        for first, header in candidates:
            hits = len(expected & set(header))
            if hits > best[0]:
                best = (hits, first, header)
    if best[0] < max(2, len(expected) // 3):
        raise Unreadable("no header row was found among the first ten rows; keep the agreed headers")
    return best[1], best[2]


def read_xlsx(job: dict[str, Any]) -> Table:
    """The first sheet of a workbook: titles, a one- or two-row header, data, totals."""
    from python_calamine import CalamineWorkbook

    path = Path(job["files"][0])
    if path.stat().st_size == 0:
        raise Unreadable(f"{path.name} is empty (0 bytes); export it again")
    _check_workbook(path, job["limit_bytes"])
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except Exception as error:
        raise Unreadable(f"{path.name} is no readable workbook ({type(error).__name__}); send it again") from None
    if sheet.total_width > WIDEST_SHEET or sheet.total_height > LONGEST_SHEET:
        raise Unreadable(f"{path.name} claims {sheet.total_height} rows × {sheet.total_width}; export only the data")
    rows = [[_cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    try:
        first, header = _header_at(rows, set(job["headers"]))
    except Unreadable as error:
        raise Unreadable(f"{path.name}: {error}") from None
    width = max((i + 1 for i, name in enumerate(header) if name), default=0)
    table = Table(header[:width], first)
    totals = str(job["options"].get("totalsLabel", "合计"))
    for line, cells in enumerate(rows[first:], start=first + 1):
        filled = [cell for cell in cells if cell]
        if not filled or (filled[0].strip().startswith(totals) and len(filled) < width):
            table.non_data += 1
        else:
            table.add(line, cells[:width])
    return table


READERS = {"csv": read_csv, "json": read_json_pages, "xlsx": read_xlsx}


def _write(table: Table, out: Path) -> None:
    columns: dict[str, Any] = {
        "line_number": pa.array(table.lines, pa.int64()),
        "fields": pa.array(table.fields, pa.int32()),
    }
    for index, name in enumerate(table.header):
        columns[name] = pa.array([row[index] for row in table.cells], pa.string())
    pq.write_table(pa.table(columns), out / "text.parquet")


def _duplicate_headers(header: list[str]) -> list[str]:
    return sorted({name for name in header if name and header.count(name) > 1})


def main(job_path: str) -> int:
    """Read one job under its limits; always leaves a reading.json unless the process itself is killed."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory_bytes"], job["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    out = Path(job["out"])
    reading: dict[str, Any] = {"error": None, "headers": [], "rows": 0, "non_data": 0}
    try:
        table = READERS[job["format"]](job)
        if repeated := _duplicate_headers(table.header):
            # Named only when agreed: a file without a header shows its first row here, which may name a person.
            named = [name for name in repeated if name in job["headers"]] or f"{len(repeated)} columns"
            raise Unreadable(f"the header names {named} more than once; keep one column of each")
        reading |= {"headers": table.header, "rows": len(table.lines), "non_data": table.non_data}
        _write(table, out)
    except Unreadable as error:
        reading["error"] = str(error)
    except MemoryError:
        reading["error"] = "reading it takes more memory than allowed; send it in smaller deliveries"
    (out / "reading.json").write_text(json.dumps(reading, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
