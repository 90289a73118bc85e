"""Signed submissions: a form to fill in, and a filled form as a delivery of `commission_register`.

What no system records (meetings, budgets, staff) is known from an office that answers for it, never inferred. The
form lists the items of the seed `submission_item`; a line left empty is not submitted, and that is not zero.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pipelines.codes import codes_in_force
from pipelines.contracts import Contract
from pipelines.ingest.returns import period_of, write_text
from pipelines.ingest.signed import Line, Signature, filled_lines, hand_in
from pipelines.store import Store

DATASET = "commission_register"
# What a clerk fills in or has filled in for him; the signature is given once, when the form is handed in.
FORM_COLUMNS = ("region_code", "period_id", "item_code", "indicator_id", "submitted_value")
ITEM_NAME = "项目名称"
# Of the columns of the form, in their order.
_WIDTHS = (20, 20, 28, 20, 36, 16)


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
    write_text(sheet, 1, 1, f"{contract.title_zh} {region_code} {period}(不填的行视为未报,不作零)").font = Font(
        bold=True
    )
    for place, header in enumerate(_headers(contract), start=1):
        write_text(sheet, 2, place, header).font = Font(bold=True)
    items = codes_in_force("submission_item", start)
    for line, item in enumerate(items, start=3):
        known = (region_code, period, item["item_code"], item["indicator_id"], item["item_name_zh"], "")
        for place, value in enumerate(known, start=1):
            write_text(sheet, line, place, value)
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A3"
    book.save(path)
    return len(items)


def read_form(contract: Contract, path: Path) -> list[Line]:
    """The filled lines of a form, by column name, as text. Raises ValueError when it is no form or has no value."""
    lines = filled_lines(contract, path, FORM_COLUMNS, "huiliu submit form")
    filled = [line for line in lines if line["submitted_value"]]
    if not filled:
        raise ValueError(f"{path.name} has no value in the column {contract.column('submitted_value').header}")
    return filled


def submit(store: Store, contract: Contract, path: Path, signed: Signature, now: datetime) -> str:
    """Land a filled form with its signature; returns the delivery id, which is judged and staged like any other.

    Raises ValueError when the file is no form, is empty, has a period that is none, or the signature is not whole.
    """
    lines = read_form(contract, path)
    periods = [period_of(line["period_id"]) for line in lines]
    period = min(start for start, _ in periods), max(end for _, end in periods)
    return hand_in(store, contract, lines, signed, now, name="submission", period=period)
