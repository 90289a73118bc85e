"""Workbooks (.xlsx): titles, a one- or two-row header, data, totals and notes, on whichever sheet they are.

Hidden rows and columns are read like others: a filter somebody left on must not lose rows. Formulas count as the
value they last had.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.ingest.reader.containers import head_of, kind_of, readable
from pipelines.ingest.reader.rows import ERROR_CELL, Rows, Unreadable
from pipelines.ingest.reader.workbook_scan import Sheet, scan

# Rows among which the header is looked for.
HEADER_WITHIN = 10
TOTALS = ("合计", "总计", "小计")
# Serial day 0 of the 1904 system is day 1462 of the 1900 system.
_EPOCHS_APART = 1462

Cells = list[str | None]


def cell_text(value: Any) -> str | None:
    """The value of a cell as the text an agency would have written; None for an empty one."""
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


def _header_at(rows: list[Cells], agreed: set[str]) -> tuple[int, int, list[str]]:
    """How many agreed headers were found, the index of the first data row, and the headers.

    A merged two-row header has the group in the first row and the column in the second; where the second is
    empty, the cell of the first row (merged downwards) is the column.
    """
    best: tuple[int, int, list[str]] = (0, 0, [])
    for index in range(min(HEADER_WITHIN, len(rows))):
        single = [(cell or "").strip() for cell in rows[index]]
        candidates = [(index + 1, single)]
        if index + 1 < len(rows):
            below = [(cell or "").strip() for cell in rows[index + 1]]
            candidates.append((index + 2, [low or high for high, low in zip(single, below, strict=False)]))
        for first, header in candidates:
            hits = len(agreed & set(header))
            if hits > best[0]:
                best = (hits, first, header)
    return best


def _open(path: Path) -> Any:
    from python_calamine import CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except Exception as error:
        raise Unreadable(f"{path.name} is no readable workbook ({type(error).__name__}); send it again") from None


def _data_sheet(book: Any, names: list[str], agreed: set[str], name: str) -> tuple[str, int, list[str]]:
    """Name, first data row and headers of the one sheet that has the agreed headers."""
    found = []
    for sheet_name in names:
        top = book.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False, nrows=HEADER_WITHIN + 1)
        hits, first, header = _header_at([[cell_text(value) for value in row] for row in top], agreed)
        if hits >= max(2, len(agreed) // 3):
            found.append((hits, sheet_name, first, header))
    if not found:
        raise Unreadable(f"{name}: no header row was found among the first ten rows; keep the agreed headers")
    if len(found) > 1:
        raise Unreadable(f"{name} has the agreed headers on {len(found)} sheets; send the data on one sheet")
    return found[0][1:]


def _is_total(cells: Cells, labels: tuple[str, ...], width: int) -> bool:
    """Whether a row is a total: labelled as one among its first cells, and not filled like a data row."""
    filled = [cell.replace(" ", "").replace("\u3000", "") for cell in cells if cell]
    return len(filled) < width and any(cell.startswith(labels) for cell in filled[:2])


def _last_data(rows: list[Cells]) -> int:
    """Index after the last row with two filled cells; single cells below it are notes (制表人, 备注)."""
    for index in range(len(rows) - 1, -1, -1):
        if sum(bool(cell) for cell in rows[index]) > 1:
            return index + 1
    return 0


def _in_1900(value: Any) -> Any:
    """A bare serial number of the 1904 system as the same day of the 1900 system."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value + _EPOCHS_APART if is_number and value >= 0 else value


def _data(values: list[list[Any]], header: list[str], dates: set[str], is_1904: bool) -> list[Cells]:
    """Data rows as text."""
    if is_1904:
        places = [place for place, name in enumerate(header) if name in dates]
        for row in values:
            for place in places:
                row[place] = _in_1900(row[place])
    return [[cell_text(value) for value in row[: len(header)]] for row in values]


def _keep(data: list[Cells], first: int, errors: Sheet, job: dict[str, Any], rows: Rows) -> None:
    labels = (str(job["options"].get("totalsLabel", TOTALS[0])), *TOTALS)
    width, notes = len(rows.found), _last_data(data)
    agreed = [place + 1 for place, name in enumerate(rows.found) if name in rows.agreed]
    for index, cells in enumerate(data):
        line = first + index + 1
        wrong = any((line, column) in errors.errors for column in agreed)
        if not wrong and (index >= notes or not any(cells) or _is_total(cells, labels, width)):
            rows.non_data += 1
        else:
            rows.add(line, cells, ERROR_CELL if wrong else 0)


def read_xlsx(job: dict[str, Any], rows: Rows) -> None:
    """The sheet with the agreed headers; the line number of a row is its row in the sheet."""
    path, agreed = Path(job["files"][0]), set(job["headers"])
    head = head_of(path)
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable(f"{path.name} is {kind_of(head) or 'no .xlsx workbook'}; save it as .xlsx and send it again")
    with readable(path.name):
        scanned = scan(path, job["limit_bytes"])
    book = _open(path)
    name, first, header = _data_sheet(book, list(scanned.sheets), agreed, path.name)
    width = max((i + 1 for i, title in enumerate(header) if title), default=0)
    rows.header(header[:width], path.name)
    rows.non_data += first
    values = book.get_sheet_by_name(name).to_python(skip_empty_area=False)[first:]
    data = _data(values, rows.found, set(job["date_headers"]), scanned.is_1904)
    _keep(data, first, scanned.sheets[name], job, rows)
