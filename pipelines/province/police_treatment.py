"""What the police export about treatment: orders, drug tests, and agreements in the community."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from pipelines.province.days import END, START
from pipelines.province.lives import QUARTER_DAYS, CommunityTreatment, DrugTest, Lives, Order
from pipelines.province.records import (
    PERSON_HEADER,
    Dataset,
    Layout,
    Record,
    changed,
    corrected_later,
    entered,
    past,
    person_cells,
    text,
    with_mistaken_entries,
)
from pipelines.province.schedule import HALF_YEAR_CUTS

_ZIPPED = Layout("csv", "zip", "gb18030")
_ORDER_HEADER = (
    "决定书文号", *PERSON_HEADER, "类型", "原决定书文号", "决定地", "执行地", "查获日期", "决定日期", "期限月",
    "送达日期", "报到日期", "解除日期", "解除原因",
)  # fmt: skip
_TEST_HEADER = (
    "检测编号",
    *PERSON_HEADER,
    "决定书文号",
    "检测事由",
    "检测地",
    "应检日期",
    "检测日期",
    "结果",
    "毒品种类",
)
_AGREEMENT_HEADER = (
    "协议编号", *PERSON_HEADER, "决定书文号", "类型", "执行地", "报到日期", "见面次数", "访谈次数", "脱管日期",
    "恢复管控日期", "帮扶措施", "解除通知日期", "解除日期", "解除原因",
)  # fmt: skip
# Meetings and interviews of a quarter.
_MEETINGS, _INTERVIEWS = 3, 1


def _order_cells(order: Order, day: date) -> list[str]:
    ended = past(order.ended, day)
    return [
        order.number,
        *person_cells(order.person, order.decided),
        order.kind,
        order.preceding.number if order.preceding else "",
        order.county,
        order.execution,
        text(order.detected),
        text(order.decided),
        str(order.months),
        text(past(order.served, day)),
        text(past(order.reported, day)),
        text(ended),
        order.end_reason if ended else "",
    ]


def order_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per order, changed at service, reporting and end."""
    records = []
    decided_at, detected_at = _ORDER_HEADER.index("决定日期"), _ORDER_HEADER.index("查获日期")
    for order in lives.orders:
        known = changed(entered(rng, order.decided), order.served, order.reported, order.ended)
        cells = partial(_order_cells, order)
        record = Record(order.number, known, cells, order.person, order.case_id, order)
        wrong = text(order.decided - timedelta(days=rng.randrange(1, 20)))
        corrected_later(rng, record, 0.01, {decided_at: wrong, detected_at: wrong if order.detected else ""})
        records.append(record)
    return records


def _test_cells(test: DrugTest, day: date) -> list[str]:
    order = test.order if test.order is not None and test.order.decided <= day else None
    return [
        test.number,
        *person_cells(test.person, test.day),
        order.number if order else "",
        test.occasion,
        test.county,
        text(test.due),
        text(test.tested),
        test.result,
        test.drug,
    ]


def test_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per test; one at a detection learns later of the order."""
    records = []
    for test in lives.drug_tests:
        order = test.order
        known = changed(entered(rng, test.day, late=0.01), order.decided if order else None)
        case_id = order.case_id if order else None
        records.append(Record(test.number, known, partial(_test_cells, test), test.person, case_id, test))
    return with_mistaken_entries(rng, records, 0.001, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


def _agreement_cells(treatment: CommunityTreatment, day: date) -> list[str]:
    order, quarters = treatment.order, treatment.quarters(day)
    ended = past(order.ended, day)
    return [
        treatment.number,
        *person_cells(order.person, treatment.reported),
        order.number,
        order.kind,
        order.execution,
        text(treatment.reported),
        str(_MEETINGS * quarters),
        str(_INTERVIEWS * quarters),
        text(past(treatment.lost, day)),
        text(past(treatment.regained, day)),
        treatment.support(day),
        text(past(treatment.notice, day)),
        text(ended),
        order.end_reason if ended else "",
    ]


def agreement_records(lives: Lives, rng: random.Random) -> list[Record]:
    """One record per agreement, changed every quarter and at the turns the treatment takes."""
    records = []
    for treatment in lives.community:
        order = treatment.order
        counted = [treatment.reported + timedelta(days=QUARTER_DAYS * n) for n in range(1, treatment.quarters(END) + 1)]
        made = entered(rng, treatment.reported)
        known = changed(made, *counted, treatment.lost, treatment.regained, treatment.notice, order.ended)
        cells = partial(_agreement_cells, treatment)
        records.append(Record(treatment.number, known, cells, order.person, order.case_id, treatment))
    return with_mistaken_entries(rng, records, 0.003, lambda r: (f"{r.key}X", {0: f"{r.key}X"}))


ORDER = Dataset(
    "police_treatment_order",
    "police",
    "delta",
    _ORDER_HEADER,
    _ZIPPED,
    24,
    START,
    HALF_YEAR_CUTS,
    order_records,
    required=("姓名", "类型", "决定地", "决定日期"),
)
DRUG_TEST = Dataset(
    "police_drug_test",
    "police",
    "delta",
    _TEST_HEADER,
    _ZIPPED,
    24,
    START,
    HALF_YEAR_CUTS,
    test_records,
    required=("姓名", "检测事由", "检测地", "结果"),
)
COMMUNITY_TREATMENT = Dataset(
    "police_community_treatment",
    "police",
    "snapshot",
    _AGREEMENT_HEADER,
    _ZIPPED,
    72,
    START,
    HALF_YEAR_CUTS,
    agreement_records,
    required=("姓名", "类型", "执行地", "见面次数", "访谈次数"),
)
