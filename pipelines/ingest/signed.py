"""What an office fills in by hand and signs for: the filled lines of a workbook as a delivery like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from pipelines.contracts import Contract
from pipelines.ingest.delivery import MANIFEST, content_hash, landed_deliveries
from pipelines.ingest.land import land
from pipelines.ingest.reader.workbook import cell_text
from pipelines.ingest.returns import write_text
from pipelines.ingest.workbooks import open_filled
from pipelines.store import Store, write_json

# A workbook filled in by hand is small; what is larger is none.
LARGEST_BYTES = 8 << 20
Line = dict[str, str]


@dataclass(frozen=True)
class Signature:
    """Who answers for the values, of which office, and the day of signing."""

    name: str
    office: str
    day: date


def _text(value: Any) -> str:
    return (cell_text(value) or "").strip().removeprefix("'")


def filled_lines(contract: Contract, path: Path, columns: tuple[str, ...], written_by: str) -> list[Line]:
    """Lines of the first sheet below its header, by our column names, as text; empty cells are empty text.

    Raises ValueError when it is no workbook or lacks a column; `written_by` is the command whose workbook it must be.
    """
    sheet = open_filled(path, LARGEST_BYTES).worksheets[0]
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    wanted = [contract.column(name).header for name in columns]
    start = next((place for place, row in enumerate(rows) if set(wanted) <= set(row)), None)
    if start is None:
        raise ValueError(f"{path.name} lacks a column of {', '.join(wanted)}; use a workbook of `{written_by}`")
    places = {name: rows[start].index(contract.column(name).header) for name in columns}
    return [{name: row[place] for name, place in places.items()} for row in rows[start + 1 :]]


def _write_delivery(
    contract: Contract,
    lines: list[Line],
    now: datetime,
    at: Path,
    period: tuple[date, date] | None,
) -> None:
    """A workbook as the contract agrees it, and its manifest, in the folder of one delivery."""
    book = openpyxl.Workbook()
    sheet = book.active
    write_text(sheet, 1, 1, contract.title_zh)
    for place, column in enumerate(contract.columns, start=1):
        write_text(sheet, 2, place, column.header)
        for number, line in enumerate(lines, start=3):
            write_text(sheet, number, place, line[column.name])
    file = at / f"{at.name}.xlsx"
    book.save(file)
    manifest = {
        "delivery_id": at.name,
        "dataset": contract.dataset,
        "received_at": now.isoformat(timespec="seconds"),
        "exported_at": now.isoformat(timespec="seconds"),
        "rows": len(lines),
        "files": [file.name],
        "sha256": content_hash([file]),
    }
    if period:
        manifest["period"] = {"start": str(period[0]), "end": str(period[1])}
    write_json(at / MANIFEST, manifest)


def hand_in(
    store: Store,
    contract: Contract,
    lines: list[Line],
    signed: Signature,
    now: datetime,
    *,
    name: str,
    period: tuple[date, date] | None = None,
    status: str = "增",
) -> str:
    """Land lines with their signature; returns the delivery id, which is judged and staged like any other.

    `name` begins the id, `status` is the kind of change. Raises ValueError when the signature is not whole.
    """
    if not signed.name.strip() or not signed.office.strip():
        raise ValueError("what is handed in needs the name and the office of who answers for it: --name and --office")
    if signed.day > now.date():
        raise ValueError(f"--date {signed.day} lies in the future; give the day of signing")
    # Times have whole seconds, and of two deliveries of one second nobody could say which holds.
    taken = {delivery.manifest.get("exported_at") for delivery in landed_deliveries(store, contract.dataset).values()}
    while now.isoformat(timespec="seconds") in taken:
        now += timedelta(seconds=1)
    at = now.isoformat(sep=" ", timespec="seconds")
    tail = {"signed_by": signed.name, "signed_office": signed.office, "signed_date": signed.day.isoformat()}
    tail |= {"exported_at": at, "record_status": status, "updated_at": at}
    with TemporaryDirectory() as scratch:
        offered = Path(scratch) / f"{name}-{now:%Y%m%d-%H%M%S-%f}"
        offered.mkdir()
        _write_delivery(contract, [line | tail for line in lines], now, offered, period)
        (delivery_id,) = land(store, contract, Path(scratch))
    return delivery_id
