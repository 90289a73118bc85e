"""What the agencies write about the lives keeps every rule of its contract, and says what happened."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import date, datetime
from xml.etree import ElementTree

import openpyxl
import pytest

from pipelines.contracts import Contract
from pipelines.ingest.verdicts import rules_of
from pipelines.province import (
    commission,
    justice_rehab,
    parcels,
    police,
    police_custody,
    police_treatment,
    procurators,
    sentences,
)
from pipelines.province.datasets import DATASETS as EVERY
from pipelines.province.days import END
from pipelines.province.defects import HARD, Rates
from pipelines.province.deliveries import make_deliveries
from pipelines.province.layouts import files_of
from pipelines.province.live import live
from pipelines.province.lives import (
    APPROVED,
    CHARGED,
    NOT_APPROVED,
    NOT_CHARGED,
    PAROLE,
    PROBATION,
    SERVED_OUTSIDE,
    SURVEILLANCE,
    Lives,
)
from pipelines.province.numbers import credit_check, credit_code, organisation_check
from pipelines.province.records import TAIL, Dataset
from pipelines.province.rejects import Spoiler
from pipelines.province.rewriting import Rewriter
from pipelines.province.trade import FILED_IN_DAYS, FIRST_CLASS
from tests.contract.rows import broken_rules

DATASETS = (
    procurators.CHARGE,
    sentences.DELIVERY,
    sentences.SUPERVISION,
    sentences.CERTIFICATE,
    parcels.POSTAL_MONTH,
    parcels.INTERCEPTION,
    commission.INSPECTION,
    commission.ENTERPRISE,
    commission.FLOW,
    commission.REGISTER,
    police.SEIZURE,
    police_treatment.ORDER,
    police_treatment.DRUG_TEST,
    police_treatment.COMMUNITY_TREATMENT,
    police_custody.CUSTODY,
    justice_rehab.EPISODE,
    justice_rehab.REQUEST,
    justice_rehab.FACILITY_MONTH,
)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return live(2500, 4)


def _rows(dataset: Dataset, lives: Lives) -> list[dict[str, str]]:
    """The latest row of every record that still stands, by header."""
    records = dataset.records(lives, random.Random(dataset.name))
    return [dict(zip(dataset.header, record.row(END), strict=True)) for record in records if record.dropped is None]


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_row_of_every_delivery_keeps_every_rule(dataset: Dataset, lives: Lives, contracts: dict[str, Contract]):
    contract = contracts[dataset.name]
    names = {column.header: column.name for column in contract.columns}
    records = dataset.records(lives, random.Random(dataset.name))
    deliveries = make_deliveries(dataset, records, random.Random(1))
    assert len(deliveries) == 2
    for delivery in deliveries:
        assert delivery.rows
        rows = [
            {names[header]: cell for header, cell in zip((*dataset.header, *TAIL), row.cells, strict=True)}
            for row in delivery.rows
        ]
        # A rate of filled cells is a fact of a delivery: rows break it one by one, within its tolerance.
        rates = {rule.rule_id for rule in rules_of(contract) if rule.check == "fill_rate"}
        broken = Counter(rule for found in broken_rules(contract, rows) for rule in found)
        assert set(broken) <= rates


@pytest.mark.parametrize("dataset", EVERY, ids=lambda dataset: dataset.name)
def test_a_contract_refuses_what_was_spoilt_and_nothing_that_was_only_rewritten(
    dataset: Dataset, lives: Lives, contracts: dict[str, Contract]
):
    contract, rng = contracts[dataset.name], random.Random(f"{dataset.name} spoilt")
    refusing = {rule.rule_id for rule in rules_of(contract) if rule.severity == "error"}
    names = [next(c.name for c in contract.columns if c.header == header) for header in (*dataset.header, *TAIL)]
    records = dataset.records(lives, random.Random(dataset.name))
    rows = make_deliveries(dataset, records, random.Random(1))[-1].rows[:4000]
    spoiler = Spoiler(dataset, Rates(HARD, rng), rng)
    spoiler.spoil(rows)
    Rewriter(dataset, Rates(HARD, rng), rng).rewrite([row for row in rows if not row.spoilt])
    # A row of another shape is refused by the reader's count of its fields, before anything is compared.
    whole = [row for row in spoiler.contradict(rows) if len(row.cells) == len(names)]
    broken = broken_rules(contract, [dict(zip(names, row.cells, strict=True)) for row in whole])
    wrong = [
        (row.defects, sorted(rules))
        for row, rules in zip(whole, broken, strict=True)
        if row.spoilt != bool(rules & refusing)
    ]
    assert wrong == []


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_keys_are_unique(dataset: Dataset, lives: Lives) -> None:
    keys = [record.key for record in dataset.records(lives, random.Random(dataset.name))]
    assert len(set(keys)) == len(keys) > 0


def test_a_charge_follows_the_case_and_names_its_documents(lives: Lives) -> None:
    charges = {charge.number: charge for charge in lives.charges}
    rows = _rows(procurators.CHARGE, lives)
    assert len(rows) == len(charges)
    for row in rows:
        suspect = charges[row["部门受案号"]].suspect
        assert row["侦查文号"] == suspect.case.filing_number
        indictment = suspect.severed_indictment or suspect.case.indictment_number
        assert row["起诉书文号"] == (indictment if row["起诉决定"] == CHARGED else "")
    assert {row["批捕决定"] for row in rows} == {"", APPROVED, NOT_APPROVED}
    assert {row["起诉决定"] for row in rows} == {"", CHARGED, NOT_CHARGED}


def test_everybody_before_a_court_was_charged(lives: Lives) -> None:
    charged = {
        (charge.suspect.case.case_id, charge.suspect.person.person_id)
        for charge in lives.charges
        if charge.outcome == CHARGED
    }
    assert {(judgment.case.case_id, judgment.person.person_id) for judgment in lives.judgments} <= charged


def test_the_steps_of_a_charge_come_in_order(lives: Lives) -> None:
    for charge in lives.charges:
        steps = [charge.suspect.arrested, charge.requested, charge.decided, charge.received, charge.concluded]
        taken = [day for day in steps if day is not None]
        assert taken == sorted(taken)
        assert date(2023, 1, 1) <= charge.begun <= END


def test_papers_are_those_of_judgments_that_took_effect(lives: Lives) -> None:
    effective = {
        f"{judgment.number}|{judgment.seq}": judgment for judgment in lives.judgments if judgment.effective is not None
    }
    rows = _rows(sentences.DELIVERY, lives)
    assert len(rows) == len(lives.executions)
    for row in rows:
        judgment = effective[f"{row['案号']}|{row['序号']}"]
        assert row["生效日期"] == judgment.effective.isoformat()
        assert row["送达机关"] == "社区矫正机构" or not judgment.suspended
    assert {row["监外执行决定"] for row in rows} == {"", "决定暂予监外执行", "不予暂予监外执行"}


def test_papers_reach_the_prison_before_the_person(lives: Lives) -> None:
    held = [e for e in lives.executions if e.sentence is not None and e.sentence.held is not None]
    assert held
    for execution in held:
        assert execution.receiving == "监狱"
        assert execution.effective < execution.delivered <= execution.sentence.held


def test_who_serves_outside_prison_has_a_certificate_and_is_held_nowhere(lives: Lives) -> None:
    certified = {id(certificate.judgment) for certificate in lives.certificates if certificate.fits}
    outside = [execution for execution in lives.executions if execution.outside == "决定暂予监外执行"]
    assert outside
    for execution in outside:
        assert id(execution.judgment) in certified
        assert execution.sentence.held is None
        assert execution.sentence.outside == execution.outside_on


def test_supervision_follows_suspension_surveillance_parole_or_service_outside(lives: Lives) -> None:
    assert {s.category for s in lives.supervisions} == {PROBATION, SURVEILLANCE, PAROLE, SERVED_OUTSIDE}
    for supervision in lives.supervisions:
        judgment = supervision.execution.judgment
        match supervision.category:
            case "缓刑":
                assert judgment.suspended
            case "管制":
                assert judgment.penalty == "管制"
            case "假释":
                # Half of the term is served, and nobody on parole is lost (刑法 81).
                assert not judgment.recidivist
                assert supervision.received is not None
                held = supervision.execution.sentence.held
                assert supervision.began - held >= (supervision.lifted - held) / 2
            case _:
                assert supervision.began == supervision.execution.outside_on
    rows = _rows(sentences.SUPERVISION, lives)
    assert len(rows) == sum(supervision.received is not None for supervision in lives.supervisions)


def test_a_release_on_parole_is_the_release_the_prison_reports(lives: Lives) -> None:
    released = {admission.notice_number: admission.released for admission in lives.admissions}
    paroled = [supervision for supervision in lives.supervisions if supervision.category == PAROLE]
    assert paroled
    assert all(released[supervision.execution.notice_number] == supervision.began for supervision in paroled)


def test_cases_that_began_with_a_clue_name_it(lives: Lives) -> None:
    rows = _rows(police.CASE_SUSPECT, lives)
    of_case = {row["案件编号"]: row for row in rows}
    leads = [inspection for inspection in lives.inspections if inspection.case is not None]
    traced = [parcel for parcel in lives.interceptions if parcel.case is not None]
    assert leads
    assert traced
    for inspection in leads:
        assert inspection.lead_sent <= inspection.case.filed
        assert of_case[inspection.case.number]["线索号"] == inspection.lead_number
    for parcel in traced:
        assert parcel.day < parcel.traced < parcel.case.filed
        assert of_case[parcel.case.number]["移交单号"] == parcel.handover_number
    sent = {inspection.lead_number for inspection in lives.inspections}
    assert {row["线索号"] for row in rows} <= sent


def test_what_an_airport_says_of_a_parcel_follows_the_search(lives: Lives) -> None:
    parcels_by_number = {parcel.number: parcel for parcel in lives.interceptions}
    rows = _rows(parcels.INTERCEPTION, lives)
    assert {row["倒查结果"] for row in rows} == {"已倒查", "无法倒查", "倒查中"}
    for row in rows:
        assert (row["倒查结果"] == "已倒查") == (row["倒查日期"] != "")
        assert len(row["运单号哈希"]) == 64
        assert parcels_by_number[row["拦截编号"]].day.isoformat() == row["拦截日期"]


def test_a_lead_comes_of_what_an_inspection_found(lives: Lives) -> None:
    rows = _rows(commission.INSPECTION, lives)
    assert len(rows) == len(lives.inspections)
    assert all((row["结果"] == "发现涉毒线索") == (row["线索号"] != "") for row in rows)


def test_a_document_of_the_post_has_one_record_per_site_and_month(lives: Lives) -> None:
    records = parcels.POSTAL_MONTH.records(lives, random.Random(1))
    delivery = make_deliveries(parcels.POSTAL_MONTH, records, random.Random(1))[1]
    cells = [row.cells for row in delivery.rows]
    files = files_of(parcels.POSTAL_MONTH, delivery.stem, cells, delivery.exported)
    root = ElementTree.fromstring(files[f"{delivery.stem}.xml"])
    assert [[field.text for field in record] for record in root] == cells
    assert delivery.totals["揽收量"] == sum(int(record.findtext("揽收量")) for record in root)


def test_a_credit_code_has_the_check_characters_of_its_standards() -> None:
    # GB 32100-2015, the example of its text.
    assert organisation_check("M000100Y") == "4"
    assert credit_check("91350100M000100Y4") == "3"
    code = credit_code("430102", 7)
    assert (code[:8], code[16], code[17]) == ("91430102", organisation_check("00000007"), credit_check(code[:17]))


def test_precursors_are_sold_under_a_licence_of_their_class_and_reported_while_it_holds(lives: Lives) -> None:
    for sale in lives.sales:
        assert sale.licence.valid_on(sale.day)
        assert sale.licence.kind in ("生产", "经营")
    known = {month.licence.credit_code for month in lives.licence_months}
    assert {row["统一社会信用代码"] for row in _rows(commission.FLOW, lives)} <= known
    assert all(month.licence.valid_on(month.last) for month in lives.licence_months)


def test_most_sales_are_filed_in_time(lives: Lives) -> None:
    first = [sale for sale in lives.sales if sale.licence.precursor_class == FIRST_CLASS]
    late = [sale for sale in first if sale.filed is None or (sale.filed - sale.day).days > FILED_IN_DAYS[FIRST_CLASS]]
    assert 0.02 < len(late) / len(first) < 0.2


def test_every_office_submits_every_quarter_and_no_part_is_above_its_whole(lives: Lives) -> None:
    values = {(s.region, s.period_id, s.item): s.value for s in lives.submissions}
    assert len(values) == len(lives.submissions)
    assert len({region for region, _, _ in values}) == 15
    assert len({period for _, period, _ in values}) == 12
    for (region, period, item), value in values.items():
        if item == "R22_compliant":
            assert value <= values[region, period, "R22_townships"]
    assert {region for region, _, item in values if item == "R10_national_rank"} == {"430000"}


def test_a_workbook_without_groups_has_a_title_one_header_row_and_totals(lives: Lives) -> None:
    records = commission.REGISTER.records(lives, random.Random(1))
    delivery = make_deliveries(commission.REGISTER, records, random.Random(1))[1]
    cells = [row.cells for row in delivery.rows]
    files = files_of(commission.REGISTER, delivery.stem, cells, delivery.exported)
    sheet = openpyxl.load_workbook(io.BytesIO(files[f"{delivery.stem}.xlsx"])).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "禁毒办填报表(2025年12月)"
    assert rows[1] == (*commission.REGISTER.header, *TAIL)
    assert list(rows[2]) == cells[0]
    assert (rows[-1][0], rows[-1][2]) == ("合计", str(len(cells)))


@pytest.mark.parametrize("layout", ["xlsx", "xml"])
def test_a_cell_with_characters_of_xml_is_read_back_as_it_was(layout: str) -> None:
    dataset = next(one for one in EVERY if one.layout.format == layout)
    header = [*dataset.header, *TAIL]
    rows = [
        ["甲" for _ in header],
        ["<乙> & 丙", *("丁" for _ in header[1:])],
        ["a&amp;b", *("戊" for _ in header[1:])],
    ]
    (data,) = files_of(dataset, "one", rows, datetime(2025, 6, 30)).values()
    if layout == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        first = [row[0] for row in sheet.iter_rows(values_only=True)]
    else:
        first = [record[0].text for record in ElementTree.fromstring(data)]
    assert [value for value in first if value in ("甲", "<乙> & 丙", "a&amp;b")] == ["甲", "<乙> & 丙", "a&amp;b"]
