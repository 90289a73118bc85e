"""Hand-worked figures: a few rows per figure, counted by eye. Yuelu (430104) and Furong (430102) lie in Changsha."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.build.build import build
from tests.homes import open_home
from tests.unit.warehouse.behind import walk
from tests.unit.warehouse.inputs import Row, write_inputs

FURONG, YUELU, CHANGSHA, HUNAN = "430102", "430104", "430100", "430000"
MARCH, APRIL, BEFORE = date(2025, 3, 4), date(2025, 4, 1), date(2022, 12, 31)

# Case A has two suspects, one of whom is a suspect of case B too. C was solved before the periods begin.
SUSPECTS: list[Row] = [
    {"police_case_no": "A", "solved_date": MARCH, "arrested_date": MARCH, "person": "p1"},
    {"police_case_no": "A", "solved_date": MARCH, "arrested_date": APRIL, "person": "p2"},
    {"police_case_no": "B", "solved_date": APRIL, "arrested_date": MARCH, "person": "p1"},
    {"police_case_no": "C", "solved_date": BEFORE, "arrested_date": BEFORE, "person": "p3"},
    {"police_case_no": "D", "solved_date": None, "arrested_date": None, "person": "p3"},
]
# J1 convicts two, J2 acquits its only defendant, J3 is an appeal.
JUDGMENTS: list[Row] = [
    {"court_case_no": "J1", "instance": "一审", "penalty": "有期徒刑", "person": "p1"},
    {"court_case_no": "J1", "instance": "一审", "penalty": "拘役", "person": "p2"},
    {"court_case_no": "J2", "instance": "一审", "penalty": "无罪", "person": "p3"},
    {"court_case_no": "J3", "instance": "二审", "penalty": "有期徒刑", "person": "p1"},
]
PRISON: list[Row] = [
    {"is_drug_offence": True, "admitted_date": MARCH, "refused": False, "person": "p1"},
    {"is_drug_offence": True, "admitted_date": APRIL, "refused": False, "person": "p1"},
    {"is_drug_offence": False, "admitted_date": MARCH, "refused": False, "person": "p2"},
    {"is_drug_offence": True, "admitted_date": MARCH, "refused": True, "person": "p3"},
]
POINTS: list[Row] = [
    {"checkpoint_code": "P1", "checkpoint_type": "入省", "opened_date": BEFORE},
    {"checkpoint_code": "P2", "checkpoint_type": "中途", "opened_date": BEFORE, "closed_date": date(2025, 6, 1)},
    {"checkpoint_code": "P3", "checkpoint_type": "中途", "opened_date": APRIL},
]


def _exhibit(category: str, kind: str, amount: int, net: int | None = None, lab: str = "检出") -> Row:
    return {"drug_category": category, "quantity_kind": kind, "quantity_value": amount, "net_grams": net,
            "lab_result": lab, "police_case_no": "A"}  # fmt: skip


# Weighed are 1,450 g of heroin and 4 g of tablets. 900 g are the net weight of what was swapped with the gross one.
EXHIBITS: list[Row] = [
    _exhibit("opioid", "weighed_gram", 1500, 1450),
    _exhibit("opioid", "weighed_gram", 500, None, "待检"),
    _exhibit("synthetic", "estimated", 40, 4),
    _exhibit("synthetic", "estimated", 60),
    _exhibit("synthetic", "weighed_gram", 100, 95, "未检出"),
    _exhibit("synthetic", "weighed_gram", 900, 1000),
    *(_exhibit("stimulant", "weighed_gram", 20, 20) | {"seized_region_code": YUELU} for _ in range(10)),
    _exhibit("synthetic", "liquid_ml", 160, 120),
    *(_exhibit("synthetic", "liquid_ml", 10) | {"police_case_no": f"L{case}"} for case in range(9)),
    _exhibit("synthetic", "liquid_ml", 70, None, "未检出"),
    _exhibit("plant", "plant", 7, None, "待检"),
    _exhibit("precursor", "weighed_gram", 2000, 1900),
]
# In quarantine: the second exhibit weighed, whose net weight cannot be read, and two exhibits not known otherwise. The
# gross weight of the last, which cannot be read, is that of its neighbour.
EXHIBITS_WITHHELD: list[Row] = [
    {"record_key": "k1", **_exhibit("opioid", "weighed_gram", 500)},
    {"record_key": "w1", **_exhibit("opioid", "weighed_gram", 110, 100)},
    {"record_key": "w2", **_exhibit("opioid", "weighed_gram", 5, 40)},
]
CENTRES: list[Row] = [
    {"facility_code": "F1", "facility_type": "病残收治中心", "report_month": "2025-03", "beds": 40},
    {"facility_code": "F1", "facility_type": "病残收治中心", "report_month": "2025-02", "beds": 30},
    {"facility_code": "F2", "facility_type": "自愿戒毒医院", "report_month": "2025-03", "beds": 90},
]
ACTIVE, CLEAN, DEAD = "现有吸毒", "戒断三年未复吸", "死亡"
# p1 stands in two counties; first detected in the earlier one. p2 was clean by April, p3 dead since before.
REGISTER: list[Row] = [
    {"person": "p1", "first_detected_date": MARCH, "register_status": ACTIVE, "register_status_date": MARCH},
    {
        "person": "p1",
        "first_detected_date": APRIL,
        "register_status": ACTIVE,
        "register_status_date": APRIL,
        "register_region_code": YUELU,
        "strict": "s1",
    },
    {"person": "p2", "first_detected_date": BEFORE, "register_status": CLEAN, "register_status_date": APRIL},
    {"person": "p3", "first_detected_date": BEFORE, "register_status": DEAD, "register_status_date": BEFORE},
    {
        "person": "p4",
        "first_detected_date": MARCH,
        "register_status": ACTIVE,
        "register_status_date": MARCH,
        "loose": "p1",
    },
]
PEOPLE: list[Row] = [
    {"person_id": "p1", "birth_date": date(1990, 3, 5)},  # 34 on the day before the birthday
    {"person_id": "p2", "birth_date": date(1980, 1, 1)},
    {"person_id": "p3", "birth_date": date(1970, 1, 1)},
    {"person_id": "p4", "birth_date": date(2007, 3, 5)},  # 17 on the day before the birthday
]
# The strict threshold parts p1, the loose one joins p2 and p5. In quarantine are a later version of the first row that
# says the same, and a row of somebody not known otherwise.
CHARGES: list[Row] = [
    {"person": "p1"},
    {"person": "p1", "strict": "s1"},
    {"person": "p2"},
    {"person": "p5", "loose": "p2"},
]
CHARGES_WITHHELD: list[Row] = [{"record_key": "k0"}, {"record_key": "k9", "procuratorate_region_code": YUELU}]
# One request of four is refused. In quarantine are one that was refused and two that were not; and a later version of
# the second request of Yuelu: it was refused after all.
REQUESTS: list[Row] = [
    {"transfer_outcome": "拒绝"},
    *({"transfer_outcome": "接收"} for _ in range(3)),
    *({"transfer_outcome": "接收", "requesting_region_code": YUELU} for _ in range(2)),
]
REQUESTS_WITHHELD: list[Row] = [
    {"record_key": "w1", "transfer_outcome": "拒绝"},
    {"record_key": "w2", "transfer_outcome": "接收"},
    {"record_key": "w3", "transfer_outcome": "接收"},
    {"record_key": "k5", "transfer_outcome": "拒绝", "requesting_region_code": YUELU},
]
# As an office signed them for a quarter; they are never added up.
PROJECTS: list[Row] = [
    {"item_code": f"R23_projects_{kind}", "submitted_value": value}
    for kind, value in (("new", 2), ("renovated", 1), ("expanded", 0))
]

WANTED: dict[str, tuple[dict[str, list[Row]], list[tuple[str, str, str, float | None]]]] = {
    "R3": (
        {"police_case_suspect": SUSPECTS},
        [(FURONG, "2025-03", "case", 1), (FURONG, "2025", "case", 2), (HUNAN, "2023-2025", "case", 2)],
    ),
    "R4": (
        {"police_case_suspect": SUSPECTS},
        [
            (YUELU, "2025-03", "person", 1),
            (YUELU, "2025-03", "event", 2),
            (CHANGSHA, "2025", "person", 2),
            (CHANGSHA, "2025", "event", 3),
            (FURONG, "2025", "event", 0),
        ],
    ),
    "R5": (
        {"police_seizure": EXHIBITS},
        [
            (FURONG, "2025", "tonne", 0.002354),
            (CHANGSHA, "2025", "tonne", 0.002554),
            (FURONG, "2025", "litre_liquid", 0.25),
            (FURONG, "2025", "plant", 7),
            (FURONG, "2025", "tonne_precursor", 0.0019),
        ],
    ),
    "R8": (
        {"court_judgment": JUDGMENTS},
        [(CHANGSHA, "2025Q1", "case", 2), (CHANGSHA, "2025Q1", "person", 2), (CHANGSHA, "2025Q1", "event", 2)],
    ),
    "R9": (
        {"prison_admission": PRISON},
        [(HUNAN, "2025", "person", 1), (HUNAN, "2025", "event", 2), (HUNAN, "2025-03", "event", 1)],
    ),
    "R12": (
        {"transport_checkpoint": POINTS},
        [
            (FURONG, "2025Q1", "checkpoint", 2),
            (FURONG, "2025-04", "checkpoint", 3),
            (FURONG, "2025", "checkpoint", 2),
            (FURONG, "2025", "checkpoint_entry", 1),
            (FURONG, "2025", "checkpoint_midway", 1),
        ],
    ),
    "R17": (
        {"police_drug_user": REGISTER},
        [(FURONG, "2025", "person", 2), (YUELU, "2025", "person", 0), (HUNAN, "2025-04", "person", 0)],
    ),
    "R23": (
        {"health_facility_month": CENTRES, "commission_register": PROJECTS},
        [
            (FURONG, "2025Q1", "facility", 1),
            (FURONG, "2025Q1", "bed", 40),
            (FURONG, "2025-02", "bed", 30),
            (FURONG, "2025Q1", "project_new", 2),
            (FURONG, "2025Q1", "project_renovated", 1),
            (FURONG, "2025Q1", "project_expanded", 0),
            (FURONG, "2025", "project_new", None),
        ],
    ),
    "R24": (
        {"police_drug_user": REGISTER},
        [
            (HUNAN, "2025Q1", "person_cumulative", 4),
            (HUNAN, "2025Q1", "person_current", 3),
            (HUNAN, "2025Q1", "person_abstinent", 0),
            (HUNAN, "2025", "person_current", 2),
            (HUNAN, "2025", "person_abstinent", 1),
            (HUNAN, "2025", "person_new", 2),
        ],
    ),
    "R26": (
        {"police_drug_user": REGISTER},
        [
            (HUNAN, "2025", "median_age", 25.5),
            (HUNAN, "2025", "share_under_18", 0.5),
            (HUNAN, "2025", "share_under_25", 0.5),
            (HUNAN, "2025", "share_under_35", 1.0),
        ],
    ),
}
# Value, least and greatest in 2025.
RANGES: dict[tuple[str, str, str], tuple[float, float, float]] = {
    ("R5", FURONG, "tonne"): (0.002354, 0.002354, 0.003004),
    ("R6", FURONG, "person"): (3, 2, 4),
    ("R6", FURONG, "event"): (4, 4, 4),
    ("R6", YUELU, "person"): (0, 0, 1),
    ("R6", CHANGSHA, "person"): (3, 2, 5),
    ("R6", CHANGSHA, "event"): (4, 4, 5),
    ("R17", HUNAN, "person"): (2, 1, 3),
    ("R24", HUNAN, "person_new"): (2, 1, 3),
    ("R43", FURONG, "event"): (4, 4, 7),
    ("R43", FURONG, "share_refused"): (1 / 4, 1 / 6, 2 / 5),
    ("R43", YUELU, "share_refused"): (0, 0, 1 / 2),
    # Nothing waits in quarantine and nobody is in doubt.
    ("R5", FURONG, "litre_liquid"): (0.25, 0.25, 0.25),
    ("R8", CHANGSHA, "person"): (2, 2, 2),
}
# What every row of a dataset has unless it says otherwise.
COMMON: dict[str, Row] = {
    "police_case_suspect": {"handling_region_code": FURONG, "arrest_region_code": YUELU},
    "court_judgment": {"court_region_code": FURONG, "judgment_date": MARCH},
    "prison_admission": {"prison_region_code": FURONG},
    "transport_checkpoint": {"region_code": FURONG},
    "police_seizure": {"seized_region_code": FURONG, "seized_date": MARCH},
    "health_facility_month": {"region_code": FURONG},
    "police_drug_user": {"register_region_code": FURONG},
    "procuratorate_charge": {
        "procuratorate_region_code": FURONG,
        "arrest_decision": "批准逮捕",
        "arrest_decision_date": MARCH,
    },
    "rehab_transfer_request": {"requesting_region_code": FURONG, "requested_date": MARCH},
    "commission_register": {"region_code": FURONG, "period_id": "2025Q1", "indicator_id": "R23"},
}


def _filled(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {name: [{**COMMON[name], **row} for row in table] for name, table in rows.items()}


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Path:
    """One build of all fixtures."""
    home = tmp_path_factory.mktemp("figures")
    with open_home(home, parsed) as store:
        rows = {name: table for tables, _ in WANTED.values() for name, table in tables.items()}
        rows |= {"procuratorate_charge": CHARGES, "rehab_transfer_request": REQUESTS}
        held = {"procuratorate_charge": CHARGES_WITHHELD, "rehab_transfer_request": REQUESTS_WITHHELD}
        held |= {"police_seizure": EXHIBITS_WITHHELD}
        write_inputs(store, home / "made", _filled(rows), PEOPLE, withheld=_filled(held))
        return store.candidate / build(store)


@pytest.fixture(scope="module")
def figures(candidate: Path) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Value, status and range by figure, region, period and unit."""
    with duckdb.connect(str(candidate / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select indicator_id, region_code, period_id, unit, value, status, value_low, value_high "
            "from core.indicator"
        ).fetchall()
    return {tuple(row[:4]): row[4:] for row in rows}


@pytest.mark.parametrize("indicator_id", WANTED)
def test_a_figure_is_what_one_counts_by_hand(
    figures: dict[tuple[str, ...], tuple[Any, ...]], indicator_id: str
) -> None:
    _, wanted = WANTED[indicator_id]
    found = [
        (region, period, unit, figures[indicator_id, region, period, unit][0]) for region, period, unit, _ in wanted
    ]
    assert found == [
        (region, period, unit, value if value is None else pytest.approx(value))
        for region, period, unit, value in wanted
    ]


def test_a_seized_quantity_is_published_where_ten_cases_stand_behind_it(candidate: Path) -> None:
    # Twelve exhibits of drugs that were weighed are of one case; ten of liquids are of ten.
    with duckdb.connect(str(candidate / "mart.duckdb"), read_only=True) as mart:
        found = mart.execute(
            "select unit, status from mart.indicator "
            "where indicator_id = 'R5' and region_code = ? and period_id = '2023-2025'",
            [HUNAN],
        ).fetchall()
    assert {unit for unit, status in found if status == "ok"} == {"litre_liquid"}


def test_the_rows_behind_a_figure_make_it_and_what_is_withheld_is_not_among_them(candidate: Path) -> None:
    places = [(HUNAN, "2025"), (CHANGSHA, "2025Q1"), (FURONG, "2025-04")]
    assert walk(candidate, candidate / "vault.duckdb", places)[0] == []


def test_a_range_spans_the_thresholds_of_the_linkage_and_what_quarantine_withholds(
    figures: dict[tuple[str, ...], tuple[Any, ...]],
) -> None:
    found = {(indicator, *place): figures[indicator, place[0], "2025", place[1]] for indicator, *place in RANGES}
    assert {key: (value, low, high) for key, (value, _, low, high) in found.items()} == {
        key: pytest.approx(wanted) for key, wanted in RANGES.items()
    }
