"""Our totals against what agencies report: one facility, office or delivery for every likely cause, counted by eye."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.contracts import load_contracts
from tests.homes import open_home
from tests.unit.warehouse.inputs import Row, delivery, write_inputs

MARCH, APRIL, MAY = date(2025, 3, 10), date(2025, 4, 1), date(2025, 5, 2)
SENT, LATER = datetime(2025, 4, 3, 9), datetime(2025, 6, 20, 9)
POLICE_HOUSE = "长沙市公安强制隔离戒毒所"


def _month(facility: str, occupied: int, month: str = "2025-03", **changes: object) -> Row:
    report: Row = {"facility_code": facility, "report_month": month, "occupied": occupied, "region_code": "430102"}
    report |= {"operated_by": "司法行政", "facility_name": facility, "updated_at": SENT, "record_status": "增"}
    return {**report, "record_key": f"{facility}|{month}", **changes}


def _stay(facility: str, person: str, **changes: object) -> Row:
    stay = {"facility_code": facility, "admitted_date": MARCH, "updated_at": SENT, "record_status": "增"}
    return {**stay, "person": person, **changes}


# Escaped people are not there until they are back; who leaves on the last day is not there that evening.
STAYS: list[Row] = [
    _stay("EVEN", "p1"),
    _stay("EVEN", "p2", escaped_date=date(2025, 3, 20)),
    _stay("EVEN", "p3", escaped_date=date(2025, 3, 20), recaptured_date=date(2025, 3, 31)),
    _stay("EVEN", "p4", lifted_date=date(2025, 3, 31)),
    _stay("EVEN", "p5", lifted_date=APRIL),
    _stay("HELD", "p1"),
    _stay("REVISED", "p1"),
    _stay("LATE", "p1"),
    _stay("LATE", "p2", updated_at=LATER),
    _stay("TWICE", "p1"),
    _stay("TWICE", "p1"),
    _stay("OPEN", "p1"),
    _stay("BOTH", "p1"),
]
REPORTS: list[Row] = [
    _month("EVEN", 3),
    # The day of this report lies past the last delivery about stays.
    _month("EVEN", 7, "2026-01"),
    _month("HELD", 2),
    _month("REVISED", 3),
    _month("LATE", 1),
    _month("TWICE", 1),
    _month("OPEN", 2),
    # One more stay waits in quarantine, and one more than that is missing.
    _month("BOTH", 3),
    _month("POLICE", 1, operated_by="公安", facility_name=POLICE_HOUSE),
]
CUSTODY: list[Row] = [
    {"facility_name": POLICE_HOUSE, "custody_type": kind, "admitted_date": MARCH, "refused": refused}
    for kind, refused in (("公安强制隔离戒毒所", False), ("公安强制隔离戒毒所", True), ("看守所", False))
]
CENTRE = {"facility_type": "病残收治中心", "report_month": "2025-03", "region_code": "430102"}
CENTRE_REPORTS: list[Row] = [
    {**CENTRE, "facility_code": "C1", "in_treatment": 2, "newly_enrolled": 1},
    # Nobody came in a month somebody speaks for, but who is there may have come in the year nobody speaks for.
    {**CENTRE, "facility_code": "C2", "in_treatment": 1, "newly_enrolled": 1},
    {**CENTRE, "facility_code": "C3", "facility_type": "药物维持治疗门诊", "in_treatment": 90, "newly_enrolled": 9},
]
CENTRE_STAYS: list[Row] = [
    {"facility_code": "C1", "admitted_date": MARCH},
    {"facility_code": "C1", "admitted_date": date(2023, 5, 1)},
    {"facility_code": "C1", "admitted_date": date(2023, 5, 1), "discharged_date": MARCH},
]


def _signed(region: str, value: int, unit: str = "cumulative", period: str = "2025Q1") -> Row:
    row: Row = {"region_code": region, "period_id": period, "item_code": f"R24_person_{unit}", "signed_date": APRIL}
    return {**row, "submitted_value": value, "person": None, "record_key": f"{region}|{period}|{unit}"}


def _user(region: str, person: str, **changes: object) -> Row:
    user: Row = {"register_region_code": region, "first_detected_date": MARCH, "register_status": "现有吸毒"}
    user |= {"register_status_date": MARCH, "updated_at": datetime(2025, 3, 12), "record_status": "增"}
    return {**user, "person": person, **changes}


USERS: list[Row] = [
    _user("430102", "p1"),
    _user("430102", "p2", first_detected_date=date(2020, 1, 1), register_status="死亡"),
    _user("430202", "p3"),
    _user("430203", "p3", first_detected_date=date(2025, 3, 20)),
    _user("430302", "p4"),
    _user("430405", "p5"),
    _user("430406", "p6", loose="p5"),
    _user("430502", "p7"),
    _user("430503", "p8", updated_at=LATER),
    _user("430602", "p9"),
]
REGISTER: list[Row] = [
    _signed("430100", 2),
    _signed("430100", 1, "current"),
    _signed("430100", 1, "new"),
    _signed("430200", 2),
    _signed("430300", 2),
    _signed("430400", 1),
    _signed("430500", 1),
    _signed("430600", 5),
    _signed("430600", 5, period="2025Q4"),
    # Another office's value of another figure, and a period nothing is counted for.
    {**_signed("430600", 5), "item_code": "R21_aided", "record_key": "other"},
    _signed("430600", 5, period="2020Q1"),
]
TOTALS = (
    # delivery, claimed, resolved, quarantined, status, and what is said of the delivery
    ("d1", 200, 200, 0, "agrees", {}),
    ("d2", 200, 150, 50, "quarantined", {}),
    ("d3", 200, 150, 0, "quarantined", {}),
    ("d4", 200, None, None, "refused", {"status": "rejected"}),
    ("d5", 200, 150, 0, "differs", {"rows_claimed": 9, "rows_physical": 8}),
    ("d6", 200, 150, 0, "differs", {"rows_duplicate": 1}),
    ("d7", 150, 200, 0, "differs", {"rows_duplicate": 1}),
    ("d8", 200, 150, 0, "differs", {}),
    ("d9", 200, 150, 20, "differs", {}),
)


def _deliveries() -> list[Row]:
    named = {"police_drug_user", "health_centre_episode", "court_judgment"}
    made = [delivery(name) for name in load_contracts() if name not in named]
    made.append(delivery("police_drug_user", period_end=date(2025, 10, 1)))
    # Nobody speaks for 2024.
    for start, end in ((date(2023, 1, 1), date(2024, 1, 1)), (date(2025, 1, 1), date(2026, 1, 1))):
        made.append(delivery("health_centre_episode", delivery_id=f"{start:%Y}", period_start=start, period_end=end))
    made += [delivery("court_judgment", delivery_id=name, **said) for name, *_, said in TOTALS]
    return made


def _amount(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published files of one build of all fixtures."""
    home = tmp_path_factory.mktemp("reconciled")
    total = {"dataset": "court_judgment", "rule_id": "months_total", "column_name": "term_months"}
    with open_home(home, parsed) as store:
        rows = {
            "rehab_episode": STAYS,
            "rehab_facility_month": [{**report, "person": None} for report in REPORTS],
            "police_custody": CUSTODY,
            "health_facility_month": [{**report, "person": None} for report in CENTRE_REPORTS],
            "health_centre_episode": CENTRE_STAYS,
            "police_drug_user": USERS,
            "commission_register": REGISTER,
            "court_judgment": [{}],
        }
        withheld = {
            "rehab_episode": [_stay("HELD", "", record_key="held"), _stay("BOTH", "", record_key="both")],
            "rehab_facility_month": [_month("REVISED", 1)],
            "police_drug_user": [_user("430302", "", record_key="held")],
        }
        for held in withheld.values():
            for row in held:
                row.pop("person", None)
        write_inputs(
            store,
            home / "made",
            rows,
            [{"person_id": f"p{number}"} for number in range(1, 10)],
            _deliveries(),
            totals=[
                {**total, "delivery_id": name, "claimed": _amount(claimed), "resolved": _amount(resolved)}
                | {"quarantined": _amount(quarantined), "status": status}
                for name, claimed, resolved, quarantined, status, _ in TOTALS
            ],
            withheld=withheld,
        )
        candidate = store.candidate / build(store)
    with duckdb.connect() as duck:
        for name in ("warehouse", "health", "mart"):
            duck.execute(f"attach '{candidate / name}.duckdb' as {name} (read_only)")
        yield duck


