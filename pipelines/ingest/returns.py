"""Return files: what an agency has to put right, as a workbook in its own headers with the reason of every row.

One workbook per agency, period and delivery: a correction names one delivery, and the offices behind one agency
must not see each other's rows. Every cell is text, so that an 18-digit number keeps its digits, and nothing in it
can act as a formula, neither in the workbook nor in a CSV somebody saves it as.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from pipelines.contracts import Contract
from pipelines.ingest.delivery import Delivery, landed_deliveries, receipt_of
from pipelines.ingest.explanations import DELIVERY_RULES, explanation
from pipelines.ingest.quarantine import Row, open_rows
from pipelines.ingest.resent import CORRECTION_OF, REASON, REFERENCE
from pipelines.ingest.workbooks import save_private
from pipelines.store import Json, Store

# What a spreadsheet takes for the beginning of a formula, or may after it has trimmed the cell.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
# Characters XML cannot hold.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4]))?")
_WRONG = PatternFill("solid", fgColor="FFF2CC")
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_WIDTHS = {REFERENCE: 10, REASON: 60}


@dataclass(frozen=True)
class ReturnFile:
    """One written return file and how many rows it holds."""

    path: Path
    dataset: str
    delivery_id: str
    rows: int


def period_of(text: str) -> tuple[date, date]:
    """[start, end) of a year `2025`, quarter `2025Q4` or month `2025-10`. Raises ValueError for anything else."""
    found = _PERIOD.fullmatch(text)
    if not found or (found[2] and not 1 <= int(found[2]) <= 12):
        raise ValueError(f"period {text!r}: give a year (2025), a quarter (2025Q4) or a month (2025-10)")
    year, month, quarter = int(found[1]), found[2], found[3]
    first = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    last = first + (0 if month else 2 if quarter else 11)
    return date(year, first, 1), date(year + last // 12, last % 12 + 1, 1)


def last_day(delivery: Delivery) -> date:
    """The last day a delivery is about; the day it was received when its sender did not say."""
    if delivery.period:
        return delivery.period[1] - timedelta(days=1)
    return date.fromisoformat(str(delivery.manifest["received_at"])[:10])


def safe_text(value: str | None) -> str:
    """A value as text that is no formula anywhere: what begins like one gets an apostrophe, which reading drops."""
    text = _UNWRITABLE.sub("□", value or "")
    return f"'{text}" if _FORMULA.match(text) else text


def write_text(sheet: Any, row: int, column: int, value: str | None) -> Any:
    """Write a cell of a workbook as text that is no formula; returns the cell."""
    cell = sheet.cell(row, column)
    cell.value = safe_text(value)
    # The library would make a formula of a leading `=` and a number of digits; text stays text.
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _data_sheet(sheet: Any, contract: Contract, rows: list[Row]) -> None:
    """One line per row: its line, the reasons, then the agency's columns, those at fault in colour."""
    sheet.title = "退回数据"
    headers = [REFERENCE, REASON, *contract.headers]
    for place, header in enumerate(headers, start=1):
        cell = write_text(sheet, 1, place, header)
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(header, 20)
    for line, row in enumerate(rows, start=2):
        words = [explanation(contract, rule_id) for rule_id in row.rule_ids]
        said = [f"{one.sentence_zh}{one.to_do_zh}" for one in words if one.severity != "critical"]
        write_text(sheet, line, 1, str(row.line_number))
        write_text(sheet, line, 2, "\n".join(said)).alignment = Alignment(wrap_text=True, vertical="top")
        wrong = {contract.column(one.column).header for one in words if one.column}
        for place, header in enumerate(contract.headers, start=3):
            cell = write_text(sheet, line, place, row.text[header])
            if header in wrong:
                cell.fill = _WRONG
    sheet.freeze_panes = "C2"


