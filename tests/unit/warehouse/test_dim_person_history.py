"""Where persons were registered and lived over time, from hand-written records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.contracts import load_contracts
from pipelines.link.mentions import linked_datasets
from tests.homes import open_home
from tests.unit.warehouse.inputs import Row, write_inputs

TODAY = date(2025, 12, 31)
CORRECTED = (("431122", "2019-02-01"), ("431123", "2019-03-01"), ("430102", "2021-01-01"))
REGISTER, CUSTODY = "police_drug_user", "police_custody"


def _row(key: str, said: str | None, residence: str | None, **known: object) -> Row:
    """A record of person `key` changed at noon of a day (or at a time), naming 甲 unless known otherwise."""
    at = None if said is None else datetime.fromisoformat(said if "T" in said else f"{said}T12:00")
    return {"person": key, "record_key": key, "updated_at": at, "name": "甲", "id_no": "x",
            "hukou_code": "430102", "residence_code": residence, **known}  # fmt: skip


def _replaced(key: str, said: str, residence: str, **known: object) -> Row:
    return {**_row(key, said, residence, **known), "person": None, "is_current": False}


ROWS: dict[str, list[Row]] = {
    REGISTER: [
        # Moved twice, and the household followed once.
        _replaced("moved", "2020-01-05", "430102"),
        _replaced("moved", "2022-05-06", "430103"),
        _replaced("moved", "2023-01-01", "430105", is_deleted=True),
        _row("moved", "2024-03-04", "430104", hukou_code="430104"),
        # A version that named somebody else was never about this person; a corrected number or a new name is no other.
        _replaced("corrected", "2019-01-01", "431121", name="乙", id_no="y"),
        _replaced("corrected", "2019-02-01", "431122", id_no="y"),
        _replaced("corrected", "2019-03-01", "431123", name="乙"),
        _row("corrected", "2021-01-01", "430102"),
        _row("between", "2023-01-01", "430102"),
        _row("merged", "2023-01-01", "430105"),
        _row("undated", None, "430102"),
        _row("young", "2019-06-01", "430103"),
        _row("treated", "2023-01-01", "430102"),
        _row("chosen", "2023-01-01", "430103"),
        _row("silent", "2023-01-01", "430103"),
        _row("twice", "2023-01-01T08:00", "430105"),
    ],
    CUSTODY: [
        # Arrived last, and lies between two others.
        _row("between", "2024-01-01", "430111"),
        _row("merged", "2024-01-01", "430105"),
        _row("young", "2024-01-01", "430104"),
        _row("silent", "2024-01-01", None),
        _row("twice", "2023-01-01T17:00", "430103"),
    ],
    "court_judgment": [_row("between", "2025-01-01", "430102"), _row("silent", "2025-01-01", "430103")],
    "health_certificate": [_row("treated", "2024-01-01", "430111")],
}
HOMES = {"moved": "430104", "young": "430104", "chosen": "430121", "treated": "430111", "merged": "430105"}
PEOPLE: list[Row] = [
    {"person_id": key, "residence_code": HOMES.get(key, "430103" if key in ("silent", "twice") else "430102")}
    for key in sorted({str(row["record_key"]) for rows in ROWS.values() for row in rows})
]
for person in PEOPLE:
    person["hukou_code"] = "430104" if person["person_id"] == "moved" else "430102"
    person["birth_date"] = date(2002, 1, 1) if person["person_id"] == "young" else date(1990, 1, 1)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("history")
    with open_home(folder / "home", parsed) as store:
        write_inputs(store, folder / "inputs", ROWS, PEOPLE)
        candidate = store.candidate / build(store)
    with duckdb.connect(str(candidate / "warehouse.duckdb"), read_only=True) as duck:
        yield duck


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("moved", ["430102 430102 2020-01-05", "430102 430103 2022-05-06", "430104 430104 2024-03-04"]),
        ("corrected", [f"430102 {code} {day}" for code, day in CORRECTED]),
        ("between", ["430102 430102 2023-01-01", "430102 430111 2024-01-01", "430102 430102 2025-01-01"]),
        ("merged", ["430102 430105 2023-01-01"]),
        ("undated", [f"430102 430102 {TODAY}"]),
        ("young", ["430102 430104 2024-01-01"]),
        # Today's county comes from the health record; the day of the treatment is not shown.
        ("treated", ["430102 430102 2023-01-01", f"430102 430111 {TODAY}"]),
        ("chosen", ["430102 430103 2023-01-01", f"430102 430121 {TODAY}"]),
        ("silent", ["430102 430103 2023-01-01"]),
        ("twice", ["430102 430103 2023-01-01"]),
    ],
)
def test_counties_stand_from_the_day_they_were_written_until_the_next(
    warehouse: duckdb.DuckDBPyConnection, person: str, expected: list[str]
) -> None:
    rows = warehouse.execute(
        "select hukou_region_code, residence_region_code, valid_from from core.dim_person_history "
        "where person_id = ? order by version_number",
        [person],
    ).fetchall()
    assert [" ".join(map(str, row)) for row in rows] == expected


def test_rows_end_where_the_next_begins_and_the_last_is_current(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select version_number, valid_from, valid_to, is_current from core.dim_person_history "
        "where person_id = 'moved' order by all"
    ).fetchall()
    days = [date(2020, 1, 5), date(2022, 5, 6), date(2024, 3, 4), None]
    assert rows == [(n, days[n - 1], days[n], n == 3) for n in (1, 2, 3)]


def test_every_dataset_that_says_where_a_person_lives_is_read() -> None:
    contracts = load_contracts()
    naming = linked_datasets(contracts, dict.fromkeys(contracts, ""))
    said = {"hukou_code", "residence_code"}
    telling = {name for name in naming if said & {column.name for column in contracts[name].columns}}
    macro = (Path(__file__).parents[3] / "warehouse" / "macros" / "validity.sql").read_text(encoding="utf-8")
    assert {name for name in telling if f"'{name}'" in macro} == {
        name for name in telling if not name.startswith("health_")
    }