def test_stays_are_counted_at_the_end_of_each_month_a_facility_reports(files: duckdb.DuckDBPyConnection) -> None:
    found = files.execute(
        "select facility_code, period_start, theirs::int, ours::int, difference::int, likely_cause, explained::int "
        "from warehouse.core.reconciliation where source = 'facility_month' order by facility_code, period_start"
    ).fetchall()
    march, january = date(2025, 3, 1), date(2026, 1, 1)
    assert found == [
        ("BOTH", march, 3, 1, 2, "rows_in_quarantine", 1),
        ("EVEN", march, 3, 3, 0, "none", None),
        ("EVEN", january, 7, 2, 5, "file_not_received", None),
        ("HELD", march, 2, 1, 1, "rows_in_quarantine", 1),
        ("LATE", march, 1, 2, -1, "late_rows", -1),
        ("OPEN", march, 2, 1, 1, "unexplained", None),
        ("POLICE", march, 1, 1, 0, "none", None),
        ("REVISED", march, 3, 1, 2, "rows_in_quarantine", 2),
        ("TWICE", march, 1, 2, -1, "duplicate_records", -1),
    ]


def test_totals_of_special_care_centres_are_in_health_alone(files: duckdb.DuckDBPyConnection) -> None:
    found = files.execute(
        "select facility_code, measure, theirs::int, ours::int, likely_cause from health.main.reconciliation "
        "order by facility_code, measure"
    ).fetchall()
    assert found == [
        ("C1", "in_treatment", 2, 2, "none"),
        ("C1", "newly_enrolled", 1, 1, "none"),
        ("C2", "in_treatment", 1, 0, "file_not_received"),
        ("C2", "newly_enrolled", 1, 0, "unexplained"),
    ]
    core = "select count(*) from warehouse.core.reconciliation where dataset like 'health%'"
    assert files.execute(core).fetchall() == [(0,)]


