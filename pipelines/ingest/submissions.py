"""Signed submissions: a form to fill in, and a filled form as a delivery of `commission_register`.

What no system records (meetings, budgets, staff) is known from an office that answers for it, never inferred. The
form lists the items of the seed `submission_item`; a line left empty is not submitted, and that is not zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pipelines.codes import code_list
from pipelines.contracts import Contract
from pipelines.ingest.delivery import MANIFEST, content_hash
from pipelines.ingest.land import land
from pipelines.ingest.reader.workbook import cell_text
from pipelines.ingest.returns import period_of, write_text
from pipelines.ingest.workbooks import open_filled
from pipelines.store import Store, write_json

DATASET = "commission_register"
# What a clerk fills in or has filled in for him; the signature is given once, when the form is handed in.
FORM_COLUMNS = ("region_code", "period_id", "item_code", "indicator_id", "submitted_value")
ITEM_NAME = "项目名称"
TITLE = "禁毒办填报"
# A form is small; what is larger is no form.
LARGEST_BYTES = 8 << 20
# Of the columns of the form, in their order.
_WIDTHS = (20, 20, 28, 20, 36, 16)


@dataclass(frozen=True)
class Signature:
    """Who answers for the values, of which office, and the day of signing."""

    name: str
    office: str
    day: date


def items_in_force(day: date) -> list[dict[str, str]]:
    """The items of the seed that may be submitted on a day."""
    return [
        item
        for item in code_list("submission_item")
        if item["valid_from"] <= day.isoformat() and (not item["valid_to"] or day.isoformat() < item["valid_to"])
    ]


def _headers(contract: Contract) -> list[str]:
    headers = [contract.column(name).header for name in FORM_COLUMNS]
    return [*headers[:-1], ITEM_NAME, headers[-1]]


def write_form(contract: Contract, region_code: str, period: str, path: Path) -> int:
    """Write the form of one region and period (`2024`, `2024Q2`, `2024-05`); returns its number of items.

    Raises ValueError for a period that is none, FileExistsError where a file is in the way.
    """
    start, _ = period_of(period)
    if path.exists():
        raise FileExistsError(f"{path} is there already; name another file with --out")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "填报"
    write_text(sheet, 1, 1, f"{TITLE} {region_code} {period}(不填的行视为未报,不作零)").font = Font(bold=True)
    for place, header in enumerate(_headers(contract), start=1):
        write_text(sheet, 2, place, header).font = Font(bold=True)
    items = items_in_force(start)
    for line, item in enumerate(items, start=3):
        known = (region_code, period, item["item_code"], item["indicator_id"], item["item_name_zh"], "")
        for place, value in enumerate(known, start=1):
            write_text(sheet, line, place, value)
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A3"
    book.save(path)
    return len(items)


def read_form(contract: Contract, path: Path) -> list[dict[str, str]]:
    """The filled lines of a form, by column name, as text. Raises ValueError when it is no form or has no value."""
    sheet = open_filled(path, LARGEST_BYTES).worksheets[0]
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    wanted = _headers(contract)
    start = next((place for place, row in enumerate(rows) if set(wanted) <= set(row)), None)
    if start is None:
        raise ValueError(f"{path.name} lacks a column of {', '.join(wanted)}; use a form of `huiliu submit form`")
    places = {name: rows[start].index(contract.column(name).header) for name in FORM_COLUMNS}
    lines = [{name: row[place] for name, place in places.items()} for row in rows[start + 1 :]]
    filled = [line for line in lines if line["submitted_value"]]
    if not filled:
        raise ValueError(f"{path.name} has no value in the column {contract.column('submitted_value').header}")
    return filled


def _text(value: Any) -> str:
    return (cell_text(value) or "").strip().removeprefix("'")


def _write_delivery(
    contract: Contract, lines: list[dict[str, str]], signed: Signature, now: datetime, at: Path
) -> None:
    """A workbook as the contract agrees it, and its manifest, in the folder of one delivery."""
    tail = {
        "signed_by": signed.name,
        "signed_office": signed.office,
        "signed_date": signed.day.isoformat(),
        "exported_at": now.isoformat(sep=" ", timespec="seconds"),
        "record_status": "增",
        "updated_at": now.isoformat(sep=" ", timespec="seconds"),
    }
    book = openpyxl.Workbook()
    sheet = book.active
    write_text(sheet, 1, 1, TITLE)
    for place, column in enumerate(contract.columns, start=1):
        write_text(sheet, 2, place, column.header)
        for number, line in enumerate(lines, start=3):
            write_text(sheet, number, place, {**line, **tail}[column.name])
    file = at / f"{at.name}.xlsx"
    book.save(file)
    periods = [period_of(line["period_id"]) for line in lines]
    manifest = {
        "delivery_id": at.name,
        "dataset": contract.dataset,
        "period": {"start": str(min(start for start, _ in periods)), "end": str(max(end for _, end in periods))},
        "received_at": now.isoformat(timespec="seconds"),
        "exported_at": now.isoformat(timespec="seconds"),
        "rows": len(lines),
        "files": [file.name],
        "sha256": content_hash([file]),
    }
    write_json(at / MANIFEST, manifest)


def submit(store: Store, contract: Contract, path: Path, signed: Signature, now: datetime) -> str:
    """Land a filled form with its signature; returns the delivery id, which is judged and staged like any other.

    Raises ValueError when the file is no form, is empty, has a period that is none, or the signature is not whole.
    """
    if not signed.name.strip() or not signed.office.strip():
        raise ValueError("a submission needs the name and the office of who answers for it: --name and --office")
    if signed.day > now.date():
        raise ValueError(f"--date {signed.day} lies in the future; give the day of signing")
    lines = read_form(contract, path)
    with TemporaryDirectory() as scratch:
        offered = Path(scratch) / f"submission-{now:%Y%m%d-%H%M%S-%f}"
        offered.mkdir()
        _write_delivery(contract, lines, signed, now, offered)
        (delivery_id,) = land(store, contract, Path(scratch))
    return delivery_id
