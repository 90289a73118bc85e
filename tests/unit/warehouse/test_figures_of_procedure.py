"""Hand-worked figures of procedure, treatment, supervision and submissions: a few rows per dataset, counted by eye."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.contracts import load_contracts
from tests.homes import open_home
from tests.unit.warehouse.behind import walk
from tests.unit.warehouse.inputs import NOON, Row, delivery, write_inputs

FURONG, YUELU, HUNAN = "430102", "430104", "430000"
MARCH, APRIL, BEFORE = date(2025, 3, 4), date(2025, 4, 1), date(2022, 12, 31)
TRAFFICKING, POSSESSION = "06070102", "06070200"
HOLDING, PROVIDING = "非法持有毒品罪", "容留他人吸毒罪"


def person(number: int, case: str = "", **columns: Any) -> Row:
    """A record about person p<number> in a case, by default one of their own."""
    return {"person": f"p{number}", "case": case or f"c{number}", **columns}


YES: Row = {"arrest_decision": "批准逮捕", "returned_count": 0, "charged_offence_name": HOLDING}
NO: Row = {"arrest_decision": "不批准逮捕", "returned_count": 0}
CHARGES = [
    person(1, arrest_decision_date=MARCH, charge_decision="起诉", charge_decision_date=MARCH, **YES),
    person(1, "c2", arrest_decision_date=APRIL, **YES),
    person(2, arrest_decision_date=MARCH, charge_decision="不起诉", charge_decision_date=MARCH, **NO),
    person(3, arrest_decision_date=MARCH, charge_decision="起诉", charge_decision_date=MARCH, **YES),
]
CHARGES[0]["returned_count"] = 1
# p1 goes to no prison; p4, sentenced for life for something else, goes in August; p3 is acquitted.
EFFECT = date(2025, 3, 15)
JUDGMENTS = [
    person(1, offence_name=PROVIDING, penalty="有期徒刑", term_months=36, effective_date=EFFECT, recidivist=True),
    person(3, offence_name=HOLDING, penalty="无罪", effective_date=EFFECT),
    person(4, offence_name="盗窃罪", penalty="无期徒刑", effective_date=EFFECT, instance="二审", is_drug_offence=False),
]
DELIVERIES = [person(1, not_held_reason="吞食异物"), person(4, not_held_reason="看守所拒收")]
PRISON = [person(4, admitted_date=date(2025, 8, 1))]
# p1 was not admitted after the first arrest and is arrested again. p2 is known from another province.
SUSPECTS = [
    person(1, arrested_date=MARCH, detained_date=MARCH, case_type_code=TRAFFICKING),
    person(1, "c2", arrested_date=APRIL, case_type_code=TRAFFICKING),
    person(2, "c5", arrested_date=MARCH, case_type_code=TRAFFICKING, case_source="外省通报", hukou_code=FURONG),
    person(2, "c7", arrested_date=MARCH, case_type_code=POSSESSION, case_source="外省通报", hukou_code=FURONG),
    person(5, detained_date=MARCH, case_type_code=POSSESSION, lead_no="L1"),
]
POLICE_REHAB = "公安强制隔离戒毒所"
CUSTODY = [
    person(5, custody_type="看守所", admitted_date=MARCH, refused=False),
    person(7, custody_type=POLICE_REHAB, admitted_date=date(2025, 1, 10), refused=False),
    person(7, custody_type=POLICE_REHAB, admitted_date=BEFORE, released_date=APRIL, refused=False),
    person(8, custody_type=POLICE_REHAB, admitted_date=MARCH, refused=True),
]
REGISTER = [person(1, register_status="现有吸毒"), person(6, register_status="现有吸毒")]
HERE: Row = {"hukou_code": FURONG, "residence_code": FURONG}
AWAY: Row = {"hukou_code": FURONG, "residence_code": YUELU}
# Reported on the last day of fifteen, a day late, not at all; and one who completed and is found to use again.
ORDERS = [
    person(7, order_doc_no="O1", order_type="强制隔离戒毒", decided_date=MARCH),
    person(7, order_doc_no="O2", order_type="强制隔离戒毒", decided_date=APRIL),
    person(9, order_doc_no="C1", order_type="社区戒毒", served_date=MARCH, reported_date=date(2025, 3, 19), **AWAY),
    person(10, order_doc_no="C2", order_type="社区戒毒", served_date=MARCH, reported_date=date(2025, 3, 20), **HERE),
    person(11, order_doc_no="C3", order_type="社区戒毒", served_date=MARCH, **HERE),
    person(
        12,
        order_doc_no="C4",
        order_type="社区康复",
        served_date=date(2024, 3, 4),
        reported_date=date(2024, 3, 10),
        lifted_date=APRIL,
        end_reason="期满",
        **HERE,
    ),
]
AGREEMENTS = [
    person(9, order_doc_no="C1", out_of_contact_date=date(2025, 6, 1)),
    person(10, order_doc_no="C2", support_measure="就业安置"),
]
FOUND: Row = {"test_occasion": "查获", "test_result": "阳性", "tested_date": MARCH}
TESTS = [
    person(13, drug_code="methamphetamine", drug_category="synthetic", **FOUND),
    person(14, drug_code="heroin", drug_category="opioid", **FOUND),
    person(15, drug_code="unresolved", drug_category="unresolved", **FOUND),
    person(16, **{**FOUND, "test_result": "阴性"}),
    person(9, test_occasion="社区戒毒", test_result="阴性", due_date=MARCH, tested_date=MARCH),
    person(10, test_occasion="社区戒毒", test_result="未检", due_date=MARCH),
    person(12, test_occasion="社区康复", test_result="阳性", tested_date=date(2025, 9, 1)),
]
ASKED: Row = {"requested_date": MARCH, "transfer_outcome": "接收"}
REFUSED: Row = {"requested_date": MARCH, "transfer_outcome": "拒绝"}
REQUESTS = [
    person(7, **ASKED),
    person(7, **ASKED),
    person(7, refusal_reason="医疗", **REFUSED),
    person(7, refusal_reason="容量不足", **REFUSED),
]
NOBODY: Row = {"person": None}
TRACED = [{"trace_result": "已倒查"}, {"trace_result": "倒查中"}, {"trace_result": "无法倒查"}]
# Venue V1 is inspected twice. The police filed a case on lead L1 alone.
INSPECTED = [
    {"unified_credit_code": "V1", "lead_no": "L1", "lead_sent_date": MARCH},
    {"unified_credit_code": "V1", "lead_no": "L2", "lead_sent_date": MARCH},
    {"unified_credit_code": "V2"},
]
LICENCES = [
    {"licence_no": "A", "report_month": "2025-02", "inspections": 0},
    {"licence_no": "A", "report_month": "2025-03", "inspections": 1},
    {"licence_no": "B", "report_month": "2025-03", "inspections": 0},
]
# In five days, in six, in thirty, and never.
SALES = [
    {"precursor_class": "第一类", "sale_filed_date": date(2025, 3, 9)},
    {"precursor_class": "第一类", "sale_filed_date": date(2025, 3, 10)},
    {"precursor_class": "第二类", "sale_filed_date": date(2025, 4, 3)},
    {"precursor_class": "第三类"},
]
FACILITIES = [
    {"facility_code": "F1", "report_month": "2025-03", "beds": 100, "occupied": 120, "voluntary_total": 7},
    {"facility_code": "F2", "report_month": "2025-03", "beds": 100, "occupied": 30, "voluntary_total": 5},
    {"facility_code": "F2", "report_month": "2025-02", "beds": 90, "occupied": 30, "voluntary_total": 4},
]
SITES = [
    {"site_code": "N1", "items_collected": 100, "items_real_name": 90, "items_inspected": 80, "items_scanned": 70},
    {"site_code": "N2", "items_collected": 100, "items_real_name": 100, "items_inspected": 100, "items_scanned": 100},
]
SIGNED = {
    "R1_meetings_party": 1, "R1_meetings_government": 2, "R1_meetings_commission": 3, "R1_member_units": 30,
    "R2_listed": 4, "R2_passed": 1, "R10_national_rank": 2, "R11_national_rank": 9, "R15_plots_confirmed": 0,
    "R21_aided": 12, "R22_townships": 20, "R22_compliant": 15, "R28_budget_total": 1000,
    "R28_budget_drug_control": 50, "R28_budget_publicity": 10, "R29_host_police": 1, "R29_host_government": 2,
    "R29_host_political_legal": 3, "R30_staff_total": 40, "R30_staff_nominal": 10, "R30_staff_left": 4,
    "R31_medical_planned": 10, "R31_medical_hired": 5, "R31_medical_staff": 20, "R31_medical_left": 2,
    "R31_allowance_covered": 18, "R32_assisted_cases": 6, "R32_assisted_kg": 7, "R33_arrests_total": 50,
    "R33_arrests_province": 5, "R36_cases": 8, "R36_converted": 2, "R47_drug_cases": 3, "R47_all_cases": 60,
    "R47_officers_drug": 4, "R47_officers_all": 80,
}  # fmt: skip
RECORDS: dict[str, list[Row]] = {
    "procuratorate_charge": CHARGES,
    "court_judgment": JUDGMENTS,
    "court_delivery": DELIVERIES,
    "prison_admission": PRISON,
    "police_case_suspect": SUSPECTS,
    "police_custody": CUSTODY,
    "police_drug_user": REGISTER,
    "police_treatment_order": ORDERS,
    "police_community_treatment": AGREEMENTS,
    "police_drug_test": TESTS,
    "rehab_episode": [person(7, admitted_date=APRIL)],
    "rehab_transfer_request": REQUESTS,
    "aviation_interception": [{**NOBODY, **row} for row in TRACED],
    "culture_inspection": [{**NOBODY, **row} for row in INSPECTED],
    "market_enterprise": [{**NOBODY, **row} for row in LICENCES],
    "market_precursor_flow": [{**NOBODY, **row} for row in SALES],
    "rehab_facility_month": [{**NOBODY, **row} for row in FACILITIES],
    "postal_compliance_month": [{**NOBODY, **row} for row in SITES],
    "commission_register": [
        {**NOBODY, "item_code": item, "indicator_id": item.split("_")[0], "submitted_value": value}
        for item, value in SIGNED.items()
    ],
}
COMMON: dict[str, Row] = {
    "procuratorate_charge": {"procuratorate_region_code": FURONG},
    "court_judgment": {
        "court_case_no": "J",
        "court_region_code": FURONG,
        "instance": "一审",
        "judgment_date": MARCH,
        "suspended": False,
        "is_drug_offence": True,
        "recidivist": False,
        "drug_recidivist": False,
    },
    "court_delivery": {"court_case_no": "J", "effective_date": EFFECT},
    "prison_admission": {"prison_region_code": FURONG, "refused": False},
    "police_case_suspect": {"handling_region_code": FURONG, "arrest_region_code": YUELU},
    "police_custody": {"region_code": FURONG},
    "police_drug_user": {"register_region_code": FURONG, "first_detected_date": BEFORE, "register_status_date": BEFORE},
    "police_treatment_order": {"deciding_region_code": FURONG},
    "police_drug_test": {"test_region_code": FURONG},
    "rehab_episode": {"region_code": FURONG},
    "rehab_transfer_request": {"requesting_region_code": FURONG},
    "aviation_interception": {"region_code": FURONG, "intercepted_date": MARCH},
    "culture_inspection": {"region_code": FURONG, "inspected_date": MARCH},
    "market_enterprise": {"region_code": FURONG},
    "market_precursor_flow": {"region_code": FURONG, "traded_date": MARCH},
    "rehab_facility_month": {"region_code": FURONG},
    "postal_compliance_month": {"region_code": FURONG, "report_month": "2025-03"},
    "commission_register": {"region_code": FURONG, "period_id": "2025Q1"},
}
Cell = tuple[str, str, str, float | None]
WANTED: dict[str, list[Cell]] = {
    "R6": [(FURONG, "2025Q1", "person", 2), (FURONG, "2025", "person", 2), (FURONG, "2025", "event", 3)],
    "R7": [(FURONG, "2025", "person", 2), (FURONG, "2025", "event", 2), (FURONG, "2025Q2", "event", 0)],
    "R11": [
        (FURONG, "2025", "person", 1),
        (FURONG, "2025", "event", 1),
        (YUELU, "2025", "event", 0),
        (FURONG, "2025Q1", "rank", 9),
    ],
    "R13": [(FURONG, "2025", "parcel", 3), (FURONG, "2025", "share_traced", 1 / 3)],
    "R14": [(FURONG, "2025-03", "venue", 2), (FURONG, "2025-03", "lead", 2), (FURONG, "2025-03", "share_filed", 0.5)],
    "R16": [
        (FURONG, "2025Q1", "licence", 2),
        (FURONG, "2025Q1", "share_inspected", 0.5),
        (FURONG, "2025-02", "share_inspected", 0),
        (FURONG, "2025Q1", "share_late_filing", 0.5),
    ],
    "R18": [
        (FURONG, "2025", "person_decided", 1),
        (FURONG, "2025", "event_decided", 2),
        (FURONG, "2025", "person_police", 1),
        (FURONG, "2025", "event_police", 1),
        (FURONG, "2025", "person_justice", 1),
        (FURONG, "2025", "event_justice", 1),
    ],
    "R19": [
        (FURONG, "2025Q1", "person", 3),
        (FURONG, "2025Q1", "share_in_execution", 0.75),
        (FURONG, "2025", "share_in_execution", 2 / 3),
    ],
    "R20": [(FURONG, "2025Q1", "event", 12), (FURONG, "2025-02", "event", 4)],
    "R25": [
        (FURONG, "2025Q1", "share_synthetic", 1 / 3),
        # In September somebody in community rehabilitation is found to use, nobody knows what.
        (FURONG, "2025", "share_synthetic", 1 / 4),
        (FURONG, "2025", "share_methamphetamine", 1 / 4),
        (FURONG, "2025", "share_heroin", 1 / 4),
        (FURONG, "2025", "share_ketamine", 0),
    ],
    "R27": [
        (FURONG, "2025", "share_criminal", 0.5),
        (FURONG, "2024", "share_criminal", 0),
        (FURONG, "2025", "share_recidivist", 1),
        (FURONG, "2025", "share_drug_recidivist", 0),
    ],
    "R34": [
        (FURONG, "2025-03", "share_real_name", 0.95),
        (FURONG, "2025-03", "share_inspected", 0.9),
        (FURONG, "2025-03", "share_scanned", 0.85),
    ],
    "R35": [
        (FURONG, "2025", "share_arrest_refused", 0.25),
        (FURONG, "2025", "share_not_charged", 1 / 3),
        (FURONG, "2025", "share_returned", 1 / 3),
        (FURONG, "2025", "share_offence_changed", 0.5),
        (FURONG, "2025", "share_acquitted", 0.5),
    ],
    "R37": [
        (FURONG, "2025", "share_not_admitted", 0.5),
        (YUELU, "2025-03", "person_again", 0),
        (YUELU, "2025", "person_again", 1),
    ],
    # The limit of both sentences ends on 25 April.
    "R38": [
        (FURONG, "2025Q1", "person", 0),
        (FURONG, "2025Q2", "person", 2),
        (FURONG, "2025Q2", "person_drug", 1),
        (FURONG, "2025", "person", 1),
    ],
    "R39": [
        (FURONG, "2025Q2", "person_to_3_years", 1),
        (FURONG, "2025Q2", "person_to_7_years", 0),
        (FURONG, "2025Q2", "person_to_15_years", 0),
        (FURONG, "2025Q2", "person_over_15_years", 1),
        (FURONG, "2025Q2", "longest_term_months", 36),
    ],
    "R40": [
        (FURONG, "2025Q2", "share_swallowed", 0.5),
        (FURONG, "2025Q2", "share_refused", 0.5),
        (FURONG, "2025", "share_swallowed", 1),
        (FURONG, "2025", "share_no_certificate", 0),
        (FURONG, "2025", "share_stayed", 0),
    ],
    "R41": [(FURONG, "2025-03", "occupancy", 0.75)],
    "R42": [(FURONG, "2025Q2", "person", 0), (FURONG, "2025", "person", 1), (FURONG, "2024", "person", 1)],
    "R43": [
        (FURONG, "2025", "event", 4),
        (FURONG, "2025", "share_refused", 0.5),
        (FURONG, "2025", "share_refused_medical", 0.25),
    ],
    "R44": [
        (FURONG, "2025", "share_reported", 1 / 3),
        (FURONG, "2025", "share_tested", 0.5),
        (FURONG, "2025Q2", "share_unreachable", 0),
        (FURONG, "2025", "share_unreachable", 0.5),
    ],
    "R45": [
        (FURONG, "2025", "share_separated", 0.5),
        (FURONG, "2025", "share_reported_separated", 1),
        (FURONG, "2025", "share_reported_together", 0),
    ],
    "R46": [
        (FURONG, "2025", "share_supported", 0.5),
        (FURONG, "2025", "share_again_1_year", 1),
        (FURONG, "2025", "share_again_3_years", 1),
    ],
    "R1": [
        (FURONG, "2025Q1", "meeting_party", 1),
        (FURONG, "2025Q1", "meeting_government", 2),
        (FURONG, "2025Q1", "meeting_commission", 3),
        (FURONG, "2025Q1", "unit", 30),
        (HUNAN, "2025Q1", "unit", None),
        (FURONG, "2025Q2", "unit", None),
    ],
    "R2": [(FURONG, "2025Q1", "county", 4), (FURONG, "2025Q1", "share_passed", 0.25)],
    "R10": [(FURONG, "2025Q1", "rank", 2)],
    "R15": [(FURONG, "2025Q1", "plot", 0)],
    "R21": [(FURONG, "2025Q1", "person", 12)],
    "R22": [(FURONG, "2025Q1", "township", 20), (FURONG, "2025Q1", "share_compliant", 0.75)],
    "R28": [
        (FURONG, "2025Q1", "yuan_drug_control", 50),
        (FURONG, "2025Q1", "share_drug_control", 0.05),
        (FURONG, "2025Q1", "share_publicity", 0.01),
    ],
    "R29": [
        (FURONG, "2025Q1", "office_police", 1),
        (FURONG, "2025Q1", "office_government", 2),
        (FURONG, "2025Q1", "office_political_legal", 3),
    ],
    "R30": [
        (FURONG, "2025Q1", "person", 40),
        (FURONG, "2025Q1", "share_nominal", 0.25),
        (FURONG, "2025Q1", "share_left", 0.1),
    ],
    "R31": [
        (FURONG, "2025Q1", "share_hired", 0.5),
        (FURONG, "2025Q1", "share_left", 0.1),
        (FURONG, "2025Q1", "share_allowance", 0.9),
    ],
    # One export of 28 came a day late; exports are due on 31 December.
    "R32": [
        (HUNAN, "2025-12", "share_on_time", 27 / 28),
        (FURONG, "2025Q1", "case", 6),
        (FURONG, "2025Q1", "kilogram", 7),
    ],
    "R33": [(FURONG, "2025Q1", "person", 50), (FURONG, "2025Q1", "share_province", 0.1)],
    "R36": [(FURONG, "2025Q1", "case", 8), (FURONG, "2025Q1", "share_converted", 0.25)],
    "R47": [(FURONG, "2025Q1", "share_drug_cases", 0.05), (FURONG, "2025Q1", "share_drug_officers", 0.05)],
}
PEOPLE: list[Row] = [{"person_id": f"p{number}"} for number in range(1, 17)]


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Path:
    """One build of all fixtures."""
    home = tmp_path_factory.mktemp("procedure")
    with open_home(home, parsed) as store:
        rows = {name: [{**COMMON.get(name, {}), **row} for row in table] for name, table in RECORDS.items()}
        received = [delivery(name) for name in load_contracts()]
        received[0]["received_at"] = NOON.replace(year=2026, month=1, day=1)
        # Sent a second time, which was due once.
        received.append(delivery("police_drug_user", status="duplicate", delivery_id="d2"))
        write_inputs(store, home / "made", rows, PEOPLE, received)
        return store.candidate / build(store)


@pytest.fixture(scope="module")
def figures(candidate: Path) -> dict[tuple[str, ...], Any]:
    """Value by figure, region, period and unit, and status of the mart beside it."""
    with duckdb.connect() as duck:
        for name in ("warehouse", "mart"):
            duck.execute(f"attach '{candidate / name}.duckdb' as {name} (read_only)")
        rows = duck.sql(
            "select indicator_id, region_code, period_id, unit, c.value, m.status from warehouse.core.indicator c "
            "join mart.main.indicator m using (indicator_id, region_code, period_id, unit)"
        ).fetchall()
    return {tuple(row[:4]): row[4:] for row in rows}


@pytest.mark.parametrize("indicator_id", WANTED)
def test_a_figure_is_what_one_counts_by_hand(figures: dict[tuple[str, ...], Any], indicator_id: str) -> None:
    wanted = WANTED[indicator_id]
    found = [(*cell[:3], figures[(indicator_id, *cell[:3])][0]) for cell in wanted]
    assert found == [(*cell[:3], cell[3] if cell[3] is None else pytest.approx(cell[3])) for cell in wanted]


def test_every_unit_of_these_figures_has_a_fixture(figures: dict[tuple[str, ...], Any]) -> None:
    units = {(key[0], key[3]) for key in figures if key[0] in WANTED}
    counted = {(indicator_id, cell[2]) for indicator_id, cells in WANTED.items() for cell in cells}
    # One more substance is the same piece of SQL.
    same = {("R25", f"share_{drug}") for drug in ("methamphetamine_tablet", "mdma_group", "etomidate")}
    assert units - counted == same


def test_the_rows_behind_a_figure_make_it(candidate: Path) -> None:
    places = [(HUNAN, "2025"), (FURONG, "2025"), (FURONG, "2025Q1"), (YUELU, "2025"), (FURONG, "2025Q2")]
    wrong, with_rows = walk(candidate, candidate / "vault.duckdb", places)
    assert wrong == []
    assert with_rows >= set(WANTED)


def test_the_mart_shows_a_signed_value_of_an_office_and_never_the_terms_of_people(
    figures: dict[tuple[str, ...], Any],
) -> None:
    assert figures["R1", FURONG, "2025Q1", "meeting_party"][1] == "ok"
    assert figures["R1", FURONG, "2025Q2", "meeting_party"][1] == "not_submitted"
    assert {status for key, (_, status) in figures.items() if key[0] == "R39"} == {"suppressed"}
