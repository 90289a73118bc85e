"""Cases joined and severed (并案, 分案) as rows of core, from hand-written documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from tests.homes import open_home
from tests.unit.warehouse.inputs import Row, write_inputs

MAY, JUNE, JULY = date(2025, 5, 6), date(2025, 6, 2), date(2025, 7, 1)


def _charge(person: str, case: str, filing: str, indictment: str | None, day: date | None = MAY) -> Row:
    return {
        "person": person, "case": case, "filing_doc_no": filing, "indictment_no": indictment,
        "charge_decision": "起诉" if indictment else "不起诉", "charge_decision_date": day,
        "procuratorate_region_code": "430105", "returned_count": 0,
    }  # fmt: skip


def _judgment(person: str, case: str, indictment: str, trial: str, instance: str = "一审") -> Row:
    return {
        "person": person, "case": case, "indictment_no": indictment, "court_case_no": trial, "instance": instance,
        "received_date": JUNE, "judgment_date": JULY, "court_region_code": "430100", "penalty": "拘役",
    }  # fmt: skip


# Case a: two filings in one indictment. b: one indictment names two filings in one cell. c: two indictments in one
# trial. d: one filing in two indictments. e: one indictment in two trials; the appeal is no trial of its own.
# f: two defendants under the same numbers all along, one of whom is not charged: nothing happened.
SUSPECTS: list[Row] = [
    {"filing_doc_no": filing, "handling_region_code": region, "case": case}
    for filing, region, case in (("A1", "430102", "a"), ("A2", "430103", "a"), ("D1", "430104", "d"))
]
CHARGES = [
    _charge("p1", "a", "A1", "IA", JUNE),
    _charge("p2", "a", "A2", "IA", MAY),
    _charge("p1", "b", "B1、B2", "IB"),
    _charge("p1", "c", "C1", "IC1"),
    _charge("p1", "d", "D1", "ID1", MAY),
    _charge("p2", "d", "D1", "ID2", JUNE),
    _charge("p1", "f", "F1", "IF"),
    _charge("p2", "f", "F1", "IF"),
    _charge("p3", "f", "F1", None),
]
JUDGMENTS = [
    _judgment("p1", "c", "IC1", "TC"),
    _judgment("p2", "c", "IC2", "TC"),
    _judgment("p1", "e", "IE", "TE1"),
    _judgment("p2", "e", "IE", "TE2"),
    _judgment("p2", "e", "IE", "TE3", "二审"),
    _judgment("p1", "f", "IF", "TF"),
    _judgment("p2", "f", "IF", "TF"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Warehouse and vault of one candidate, attached."""
    home = tmp_path_factory.mktemp("events")
    with open_home(home, parsed) as store:
        rows = {"police_case_suspect": SUSPECTS, "procuratorate_charge": CHARGES, "court_judgment": JUDGMENTS}
        write_inputs(store, home / "made", rows, [{"person_id": f"p{n}"} for n in (1, 2, 3)])
        candidate = store.candidate / build(store)
    with duckdb.connect() as duck:
        for name in ("vault", "warehouse"):
            duck.execute(f"attach '{candidate / name}.duckdb' as {name} (read_only)")
        yield duck


def _events(files: duckdb.DuckDBPyConnection, case: str) -> list[tuple[object, ...]]:
    """Kind, both documents by their numbers, and day of the events of a case."""
    return files.execute(
        "select distinct case_event, earlier.document_number, later.document_number, happened_on "
        "from warehouse.core.fact_case_event as event "
        "inner join vault.bridge_case_document as earlier on from_document_token = earlier.document_token "
        "inner join vault.bridge_case_document as later on to_document_token = later.document_token "
        "where event.case_id = ? order by all",
        [case],
    ).fetchall()


@pytest.mark.parametrize(
    ("case", "events"),
    [
        # Who is charged first brings the day on which the filing went into the indictment.
        ("a", [("joinder", "A1", "IA", JUNE), ("joinder", "A2", "IA", MAY)]),
        ("b", [("joinder", "B1", "IB", MAY), ("joinder", "B2", "IB", MAY)]),
        ("c", [("joinder", "IC1", "TC", JUNE), ("joinder", "IC2", "TC", JUNE)]),
        ("d", [("severance", "D1", "ID1", MAY), ("severance", "D1", "ID2", JUNE)]),
        ("e", [("severance", "IE", "TE1", JUNE), ("severance", "IE", "TE2", JUNE)]),
        ("f", []),
    ],
)
def test_every_document_that_was_joined_or_came_out_of_one_is_a_row(
    files: duckdb.DuckDBPyConnection, case: str, events: list[tuple[object, ...]]
) -> None:
    assert _events(files, case) == events


def test_agencies_and_their_regions_stand_beside_the_documents(files: duckdb.DuckDBPyConnection) -> None:
    found = files.sql(
        "select distinct case_id, from_agency, from_region_code, to_agency, to_region_code "
        "from warehouse.core.fact_case_event where case_id in ('a', 'e') order by all"
    ).fetchall()
    assert found == [
        ("a", "police", "430102", "procuratorate", "430105"),
        ("a", "police", "430103", "procuratorate", "430105"),
        ("e", "procuratorate", None, "court", "430100"),
    ]


def test_what_was_joined_is_one_case_of_the_police(files: duckdb.DuckDBPyConnection) -> None:
    found = files.sql("select case_id, suspects from warehouse.core.fact_case order by all").fetchall()
    assert found == [("a", 2), ("d", 1)]
