"""The whole loop: a row goes to quarantine, back to its agency in a return file, and comes right by a correction."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipelines import steps
from pipelines.cli.main import app
from pipelines.contracts import contract_of
from pipelines.ingest.quarantine import counts, rows_sent_again
from pipelines.ingest.resent import REASON, REFERENCE
from pipelines.ingest.resolve import current_records
from pipelines.ingest.returns import period_of, safe_text
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.test_ingest import drop, ingest

__all__ = ["drop"]
Row = dict[str, Any]


def postal(site: str, **changes: str) -> Row:
    """One month of one postal site."""
    amounts = {"揽收量": "900", "实名量": "890", "验视量": "880", "过机量": "870"}
    return {"网点编号": site, "月份": "2025-10", "所在地": "430102", **amounts, **make.TAIL, **changes}


@dataclass(frozen=True)
class Way:
    """How one dataset is exported, with a fault in its third row and the value that is right."""

    path: str
    row: Callable[..., Row]
    files: Callable[[list[Row]], dict[str, bytes]]
    header: str
    wrong: str
    right: str

    @property
    def dataset(self) -> str:
        return self.path.split("/")[1]


def _users(rows: list[Row]) -> dict[str, bytes]:
    return {"users.zip": make.zip_bytes(make.csv_text(rows).encode("gb18030"))}


WAYS = {
    "csv snapshot": Way("police/police_drug_user", make.drug_user, _users, "登记地", "439999", "430102"),
    "csv delta": Way(
        "transport/transport_handover",
        make.handover,
        lambda rows: {"h.csv.gz": make.gzip_bytes(make.csv_text(rows))},
        "查获日期",
        "2025-02-30",
        "2025-02-03",
    ),
    "xlsx": Way(
        "justice/prison_admission",
        make.prisoner,
        lambda rows: {"p.xlsx": make.workbook_bytes(rows)},
        "罪名",
        "",
        "非法持有毒品罪",
    ),
    "json": Way(
        "health/health_facility_month",
        lambda serial, **changes: make.facility_month(f"F{serial}", "2025-09", **changes),
        lambda rows: {"page-0001.json": make.page_bytes(rows)},
        "床位数",
        "约120",
        "120",
    ),
    "xml": Way(
        "transport/postal_compliance_month",
        lambda serial, **changes: postal(f"S{serial}", **changes),
        lambda rows: {"p.xml": make.xml_bytes(rows, "records/record")},
        "揽收量",
        "-900-",
        "900",
    ),
}


def returned(out: Path) -> list[Path]:
    return sorted(out.glob("*.xlsx"))


def lines_of(path: Path) -> list[Row]:
    """The rows of a return file by header."""
    headers, *rows = openpyxl.load_workbook(path)["退回数据"].iter_rows(values_only=True)
    return [{name: value or "" for name, value in zip(headers, row, strict=True)} for row in rows]


def give_back(agency: str, out: Path) -> list[Path]:
    app(["quarantine", "return", "--agency", agency, "--period", "2025-10", "--out", str(out)], standalone_mode=False)
    return returned(out)


def fate(store: Store, dataset: str) -> list[tuple[str, int, int]]:
    """(delivery, rows, open rows) of the row rules of a dataset."""
    found = counts(store, [contract_of(dataset)])
    return [(one.delivery_id, one.rows, one.open_rows) for one in found if one.rows]


def alive(store: Store, dataset: str, columns: str = "record_key") -> list[tuple[Any, ...]]:
    steps.resolve()
    path = current_records(store)["datasets"][dataset]
    query = f"select {columns} from read_parquet('{path}') where is_current and not is_deleted order by all"
    return duckdb.sql(query).fetchall()


@pytest.mark.parametrize("name", WAYS)
def test_a_row_goes_back_comes_right_and_clears_its_quarantine(
    store: Store, drop: Path, tmp_path: Path, name: str
) -> None:
    way = WAYS[name]
    good = [way.row(1), way.row(2)]
    make.deliver(drop, way.path, "d1", way.files([*good, way.row(3, **{way.header: way.wrong})]))
    ingest(way.dataset)
    (path,) = give_back(way.path.split("/", maxsplit=1)[0], tmp_path / "out")
    (row,) = lines_of(path)
    assert path.name.endswith(f"-2025-10-{way.dataset}-d1.xlsx")
    assert way.header in row[REASON]
    # The agency puts it right in its own system and exports that row alone.
    corrected = {header: row[header].removeprefix("'") for header in good[0]} | {way.header: way.right}
    make.deliver(drop, way.path, "d2", way.files([corrected]), exported_at="2025-11-05T09:00:00", correction_of="d1")
    account = ingest(way.dataset)["d2"]
    assert (account["status"], account["staged"], account["quarantined"]) == ("accepted", 1, 0)
    assert fate(store, way.dataset) == [("d1", 1, 0)]
    (again,) = rows_sent_again(store, contract_of(way.dataset))["d1"].values()
    assert again == "corrected"
    assert len(alive(store, way.dataset)) == 3
    assert give_back(way.path.split("/", maxsplit=1)[0], tmp_path / "again") == []


def test_a_return_file_put_right_and_sent_back_is_a_delivery_even_when_the_key_was_wrong(
    store: Store, drop: Path, tmp_path: Path
) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2), make.drug_user(3, 人员编号="")])
    ingest("police_drug_user")
    (path,) = give_back("police", tmp_path / "out")
    book = openpyxl.load_workbook(path)
    sheet = book["退回数据"]
    place = [cell.value for cell in sheet[1]].index("人员编号") + 1
    sheet.cell(2, place).value = "U0003"
    book.save(path)
    make.deliver(drop, "police/police_drug_user", "d2", {"back.xlsx": path.read_bytes()}, correction_of="d1")
    assert ingest("police_drug_user")["d2"]["staged"] == 1
    assert fate(store, "police_drug_user") == [("d1", 1, 0)]
    assert alive(store, "police_drug_user", "record_key, id_no") == [
        (f"U{serial:04d}", make.number(serial)) for serial in (1, 2, 3)
    ]


def test_a_correction_that_is_wrong_again_stands_open_in_its_own_delivery(
    store: Store, drop: Path, tmp_path: Path
) -> None:
    make.deliver_handovers(drop, "h1", [make.handover(1), make.handover(2, 查获日期="2025-02-30")])
    make.deliver_handovers(drop, "h2", [make.handover(2, 查获日期="2025-02-31")], correction_of="h1")
    ingest("transport_handover")
    assert fate(store, "transport_handover") == [("h1", 1, 0), ("h2", 1, 1)]
    make.deliver_handovers(drop, "h3", [make.handover(2)], correction_of="h2")
    ingest("transport_handover")
    assert fate(store, "transport_handover") == [("h1", 1, 0), ("h2", 1, 0)]


def test_a_correction_of_a_snapshot_deletes_nothing_and_stands_as_of_the_snapshot(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2, 登记地="439999")])
    later = {"导出时间": "2025-11-30 23:00:00"}
    make.deliver_users(drop, "d3", [make.drug_user(1, **later)], exported_at="2025-11-30T23:00:00")
    ingest("police_drug_user")
    # It comes after the next snapshot, which no longer has the record: the record must not rise again.
    resent = make.drug_user(2, 导出时间="2025-12-05 09:00:00")
    make.deliver_users(drop, "d2", [resent], exported_at="2025-12-05T09:00:00", correction_of="d1")
    ingest("police_drug_user")
    assert alive(store, "police_drug_user") == [("U0001",)]
    path = current_records(store)["datasets"]["police_drug_user"]
    versions = duckdb.sql(
        f"select is_deleted, valid_from::text from read_parquet('{path}') where record_key = 'U0002' order by all"
    ).fetchall()
    assert versions == [(False, "2025-10-31 23:00:00"), (True, "2025-11-30 23:00:00")]


def test_part_of_a_refused_snapshot_is_not_taken_for_the_whole(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(serial) for serial in (1, 2, 3)], exported_at="2025-09-30T23:00:00")
    later = {"导出时间": "2025-10-31 23:00:00"}
    rows = [make.drug_user(serial, **later) for serial in (1, 2, 3, 4)]
    make.deliver_users(drop, "d2", rows, rows=9)
    make.deliver_users(drop, "d3", rows[3:], exported_at="2025-11-05T09:00:00", correction_of="d2")
    accounts = ingest("police_drug_user")
    assert (accounts["d2"]["status"], accounts["d3"]["status"]) == ("rejected", "accepted")
    assert len(alive(store, "police_drug_user")) == 3
    make.deliver_users(drop, "d4", [*rows[:3], {**rows[3], "姓名": "李四"}], correction_of="d2")
    ingest("police_drug_user")
    assert len(alive(store, "police_drug_user")) == 4


def test_a_correction_outranks_an_equally_dated_version_of_what_it_corrects(store: Store, drop: Path) -> None:
    make.deliver_handovers(drop, "h1", [make.handover(1, 毒品="海洛因")])
    make.deliver_handovers(drop, "h2", [make.handover(1, 毒品="冰毒")], correction_of="h1")
    ingest("transport_handover")
    assert alive(store, "transport_handover", "drug_name") == [("冰毒",)]
    assert fate(store, "transport_handover") == []


def test_a_row_that_a_later_delivery_brings_right_needs_no_return(store: Store, drop: Path, tmp_path: Path) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2, 姓名=""), make.drug_user(3, 姓名="")])
    later = {"导出时间": "2025-11-30 23:00:00"}
    rows = [make.drug_user(1, **later), make.drug_user(2, **later), make.drug_user(3, 姓名="", **later)]
    make.deliver_users(drop, "d2", rows, exported_at="2025-11-30T23:00:00")
    ingest("police_drug_user")
    assert fate(store, "police_drug_user") == [("d1", 2, 1), ("d2", 1, 1)]


def test_a_return_file_is_text_alone_no_formula_and_for_its_owner_alone(
    store: Store, drop: Path, tmp_path: Path
) -> None:
    bad = {"曾用名": '=HYPERLINK("http://x")', "姓名": "", "毒品种类": "@冰毒", "登记地": "+430102\t"}
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2, **bad)])
    ingest("police_drug_user")
    (path,) = give_back("police", tmp_path / "out")
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if cell.value.lstrip()[:1] in "=+-@"]
    (row,) = lines_of(path)
    assert row["证件号码"] == make.number(2)
    assert row["曾用名"] == "'" + bad["曾用名"]
    assert row[REFERENCE] == "3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1", "＝1"])
def test_what_may_act_as_a_formula_gets_an_apostrophe(value: str) -> None:
    assert safe_text(value) == "'" + value
    assert safe_text("a" + value) == "a" + value


def test_a_refused_delivery_comes_back_with_the_reason(store: Store, drop: Path, tmp_path: Path) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2, 姓名="")], rows=3)
    ingest("police_drug_user")
    (path,) = give_back("police", tmp_path / "out")
    said = " ".join(str(row[0]) for row in openpyxl.load_workbook(path)["说明"].iter_rows(values_only=True))
    assert "本批整批退回" in said
    assert "行数应与清单所列一致" in said
    assert '"correction_of": "d1"' in said
    assert [row["姓名"] for row in lines_of(path)] == [""]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025", "2025-01-01", "2026-01-01"),
        ("2025Q4", "2025-10-01", "2026-01-01"),
        ("2025-12", "2025-12-01", "2026-01-01"),
    ],
)
def test_a_period_is_a_year_a_quarter_or_a_month(text: str, start: str, end: str) -> None:
    assert tuple(map(str, period_of(text))) == (start, end)
    with pytest.raises(ValueError, match="give a year"):
        period_of(text + "-x")
