"""What records of a person, links and quarantine leave in doubt: a county for each rule, its figure counted by eye."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from tests.homes import open_home
from tests.unit.warehouse.behind import walk
from tests.unit.warehouse.inputs import Row, write_inputs

HUNAN, CHANGSHA = "430000", "430100"
FURONG, TIANXIN, YUELU, KAIFU, YUHUA, WANGCHENG = "430102", "430103", "430104", "430105", "430111", "430112"
CHANGSHA_COUNTY, LIUYANG, NINGXIANG = "430121", "430181", "430182"
# 浏阳县 became a city in 1993, 祁阳县 got its fourth code in 2021. Of 望城县 parts went to Yuelu and Kaifu in 1996, and
# it became a district in 2011. 郴县 was divided between two districts of Chenzhou.
OLD_LIUYANG, OLD_QIYANG, OLD_WANGCHENG, OLD_CHEN = "430123", "432727", "430122", "432821"
QIYANG, BEIHU, CHENZHOU = "431181", "431002", "431000"
BEFORE, MARCH, APRIL = date(2024, 3, 4), date(2025, 3, 4), date(2025, 4, 1)

ORDERS: list[Row] = []
TESTS: list[Row] = []


def _lives(place: str, hukou: str, order: str, before: str = "", after: str = "") -> None:
    """An order carried out in a place, with the residence it gives, and what tests before and after it give."""
    who = f"o{len(ORDERS)}"
    ORDERS.append({
        "person": who, "order_type": "社区戒毒", "order_doc_no": who, "execution_region_code": place,
        "hukou_code": hukou, "residence_code": order, "decided_date": MARCH, "served_date": MARCH,
        "reported_date": MARCH,
    })  # fmt: skip
    for day, code in ((BEFORE, before), (APRIL, after)):
        if code:
            TESTS.append({"person": who, "tested_date": day, "residence_code": code, "test_region_code": place})


# The records around the order agree on another county: it is a slip.
_lives(FURONG, FURONG, YUELU, before=FURONG, after=FURONG)
# Somebody moves back after the order.
_lives(YUELU, YUELU, FURONG, before=FURONG, after=YUELU)
# One record alone says otherwise.
_lives(TIANXIN, TIANXIN, YUELU, after=TIANXIN)
# Two in doubt, one either way.
_lives(NINGXIANG, NINGXIANG, YUELU, after=NINGXIANG)
_lives(NINGXIANG, NINGXIANG, NINGXIANG, after=YUELU)
# Codes of former times.
_lives(LIUYANG, OLD_LIUYANG, LIUYANG)
_lives(YUHUA, OLD_QIYANG, QIYANG)
_lives(KAIFU, OLD_WANGCHENG, YUELU)
_lives(WANGCHENG, OLD_WANGCHENG, FURONG)

NOTICE: Row = {"case_source": "外省通报", "case_type_code": "06070102", "arrested_date": MARCH}
SUSPECTS: list[Row] = [
    {"person": "n1", "hukou_code": OLD_QIYANG, **NOTICE},
    {"person": "n2", "hukou_code": OLD_CHEN, **NOTICE},
    # The loose threshold joins this one with r1, the strict one parts the next from r2.
    {"person": "a1", "loose": "r1", "arrested_date": MARCH},
    {"person": "r2", "strict": "a2", "arrested_date": MARCH},
]
# In quarantine: an arrest made in Furong of somebody who lives in Kaifu and is registered in Wangcheng.
SUSPECTS_WITHHELD: list[Row] = [
    {"record_key": "w", "arrested_date": MARCH, "arrest_region_code": FURONG, "residence_code": KAIFU,
     "hukou_code": WANGCHENG},
]  # fmt: skip
STANDS: Row = {"first_detected_date": MARCH, "register_status": "现有吸毒", "register_status_date": MARCH}
REGISTER: list[Row] = [
    {"person": who, "register_region_code": place, **STANDS}
    for who, place in (
        ("r1", TIANXIN), ("r2", YUHUA), ("r3", KAIFU), ("r4", WANGCHENG), ("r5", LIUYANG), ("r6", CHANGSHA_COUNTY),
    )
]  # fmt: skip
# Nobody reads how old somebody is whose row waits.
REGISTER_WITHHELD: list[Row] = [{"record_key": "w", "register_region_code": CHANGSHA_COUNTY, **STANDS}]
LICENCES: list[Row] = [{"licence_no": "L1", "report_month": "2025-03", "region_code": FURONG, "inspections": 0}]
SALES: list[Row] = [
    {"licence_no": "L1", "region_code": FURONG, "precursor_class": "第一类", "traded_date": MARCH},
]
# Acetone is of class III and filed in time; the county and the class were another sale's.
SALES_WITHHELD: list[Row] = [
    {"record_key": "w", "licence_no": "L1", "region_code": YUELU, "precursor_name": "丙酮", "precursor_class": "第一类",
     "traded_date": MARCH, "sale_filed_date": APRIL},
]  # fmt: skip
PRISON: Row = {"effective_date": MARCH, "penalty": "有期徒刑", "term_months": 36, "suspended": False}
# Nobody of these is in prison, as far as records say.
JUDGMENTS: list[Row] = [
    *({"person": f"j{seq}", "case": "c2", "court_case_no": "J1", "defendant_seq": seq, "instance": "一审",
       "court_region_code": FURONG, **PRISON} for seq in (1, 2)),
    {"person": "j3", "case": "c3", "court_case_no": "Z1", "first_instance_case_no": "J3", "instance": "二审",
     "court_region_code": YUELU, **PRISON},
]  # fmt: skip
# Of the second nobody knows the charge.
JUDGMENTS += [
    {"person": f"k{number}", "case": f"k{number}", "court_case_no": f"K{number}", "defendant_seq": 1,
     "instance": "一审", "indictment_no": f"I{number}", "court_region_code": LIUYANG, "judgment_date": MARCH,
     "offence_name": "贩卖毒品罪"}
    for number in (1, 2)
]  # fmt: skip
CHARGES: list[Row] = [
    {
        "person": "k1",
        "case": "k1",
        "charge_decision": "起诉",
        "indictment_no": "I1",
        "charged_offence_name": "贩卖毒品罪",
    },
]
# Taken for two persons, and one party: who is charged is tried, and who is detained is held.
JUDGMENTS.append(
    {"person": "m1", "case": "c4", "court_case_no": "M1", "defendant_seq": 1, "instance": "一审",
     "court_region_code": WANGCHENG, "judgment_date": MARCH, "offence_name": "贩卖毒品罪"}
)  # fmt: skip
CHARGES.append(
    {"person": "m2", "party": "m1", "case": "c4", "charge_decision": "起诉", "charged_offence_name": "运输毒品罪"}
)
SUSPECTS.append({"person": "m3", "case": "c5", "detained_date": MARCH, "handling_region_code": KAIFU})
CUSTODY: list[Row] = [
    {"person": "m4", "party": "m3", "case": "c5", "custody_type": "看守所", "refused": False, "admitted_date": MARCH},
]
DELIVERIES: list[Row] = [
    {"person": f"j{seq}", "case": "c2", "court_case_no": "J1", "defendant_seq": seq, "execution_notice_no": f"N{seq}"}
    for seq in (1, 2)
]
# Admissions that wait name the notice of one of two defendants, or only the case of the first instance.
ADMISSIONS_WITHHELD: list[Row] = [
    {"record_key": "w1", "judgment_case_no": "J1", "execution_notice_no": "N1", "admitted_date": APRIL},
    {"record_key": "w2", "judgment_case_no": "J3", "admitted_date": APRIL},
]
PEOPLE: list[Row] = [
    {"person_id": who, "birth_date": date(1990, 1, 1)}
    for who in (
        *("r1", "r2", "r3", "r4", "r5", "r6", "a1", "n1", "n2", "j1", "j2", "j3", "k1", "k2"),
        *("m1", "m2", "m3", "m4"),
        *(row["person"] for row in ORDERS),
    )
]

Range = tuple[float | None, float | None, float | None]
# Value, least and greatest in 2025.
WANTED: dict[tuple[str, str, str], Range] = {
    ("R45", "share_separated", FURONG): (0, 0, 0),
    ("R45", "share_reported_together", FURONG): (1, 1, 1),
    ("R45", "share_separated", YUELU): (1, 1, 1),
    ("R45", "share_separated", TIANXIN): (1, 0, 1),
    ("R45", "share_separated", NINGXIANG): (1 / 2, 0, 1),
    ("R45", "share_separated", LIUYANG): (0, 0, 0),
    ("R45", "share_separated", YUHUA): (0, 0, 0),
    ("R45", "share_separated", KAIFU): (0, 0, 0),
    ("R45", "share_separated", WANGCHENG): (1, 1, 1),
    ("R11", "event", QIYANG): (1, 1, 1),
    ("R11", "event", BEIHU): (0, 0, 0),
    ("R11", "event", CHENZHOU): (1, 1, 1),
    ("R27", "share_criminal", TIANXIN): (0, 0, 1),
    ("R27", "share_criminal", YUHUA): (1, 0, 1),
    ("R27", "share_criminal", KAIFU): (0, 0, 1),
    ("R27", "share_criminal", WANGCHENG): (0, 0, 1),
    ("R27", "share_criminal", LIUYANG): (0, 0, 0),
    ("R26", "share_under_18", CHANGSHA_COUNTY): (0, 0, 1 / 2),
    ("R26", "share_under_35", CHANGSHA_COUNTY): (0, 0, 1 / 2),
    ("R26", "share_under_18", LIUYANG): (0, 0, 0),
    ("R35", "share_offence_changed", LIUYANG): (0, 0, 1 / 2),
    ("R35", "share_offence_changed", WANGCHENG): (1, 1, 1),
    ("R37", "share_not_admitted", KAIFU): (0, 0, 0),
    ("R38", "person", FURONG): (2, 1, 2),
    ("R38", "person", YUELU): (1, 0, 1),
    ("R16", "share_late_filing", FURONG): (1, 1 / 2, 1),
    ("R16", "share_late_filing", YUELU): (None, None, None),
}


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Path:
    """One build of all of them."""
    home = tmp_path_factory.mktemp("doubts")
    rows = {
        "police_treatment_order": ORDERS,
        "police_drug_test": TESTS,
        "police_case_suspect": SUSPECTS,
        "police_drug_user": REGISTER,
        "market_enterprise": LICENCES,
        "market_precursor_flow": SALES,
        "court_judgment": JUDGMENTS,
        "procuratorate_charge": CHARGES,
        "court_delivery": DELIVERIES,
        "police_custody": CUSTODY,
    }
    held = {
        "police_case_suspect": SUSPECTS_WITHHELD,
        "police_drug_user": REGISTER_WITHHELD,
        "market_precursor_flow": SALES_WITHHELD,
        "prison_admission": ADMISSIONS_WITHHELD,
    }
    with open_home(home, parsed) as store:
        write_inputs(store, home / "made", rows, PEOPLE, withheld=held)
        return store.candidate / build(store)


@pytest.fixture(scope="module")
def ranges(candidate: Path) -> dict[tuple[str, str, str], Range]:
    """Value and range in 2025 by figure, unit and region."""
    with duckdb.connect(str(candidate / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select indicator_id, unit, region_code, value, value_low, value_high "
            "from core.indicator where period_id = '2025'"
        ).fetchall()
    return {row[:3]: row[3:] for row in rows}


@pytest.mark.parametrize("cell", WANTED, ids=" ".join)
def test_a_figure_is_what_the_records_say_and_its_range_what_they_leave_open(
    ranges: dict[tuple[str, str, str], Range], cell: tuple[str, str, str]
) -> None:
    assert ranges[cell] == pytest.approx(WANTED[cell])


def test_the_rows_behind_these_figures_make_them(candidate: Path) -> None:
    places = [(HUNAN, "2025"), (CHANGSHA, "2025"), (NINGXIANG, "2025")]
    assert walk(candidate, candidate / "vault.duckdb", places)[0] == []
