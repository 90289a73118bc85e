"""A work list on its way out and back: no cell is a formula, only answers can be filled in, notes stay text."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipelines import steps
from pipelines.contracts import contract_of
from pipelines.ingest.delivery import landed_deliveries
from pipelines.ingest.resolve import current_records
from pipelines.ingest.signed import Signature
from pipelines.store import Store
from pipelines.worklist.answers import DATASET, read_list, take_list
from pipelines.worklist.edges import HANDING, Edge, numbers_of
from pipelines.worklist.workbook import ANSWERED, write_list

LINK = '=HYPERLINK("http://x","案号")'
EDGE = Edge(
    handoff_id="h" + "0" * 32,
    rule_id="effect_to_documents",
    rule_name="判决生效至执行文书送达",
    agency="court",
    side=HANDING,
    other_agency="police",
    region_name="长沙市芙蓉区",
    document_no=LINK,
    opened_on=date(2025, 3, 1),
    due_on=date(2025, 3, 11),
    days_overdue=20,
    cause="gap",
    candidate_no="",
    answer_code="",
)
SIGNED = Signature("王五", "省高院执行局", date(2025, 4, 5))
NOW = datetime(2025, 4, 6, 9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The list of one hand-off, not filled in."""
    write_list(contract_of(DATASET), [EDGE], "r1", date(2025, 4, 1), tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def fill(path: Path, **values: str) -> None:
    """Fill in cells of the one line by our column names."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for name, value in values.items():
        cell = sheet.cell(2, headers.index(contract_of(DATASET).column(name).header) + 1)
        cell.value, cell.data_type = value, "s"
    book.save(path)


def test_no_cell_is_a_formula_and_only_answers_can_be_filled_in(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["文书编号"].value == f"'{LINK}"
    assert [cell for row in sheet for cell in row if cell.data_type == "f"] == []
    contract = contract_of(DATASET)
    assert sheet.protection.sheet
    assert {name for name, cell in cells.items() if not cell.protection.locked} == {
        contract.column(name).header for name in ANSWERED
    }
    (choice,) = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == (
        cells["答复"].coordinate,
        '"已办理,依法不再办理,已撤回,非本机关,查无记录"',
    )


def test_what_looks_like_a_formula_comes_back_as_the_text_it_was(store: Store, path: Path) -> None:
    contract = contract_of(DATASET)
    fill(path, answer="非本机关", note="@检察院")
    delivery_id = take_list(store, contract, read_list(contract, path), SIGNED, NOW, take_back=False)
    (landed,) = landed_deliveries(store, DATASET)[delivery_id].paths
    assert [cell for row in openpyxl.load_workbook(landed).worksheets[0] for cell in row if cell.data_type == "f"] == []
    steps.judge(DATASET, [delivery_id])
    steps.stage(DATASET, [delivery_id])
    steps.resolve()
    records = current_records(store)["datasets"][DATASET]
    query = "select agency_code, document_no, answer, note, signed_by, signed_date, opened_on from read_parquet(?)"
    assert duckdb.execute(query, [records]).fetchall() == [
        ("court", LINK, "非本机关", "@检察院", "王五", date(2025, 4, 5), date(2025, 3, 1))
    ]


def test_what_is_no_filled_work_list_is_refused(path: Path, tmp_path: Path) -> None:
    contract = contract_of(DATASET)
    with pytest.raises(ValueError, match="has nothing in the column 答复"):
        read_list(contract, path)
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ValueError, match=r"lacks a column of .*huiliu worklist make"):
        read_list(contract, tmp_path / "other.xlsx")


@pytest.mark.parametrize(
    ("dataset", "row", "said"),
    [
        # A number of a register stands for a person: not beside a document number, unless both are the key.
        ("prison_admission", {"prisoner_no": "P1", "judgment_case_no": "J1"}, "判决案号:J1"),
        ("prison_admission", {"prisoner_no": "P1"}, "罪犯编号:P1"),
        ("court_judgment", {"court_case_no": "J1", "defendant_seq": "2"}, "案号:J1;序号:2"),
    ],
)
def test_numbers_are_those_of_documents_before_those_of_a_register(
    dataset: str, row: dict[str, str], said: str
) -> None:
    contract = contract_of(dataset)
    assert numbers_of(contract, {column.name: row.get(column.name) for column in contract.columns}) == said
