"""A work list as a workbook: what is asked stands fast, what is answered is open. No cell is ever a formula."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipelines.codes import code_list, codes_in_force
from pipelines.contracts import Contract
from pipelines.ingest.returns import write_text
from pipelines.ingest.workbooks import save_private
from pipelines.report.wording import CAUSES
from pipelines.worklist.edges import Edge

SHEET = "工作清单"
# Our names of the columns an agency fills in, and of those that come back as they were.
ANSWERED = ("answer", "done_date", "article", "decided_date", "note")
KEPT = ("document_no", "opened_on", "due_on", "handoff_id", "rule_id", "agency_code")
_OPEN = PatternFill("solid", fgColor="FFF2CC")
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_FIXED = PatternFill("solid", fgColor="F2F2F2")
# Columns in their order: our name where the contract has it, else the header itself; width in characters.
_LAYOUT: tuple[tuple[str, int], ...] = (
    ("衔接环节", 26),
    ("本部门角色", 10),
    ("对方部门", 16),
    ("地区", 18),
    ("document_no", 44),
    ("opened_on", 12),
    ("due_on", 12),
    ("超期天数", 9),
    ("可能原因", 18),
    ("疑似对应文书", 30),
    ("上次答复", 14),
    ("answer", 16),
    ("done_date", 14),
    ("article", 20),
    ("decided_date", 14),
    ("note", 30),
    ("handoff_id", 14),
    ("rule_id", 14),
    ("agency_code", 14),
)


def _cells(edge: Edge, agencies: dict[str, str], answers: dict[str, str]) -> dict[str, str]:
    return {
        "衔接环节": edge.rule_name,
        "本部门角色": edge.side,
        "对方部门": agencies[edge.other_agency],
        "地区": edge.region_name,
        "document_no": edge.document_no,
        "opened_on": edge.opened_on.isoformat(),
        "due_on": edge.due_on.isoformat(),
        "超期天数": str(edge.days_overdue),
        "可能原因": CAUSES[edge.cause],
        "疑似对应文书": edge.candidate_no,
        "上次答复": answers.get(edge.answer_code, ""),
        **dict.fromkeys(ANSWERED, ""),
        "handoff_id": edge.handoff_id,
        "rule_id": edge.rule_id,
        "agency_code": edge.agency,
    }


def _notes(agency: str, month: str, release_id: str, count: int) -> list[str]:
    """What the agency must know to answer, in Chinese."""
    return [
        f"部门:{agency}",
        f"到期月份:{month}",
        f"数据版本:{release_id}",
        f"超期衔接:{count} 项",
        "",
        "填写办法:",
        "1. 只填「工作清单」中黄色各列,其余各列不得改动;不填的行视为未答复。",
        "2. 「答复」从下拉列表中选择:",
        "   · 已办理:确已办结,须填「办结日期」;在期限内办结的视为按期,晚于期限的视为逾期办结。",
        "   · 依法不再办理:依法不须再办,须填「法律依据」(条款)和「决定日期」。",
        "   · 已撤回:移送或决定已撤回、撤销,须填「决定日期」。",
        "   · 非本机关:不属本机关办理,须在「说明」中写明应由谁办理。",
        "   · 查无记录:本机关查无此事。后两种答复不改变超期状态,但会记载已答复。",
        "3. 日期写作 2025-03-06。「说明」中不要写姓名和证件号码。",
        "4. 原因「疑似比对遗漏」指接收方有一条相近的记录(见「疑似对应文书」),请核对双方记录的姓名、证件号码是否有误。",
        "5. 填好后注明答复人、单位、日期,按原渠道交回禁毒办。答复有误的,更正后再交一次,以后一次为准。",
        "6. 逾期是部门之间交接的事项,与当事人无关;本表含文书编号,用后删除。",
    ]


def _list_sheet(sheet: Any, contract: Contract, rows: list[dict[str, str]], answers: list[str]) -> None:
    """A header, then one line per hand-off: the columns to fill in are open, all others locked."""
    sheet.title = SHEET
    names = {column.name for column in contract.columns}
    for place, (name, width) in enumerate(_LAYOUT, start=1):
        head = write_text(sheet, 1, place, contract.column(name).header if name in names else name)
        head.font, head.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(place)].width = width
        for line, row in enumerate(rows, start=2):
            cell = write_text(sheet, line, place, row[name])
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.fill = _OPEN if name in ANSWERED else _FIXED
            cell.protection = Protection(locked=name not in ANSWERED)
    place = get_column_letter([name for name, _ in _LAYOUT].index("answer") + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(answers)}"', allow_blank=True, showErrorMessage=True)
    choice.error, choice.errorTitle = "请从下拉列表中选择。", "答复"
    choice.add(f"{place}2:{place}{len(rows) + 1}")
    sheet.add_data_validation(choice)
    # Against accident, not against intent, so without a password; the contract judges what comes back.
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.autoFilter = False
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_LAYOUT))}{len(rows) + 1}"
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def write_list(contract: Contract, edges: list[Edge], release_id: str, day: date, path: Path) -> None:
    """Write the list of one agency and month, readable by its owner alone; a file of that name is replaced.

    `edges` are those of one agency and month, `day` the one on which kinds of answers must be in force.
    """
    agencies = {row["agency_code"]: row["name_zh"] for row in code_list("agency")}
    answers = {row["answer_code"]: row["answer_name"] for row in code_list("answer_kind")}
    book = Workbook()
    choices = [row["answer_name"] for row in codes_in_force("answer_kind", day)]
    _list_sheet(book.active, contract, [_cells(edge, agencies, answers) for edge in edges], choices)
    notes = book.create_sheet("说明")
    notes.column_dimensions["A"].width = 110
    for line, text in enumerate(_notes(agencies[edges[0].agency], edges[0].month, release_id, len(edges)), start=1):
        write_text(notes, line, 1, text)
    save_private(book, path)