def test_the_register_is_compared_with_what_offices_signed(files: duckdb.DuckDBPyConnection) -> None:
    found = files.execute(
        "select region_code, measure, period_start, theirs::int, ours::int, likely_cause, explained::int "
        "from warehouse.core.reconciliation where source = 'register' order by all"
    ).fetchall()
    first, last = date(2025, 1, 1), date(2025, 10, 1)
    assert found == [
        ("430100", "person_cumulative", first, 2, 2, "none", None),
        ("430100", "person_current", first, 1, 1, "none", None),
        ("430100", "person_new", first, 1, 1, "none", None),
        ("430200", "person_cumulative", first, 2, 1, "duplicate_records", 1),
        ("430300", "person_cumulative", first, 2, 1, "rows_in_quarantine", 1),
        ("430400", "person_cumulative", first, 1, 2, "linkage", -1),
        ("430500", "person_cumulative", first, 1, 2, "late_rows", -1),
        ("430600", "person_cumulative", first, 5, 1, "unexplained", None),
        ("430600", "person_cumulative", last, 5, 1, "file_not_received", None),
    ]


def test_control_totals_are_among_what_is_compared(files: duckdb.DuckDBPyConnection) -> None:
    found = files.execute(
        "select delivery_id, difference::int, likely_cause, explained::int from warehouse.core.reconciliation "
        "where source = 'control_total' order by delivery_id"
    ).fetchall()
    assert found == [
        ("d1", 0, "none", None),
        ("d2", 50, "rows_in_quarantine", 50),
        ("d3", 50, "rows_in_quarantine", None),
        ("d4", None, "file_not_received", None),
        ("d5", 50, "file_not_received", None),
        ("d6", 50, "duplicate_records", None),
        ("d7", -50, "unexplained", None),
        ("d8", 50, "unexplained", None),
        ("d9", 50, "rows_in_quarantine", 20),
    ]


def test_the_mart_says_how_many_totals_differ_and_nothing_of_their_size(files: duckdb.DuckDBPyConnection) -> None:
    found = files.execute(
        "select measure, likely_cause, totals from mart.main.reconciliation "
        "where source = 'facility_month' and period_start = date '2025-03-01' order by all"
    ).fetchall()
    assert found == [
        ("in_treatment", "file_not_received", 1),
        ("in_treatment", "none", 1),
        ("newly_enrolled", "none", 1),
        ("newly_enrolled", "unexplained", 1),
        ("occupied", "duplicate_records", 1),
        ("occupied", "late_rows", 1),
        ("occupied", "none", 2),
        ("occupied", "rows_in_quarantine", 3),
        ("occupied", "unexplained", 1),
    ]
    columns = files.execute("select column_name from duckdb_columns() where database_name = 'mart' "
                            "and table_name = 'reconciliation'").fetchall()  # fmt: skip
    assert not {"theirs", "ours", "difference", "facility_code", "region_code"} & {name for (name,) in columns}