def _notes(contract: Contract, delivery: Delivery, receipt: Json, rows: list[Row]) -> list[str]:
    """What the agency must know, in Chinese; a refused delivery comes back whole."""
    start, end = delivery.period or (None, None)
    about = f"{start} 至 {end - timedelta(days=1)}" if start and end else "未注明"
    lines = [
        f"数据集:{contract.title_zh}({contract.dataset})",
        f"交付编号:{delivery.delivery_id}",
        f"数据期间:{about}",
        f"数据约定版本:{receipt['contract_version']}",
        f"退回行数:{len(rows)}",
        "",
    ]
    findings = [f["rule_id"] for f in receipt["findings"] if f["severity"] == "critical"]
    if receipt["status"] == "rejected":
        lines.append("本批整批退回,未载入任何一行。原因:")
        lines += [f"· {_finding(contract, rule_id)}" for rule_id in dict.fromkeys(findings)]
        lines += ["请修正后重新报送整批(含「退回数据」中未列出的各行)。", ""]
    return [
        *lines,
        "更正办法:",
        "1. 在业务系统中更正「退回数据」所列各行,只导出这些行,按原约定格式报送;或在本表中直接更正后报送本表。",
        f"2. 保留「{REFERENCE}」一列(可选),编号本身有误的行须凭它核销;「{REASON}」一列可删去。",
        "3. 使用新的交付编号,并在清单 manifest.json 中注明所更正的批次:",
        f'   "{CORRECTION_OF}": "{delivery.delivery_id}"',
        "4. 值前的单引号(')仅为防止表格软件将其当作公式,读取时自动去除。",
        "5. 本表含个人信息,请按原渠道传递,用后删除。",
    ]


def _finding(contract: Contract, rule_id: str) -> str:
    words = DELIVERY_RULES.get(rule_id) or explanation(contract, rule_id)
    return f"{words.sentence_zh}{words.to_do_zh}"


def _own_faults(contract: Contract, rows: list[Row]) -> list[Row]:
    """Rows that are at fault themselves: those of a refused delivery that break no rule come back with the whole."""
    return [row for row in rows if any(explanation(contract, rule_id).severity == "error" for rule_id in row.rule_ids)]


def write_return(contract: Contract, delivery: Delivery, receipt: Json, rows: list[Row], path: Path) -> None:
    """Write one return file, readable by its owner alone; a file of that name is replaced."""
    book = Workbook()
    _data_sheet(book.active, contract, rows)
    notes = book.create_sheet("说明")
    notes.column_dimensions["A"].width = 110
    for line, text in enumerate(_notes(contract, delivery, receipt, rows), start=1):
        write_text(notes, line, 1, text)
    save_private(book, path)


def _answered(store: Store, contract: Contract, refused: Delivery) -> bool:
    """Whether a refused delivery was answered: by a correction, or by another delivery about the same period."""
    others = landed_deliveries(store, contract.dataset).values()
    return any(
        receipt_of(store, contract.dataset, other.delivery_id).get("status") == "accepted"
        and (
            other.manifest.get(CORRECTION_OF) == refused.delivery_id
            or (refused.period is not None and other.period == refused.period)
        )
        for other in others
    )


def return_files(store: Store, contract: Contract, period: tuple[date, date] | None, out: Path) -> list[ReturnFile]:
    """Write the return files of one dataset's deliveries whose last day lies in `period`; what is open goes back."""
    waiting = open_rows(store, contract)
    written = []
    for name, delivery in landed_deliveries(store, contract.dataset).items():
        receipt, day = receipt_of(store, contract.dataset, name), last_day(delivery)
        if not receipt or (period and not period[0] <= day < period[1]):
            continue
        rows = _own_faults(contract, waiting.get(name, []))
        refused = receipt["status"] == "rejected" and not _answered(store, contract, delivery)
        if rows or refused:
            path = out / f"{contract.agency}-{day:%Y-%m}-{contract.dataset}-{name}.xlsx"
            write_return(contract, delivery, receipt, rows, path)
            written.append(ReturnFile(path, contract.dataset, name, len(rows)))
    return written
