"""How far a planted defect may move a figure: the cells of what it keeps away, and no others."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pipelines.province.commission import REGISTER
from pipelines.province.deliveries import Delivery, Row
from pipelines.province.disturbance import Disturbance
from pipelines.province.lives import (
    ABSTINENT,
    CURRENT,
    FIRST,
    Case,
    Judgment,
    Lives,
    Registration,
    Sentence,
    Submission,
    Suspect,
)
from pipelines.province.people import Person
from pipelines.province.police import CASE_SUSPECT, DRUG_USER
from pipelines.province.records import Dataset, Record

MARCH_ON = {"2025-03", "2025Q1", "2025", "2023-2025"}


@pytest.fixture
def person() -> Person:
    return Person("L1", "张三", "1", date(1990, 3, 7), "居民身份证", "1", "430102", [(date(1900, 1, 1), "430102")])


def _suspect(person: Person, arrested: date) -> Suspect:
    case = Case("K1", "A1", "F1", "060702", "430102", arrested, date(2025, 5, 2))
    case.suspects = [Suspect(person, case, "01", arrested, None, "430102")]
    return case.suspects[0]


def _delivery(dataset: Dataset, day: date, *rows: Row) -> Delivery:
    exported = datetime(day.year, day.month, day.day, 23, 30)
    return Delivery(dataset, f"d{day}", day, day, exported, exported, list(rows), {})


def _row(record: Record, *, spoilt: bool) -> Row:
    return Row(record, [], "增", spoilt=spoilt)


def _cells(disturbance: Disturbance, unit: str, region: str = "430102") -> set[str]:
    return {cell[2] for cell, amount in disturbance.cells.items() if cell[1] == region and cell[3] == unit and amount}


def test_a_refused_row_may_move_the_cells_of_its_event_at_every_level(person: Person) -> None:
    suspect = _suspect(person, date(2025, 3, 9))
    lives = Lives(cases=[suspect.case])
    record = Record("A1|01", [date(2025, 3, 9)], lambda day: [], person, event=suspect)
    disturbance = Disturbance(lives)
    disturbance.add([record], [_delivery(CASE_SUSPECT, date(2025, 6, 30), _row(record, spoilt=True))])
    for region in ("430102", "430100", "430000"):
        assert _cells(disturbance, "event", region) == MARCH_ON
    assert _cells(disturbance, "person") == MARCH_ON
    assert _cells(disturbance, "event", "430103") == set()


def test_a_refused_change_only_may_move_what_changed(person: Person) -> None:
    suspect = _suspect(person, date(2025, 3, 9))
    record = Record("A1|01", [date(2025, 3, 9)], lambda day: [], person, event=suspect)
    disturbance = Disturbance(Lives(cases=[suspect.case]))
    deliveries = [
        _delivery(CASE_SUSPECT, date(2025, 3, 31), _row(record, spoilt=False)),
        _delivery(CASE_SUSPECT, date(2025, 6, 30), _row(record, spoilt=True)),
    ]
    disturbance.add([record], deliveries)
    assert _cells(disturbance, "event") == set()
    assert _cells(disturbance, "case") == {"2025-05", "2025Q2", "2025", "2023-2025"}


def test_a_slip_moves_persons_only_where_one_counts_twice(person: Person) -> None:
    one, other = _suspect(person, date(2025, 3, 9)), _suspect(person, date(2025, 4, 9))
    records = [Record(f"A|{n}", [s.arrested], lambda day: [], person, event=s) for n, s in enumerate((one, other))]
    records[0].slips = ["number_missing"]
    disturbance = Disturbance(Lives(cases=[one.case, other.case]))
    disturbance.add(records, [])
    # Arrested in March and in April: one person of two arrests in the year, not in a month or quarter.
    assert _cells(disturbance, "person") == {"2025", "2023-2025"}
    assert _cells(disturbance, "event") == set()


def test_a_stale_register_row_may_move_the_stocks_since_its_change(person: Person) -> None:
    statuses = [(date(2020, 1, 5), CURRENT), (date(2025, 11, 3), ABSTINENT)]
    row = Registration(person, "R1", "430102", "430102", date(2020, 1, 5), "冰毒", statuses)
    record = Record("R1", [date(2020, 1, 5)], lambda day: [], person, event=row)
    disturbance = Disturbance(Lives(registrations=[row]))
    deliveries = [
        _delivery(DRUG_USER, date(2025, 9, 30), _row(record, spoilt=False)),
        _delivery(DRUG_USER, date(2025, 12, 31), _row(record, spoilt=True)),
    ]
    disturbance.add([record], deliveries)
    since = {"2025-11", "2025-12", "2025Q4", "2025", "2023-2025"}
    assert _cells(disturbance, "person_current") == since
    assert _cells(disturbance, "person_abstinent") == since
    assert _cells(disturbance, "person_cumulative") == set()


def test_whether_a_sentence_is_overdue_rests_on_every_record_of_the_person_in_the_case(person: Person) -> None:
    suspect = _suspect(person, date(2025, 3, 9))
    judged = date(2025, 10, 20)
    judgment = Judgment(person, suspect.case, "J", 1, "430103", FIRST, "盗窃罪", judged, "有期徒刑", 24, False, judged)
    held = Sentence(judgment, judged, held=date(2025, 11, 3))
    disturbance = Disturbance(Lives(cases=[suspect.case], judgments=[judgment], sentences=[held]))
    record = Record("A1|01", [date(2025, 3, 9)], lambda day: [], person, event=suspect)
    disturbance.add([record], [_delivery(CASE_SUSPECT, date(2025, 6, 30), _row(record, spoilt=True))])
    # Due on 30 November, so from the end of that month on.
    since = {"2025-11", "2025-12", "2025Q4", "2025", "2023-2025"}
    assert _cells(disturbance, "person_drug", "430103") == since
    assert _cells(disturbance, "person_to_3_years", "430103") == since


def test_a_signed_value_may_move_by_itself_or_by_its_correction() -> None:
    signed = date(2025, 4, 3)
    submission = Submission("430100", "2025Q1", date(2025, 3, 31), "R21_aided", 40, "", "", signed)
    late = Record("1", [signed, date(2025, 7, 3)], lambda day: [], event=submission, draft={4: "43"})
    late.draft_until = date(2025, 7, 3)
    lost, stale = Disturbance(Lives()), Disturbance(Lives())
    refused = _delivery(REGISTER, date(2025, 12, 31), _row(late, spoilt=True))
    lost.add([late], [refused])
    stale.add([late], [_delivery(REGISTER, date(2025, 6, 30), _row(late, spoilt=False)), refused])
    cell = ("R21", "430100", "2025Q1", "person")
    assert (dict(lost.cells), dict(stale.cells)) == ({cell: 40}, {cell: 3})
