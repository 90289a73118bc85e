"""A form of signed values, written, filled in and handed in: what is taken, what is not, and who answers for it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines import steps
from pipelines.cli.main import app
from pipelines.cli.taking import take_in
from pipelines.codes import code_list
from pipelines.contracts import contract_of
from pipelines.ingest.resolve import current_records
from pipelines.ingest.signed import Signature
from pipelines.ingest.submissions import DATASET, submit
from pipelines.store import Store

SIGNED = ("--name", "王五", "--office", "市禁毒办", "--date", "2024-07-05")


def filled(path: Path, values: dict[str, object]) -> Path:
    """The form of one city and quarter with these values by item, saved as an office program saves it."""
    said = CliRunner().invoke(
        app, ["submit", "form", "--region", "430100", "--period", "2024Q2", "--out", str(path)], catch_exceptions=False
    )
    assert said.exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[2]]
    for row in sheet.iter_rows(min_row=3):
        item = row[header.index("项目代码")].value
        if item in values:
            row[header.index("数值")].value = values[item]
    book.save(path)
    return path


def take(path: Path, *signed: str) -> None:
    """Hand a form in; an error of the command is raised."""
    CliRunner().invoke(app, ["submit", "take", str(path), *(signed or SIGNED)], catch_exceptions=False)


def records(store: Store) -> list[tuple[object, ...]]:
    """Item, value, office and day of every current submitted value."""
    path = current_records(store)["datasets"]["commission_register"]
    columns = "item_code, submitted_value::double, signed_office, signed_date::text"
    return duckdb.sql(f"select {columns} from read_parquet('{path}') where is_current order by all").fetchall()


def test_the_form_lists_every_item_and_says_that_empty_is_not_zero(home: Path, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(filled(tmp_path / "form.xlsx", {})).worksheets[0]
    assert sheet.max_row - 2 == len(code_list("submission_item"))
    assert "不作零" in sheet.cell(1, 1).value


def test_filled_lines_are_taken_with_their_signature_and_empty_ones_are_not(store: Store, tmp_path: Path) -> None:
    take(filled(tmp_path / "form.xlsx", {"R1_member_units": 23, "R28_budget_total": "1,200,000.5", "R2_listed": 0}))
    steps.resolve()
    assert records(store) == [
        ("R1_member_units", 23.0, "市禁毒办", "2024-07-05"),
        ("R28_budget_total", 1200000.5, "市禁毒办", "2024-07-05"),
        ("R2_listed", 0.0, "市禁毒办", "2024-07-05"),
    ]


def test_a_form_handed_in_again_replaces_its_value_even_within_one_second(store: Store, tmp_path: Path) -> None:
    contract, now = contract_of(DATASET), datetime(2024, 7, 9, 12)
    for value in (23, 24):
        form = filled(tmp_path / f"{value}.xlsx", {"R1_member_units": value})
        take_in(
            DATASET,
            submit(store, contract, form, Signature("王五", "市禁毒办", date(2024, 7, value - 15)), now),
            "values",
        )
    steps.resolve()
    assert records(store) == [("R1_member_units", 24.0, "市禁毒办", "2024-07-09")]


def test_a_value_that_is_no_number_is_quarantined_and_told_without_repeating_it(store: Store, tmp_path: Path) -> None:
    form = filled(
        tmp_path / "form.xlsx", {"R1_member_units": "若干", "R2_listed": 3, "R2_passed": 1, "R22_townships": 9}
    )
    with pytest.raises(ValueError, match=r"1 values were not taken; see: huiliu quarantine show submission-") as told:
        take(form)
    assert "若干" not in str(told.value)
    steps.resolve()
    assert [item for item, *_ in records(store)] == ["R22_townships", "R2_listed", "R2_passed"]


@pytest.mark.parametrize(
    ("values", "signed", "said"),
    [
        ({}, SIGNED, "no value"),
        ({"R2_listed": 3}, (*SIGNED[:-1], "2999-01-01"), "future"),
        ({"R2_listed": 3}, ("--name", " ", "--office", "市禁毒办"), "name and the office"),
    ],
)
def test_what_nobody_can_answer_for_is_refused_and_nothing_is_landed(
    store: Store, tmp_path: Path, values: dict[str, object], signed: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        take(filled(tmp_path / "form.xlsx", values), *signed)
    assert not list(store.landing.glob("commission_register/*"))


def test_a_workbook_that_is_no_form_is_refused_with_what_to_use(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "数值"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(ValueError, match=r"lacks a column of .*huiliu submit form"):
        take(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read as a workbook"):
        take(tmp_path / "text.xlsx")
