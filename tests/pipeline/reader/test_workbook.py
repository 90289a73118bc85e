"""Workbooks as clerks keep them: titles, totals, notes, several sheets, both epochs, errors, hidden rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.pipeline import exports as make
from tests.pipeline.reader.conftest import Register


@pytest.fixture(autouse=True)
def _workbooks_are_agreed(agreed: Callable[..., None]) -> None:
    agreed("xlsx", totalsLabel="合计")


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def filled(sheet: Any, rows: list[dict[str, Any]]) -> None:
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([value if value != "" else None for value in row.values()])


def workbook(*rows: dict[str, Any]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    filled(book.active, list(rows))
    return book


def test_serial_dates_of_both_epochs_are_the_same_day(register: Register) -> None:
    serial_1904 = (date(2024, 5, 6) - date(1904, 1, 1)).days
    dated = {"初次查获日期": date(2024, 5, 6), "更新时间": datetime(2025, 10, 1, 8, 30)}
    books = {
        "d1900": workbook({**make.drug_user(1), **dated, "现状日期": 45418}),
        "d1904": workbook({**make.drug_user(1), **dated, "现状日期": serial_1904}),
    }
    books["d1904"].epoch = CALENDAR_MAC_1904
    for name, book in books.items():
        register.deliver(name, {f"{name}.xlsx": saved(book)})
        columns = "first_detected_date::text, register_status_date::text, updated_at::text"
        assert register.rows(name, columns) == [("2024-05-06", "2024-05-06", "2025-10-01 08:30:00")]


def test_numbers_stored_as_text_and_text_stored_as_numbers_mean_the_same(register: Register) -> None:
    book = workbook({**make.drug_user(1), "登记地": 430102, "户籍地": "430102", "初次查获日期": 20240506})
    register.deliver("d1", {"d1.xlsx": saved(book)})
    assert register.rows("d1", "register_region_code, hukou_code, first_detected_date::text") == [
        ("430102", "430102", "2024-05-06")
    ]


def test_a_resident_number_stored_as_a_number_is_sent_back(register: Register) -> None:
    rows = [make.drug_user(i) for i in range(1, 4)]
    rows[1] = {**rows[1], "证件号码": float(make.number(2)[:17] + "0")}
    register.deliver("d1", {"d1.xlsx": saved(workbook(*rows))})
    assert register.quarantined("d1") == [(3, "id_no_valid")]


def test_a_row_with_a_spreadsheet_error_is_quarantined_and_no_cell_is_lost_as_empty(register: Register) -> None:
    book = workbook(make.drug_user(1), make.drug_user(2))
    cell = book.active["I3"]
    cell.value, cell.data_type = "#N/A", "e"
    assert book.active["I1"].value == "曾用名"
    register.deliver("d1", {"d1.xlsx": saved(book)})
    assert register.quarantined("d1") == [(3, "row_computed")]
    assert register.rows("d1", "record_key") == [("U0001",)]


def test_a_formula_counts_as_the_value_it_last_had(register: Register) -> None:
    book = saved(workbook({**make.drug_user(1), "登记地": "=REGION()"}))
    # openpyxl writes no cached values; a spreadsheet program does.
    data = make.unzipped(book)
    sheet = data["xl/worksheets/sheet1.xml"].replace(b"<f>REGION()</f><v />", b"<f>REGION()</f><v>430104</v>")
    register.deliver("d1", {"d1.xlsx": make.zip_of({**data, "xl/worksheets/sheet1.xml": sheet})})
    assert register.rows("d1", "register_region_code") == [("430104",)]


def test_hidden_rows_and_columns_are_data(register: Register) -> None:
    book = workbook(make.drug_user(1), make.drug_user(2))
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    register.deliver("d1", {"d1.xlsx": saved(book)})
    assert register.rows("d1", "record_key, name") == [("U0001", "张三"), ("U0002", "张三")]


def test_the_sheet_with_the_agreed_headers_is_read_wherever_it_is(register: Register) -> None:
    book = openpyxl.Workbook()
    book.active.append(["填报说明", "每月五日前报送"])
    sheet = book.create_sheet("数据")
    sheet.append(["吸毒人员登记表"])
    filled(sheet, [make.drug_user(1)])
    account = register.deliver("d1", {"d1.xlsx": saved(book)})
    assert (account["staged"], account["non_data"]) == (1, 2)
    assert register.rows("d1", "line_number") == [(3,)]


def test_two_sheets_with_the_agreed_headers_are_refused(register: Register) -> None:
    book = workbook(make.drug_user(1))
    filled(book.create_sheet("十一月"), [make.drug_user(2)])
    assert register.deliver("d1", {"d1.xlsx": saved(book)})["status"] == "rejected"
    assert "d1.xlsx has the agreed headers on 2 sheets; send the data on one sheet" in register.said("d1")


def test_totals_blanks_and_notes_at_the_end_are_no_data(register: Register) -> None:
    book = workbook(make.drug_user(1), make.drug_user(2))
    sheet = book.active
    for row in (["小 计", 2], [], ["", "合计", 2], ["备注:数据截至十月底"], ["", "", "制表人:某某"]):
        sheet.append(row)
    account = register.deliver("d1", {"d1.xlsx": saved(book)})
    assert (account["staged"], account["quarantined"], account["non_data"]) == (2, 0, 6)


def test_formatting_far_beyond_the_data_does_no_harm(register: Register) -> None:
    from openpyxl.styles import Font

    book = workbook(make.drug_user(1))
    book.active["XFD9000"].font = Font(bold=True)
    assert register.deliver("d1", {"d1.xlsx": saved(book)})["staged"] == 1
