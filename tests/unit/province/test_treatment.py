"""Custody and treatment: every event fits the others, and the exports say what happened."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipelines.province import justice_rehab, police, police_custody, police_treatment
from pipelines.province.custody import PLACED, TO_PRISON, held_on, times_in_custody
from pipelines.province.days import END
from pipelines.province.handoffs import all_handoffs
from pipelines.province.institutions import CENTRE
from pipelines.province.live import live
from pipelines.province.lives import (
    COMMUNITY,
    COMPULSORY,
    CURRENT,
    EXPIRED,
    REHABILITATION,
    Lives,
    Registration,
    RehabEpisode,
)
from pipelines.province.records import Dataset
from pipelines.province.rehab import JUSTICE, TO_JUSTICE
from pipelines.province.treatment import HISTORY, MISSED, NEGATIVE, POSITIVE, REFUSED, due_days


@pytest.fixture(scope="module")
def lives() -> Lives:
    return live(4000, 6)


def _rows(dataset: Dataset, lives: Lives) -> list[dict[str, str]]:
    """The latest row of every record that still stands, by header."""
    records = dataset.records(lives, random.Random(dataset.name))
    return [dict(zip(dataset.header, record.row(END), strict=True)) for record in records if record.dropped is None]


def test_treatment_begins_with_a_detection_since_the_history(lives: Lives) -> None:
    first = [detection.order for detection in lives.detections if detection.order is not None]
    assert {order.kind for order in first} == {COMMUNITY, COMPULSORY}
    assert all(order.detected >= HISTORY for order in first)
    follow = [order for order in lives.orders if order.preceding is not None]
    assert len(first) + len(follow) == len(lives.orders)
    for order in follow:
        assert order.preceding.kind == COMPULSORY
        assert order.preceding.ended <= order.decided
        assert order.case_id == order.preceding.case_id


def test_dates_of_an_order_come_in_order_and_not_after_the_end(lives: Lives) -> None:
    for order in lives.orders:
        steps = [order.detected, order.decided, order.served, order.reported]
        taken = [day for day in steps if day is not None]
        assert taken == sorted(taken)
        assert max(taken) <= END
        assert order.ended is None or order.decided <= order.ended <= END
        assert bool(order.end_reason) == (order.ended is not None)


def test_nobody_is_held_by_two_at_a_time(lives: Lives) -> None:
    times = times_in_custody(lives)
    stays: dict[str, list[tuple[date, date]]] = {}
    for custody in lives.custodies:
        if custody.order is not None and not custody.refused:
            stays.setdefault(custody.person.person_id, []).append((custody.entry, custody.released or END))
    for episode in lives.rehab_episodes:
        person_id = episode.order.person.person_id
        stays.setdefault(person_id, []).append((episode.admitted, episode.ended or END))
    assert len(stays) > 100
    for person_id, found in stays.items():
        found.sort()
        assert all(one[1] <= after[0] for one, after in pairwise(found))
        for start, until in found:
            assert held_on(times.get(person_id, []), start) is None
            middle = start + (until - start) / 2
            assert held_on(times.get(person_id, []), middle) is None


def test_who_was_transferred_is_in_a_facility_of_the_justice_system_the_same_day(lives: Lives) -> None:
    admitted = {(episode.order.number, episode.admitted) for episode in lives.rehab_episodes}
    moved = [custody for custody in lives.custodies if custody.destination == TO_JUSTICE]
    requests = {request.transfer_number: request for request in lives.transfer_requests if request.transfer_number}
    assert len(moved) == len(requests) > 50
    for custody in moved:
        assert (custody.order.number, custody.released) in admitted
        assert requests[custody.transfer_number].moved == custody.released
        assert not requests[custody.transfer_number].refusal_reason


def test_some_are_kept_past_six_months_some_never_brought_some_refused(lives: Lives) -> None:
    brought = {custody.order.number for custody in lives.custodies if custody.order is not None}
    compulsory = [order for order in lives.orders if order.kind == COMPULSORY and order.decided < date(2025, 12, 1)]
    never = sum(order.number not in brought for order in compulsory)
    assert 0.01 < never / len(compulsory) < 0.08
    held = [c for c in lives.custodies if c.order is not None and not c.refused]
    assert sum((custody.released or END) - custody.entry > timedelta(days=184) for custody in held) > 5
    assert sum(bool(request.refusal_reason) for request in lives.transfer_requests) > 5
    assert sum(c.refused for c in lives.custodies if c.order is not None) > 2


def test_a_suspect_is_held_from_the_detention_until_the_prison(lives: Lives) -> None:
    held = {(a.case_id, a.person.person_id): a for a in lives.admissions}
    to_prison = [custody for custody in lives.custodies if custody.destination == TO_PRISON]
    assert len(to_prison) > 100
    for custody in to_prison:
        admission = held[custody.case.case_id, custody.person.person_id]
        assert custody.released == admission.attempted
        assert custody.judgment_number
    for custody in lives.custodies:
        assert custody.released is None or custody.entry <= custody.released <= END
        assert [since for since, _ in custody.grounds] == sorted(since for since, _ in custody.grounds)


def test_a_stay_in_a_centre_follows_a_placement_under_its_number(lives: Lives) -> None:
    placed = {custody.transfer_number: custody for custody in lives.custodies if custody.destination == PLACED}
    assert len(lives.centre_episodes) > 10
    for episode in lives.centre_episodes:
        custody = placed[episode.transfer_number]
        assert custody.released < episode.admitted
        assert custody.case_id == episode.case_id


def test_tests_are_due_monthly_then_every_two_then_every_three_months() -> None:
    due = due_days(date(2020, 1, 31))
    assert len(due) == 12 + 6 + 4
    assert due[:2] == [date(2020, 2, 29), date(2020, 3, 31)]
    assert due[12] == date(2021, 3, 31)
    assert due[-1] == date(2023, 1, 31)


def test_tests_are_made_while_a_treatment_goes_on_and_nobody_is_held(lives: Lives) -> None:
    times = times_in_custody(lives)
    due = [test for test in lives.drug_tests if test.due is not None]
    assert {test.result for test in due} == {NEGATIVE, REFUSED, MISSED}
    for test in due:
        assert test.order.reported < test.due < (test.order.ended or END)
        assert held_on(times.get(test.person.person_id, []), test.due) is None
        assert (test.tested is None) == (test.result == MISSED)
    positive = [test for test in lives.drug_tests if test.due is None]
    assert {test.result for test in positive} == {POSITIVE}
    detected = {(d.person.person_id, d.day) for d in lives.detections}
    assert {(test.person.person_id, test.tested) for test in positive} <= detected
    assert len(lives.drug_tests) < 3 * len(lives.people)


def _is_there(episode: RehabEpisode, day: date) -> bool:
    """Whether somebody is in the facility on a day, neither gone nor escaped."""
    away = episode.escaped is not None and episode.escaped <= day and (episode.recaptured or END) > day
    return episode.admitted <= day and (episode.ended is None or episode.ended > day) and not away


def test_facility_months_count_who_is_there(lives: Lives) -> None:
    last = date(2024, 6, 30)
    reports = [r for r in lives.rehab_months if r.last == last and r.facility.operated_by == JUSTICE]
    there = Counter(episode.facility.code for episode in lives.rehab_episodes if _is_there(episode, last))
    assert {report.facility.code: report.occupied for report in reports} == {
        report.facility.code: there[report.facility.code] for report in reports
    }
    assert sum(there.values()) > 20


def test_months_of_special_care_centres_count_who_is_there_and_who_came(lives: Lives) -> None:
    for last in (date(2024, 6, 30), date(2025, 12, 31)):
        reports = [r for r in lives.facility_months if r.last == last and r.facility.kind == CENTRE]
        there = [
            e for e in lives.centre_episodes if e.admitted <= last and (e.discharged is None or e.discharged > last)
        ]
        came = [e for e in lives.centre_episodes if (e.admitted.year, e.admitted.month) == (last.year, last.month)]
        assert there
        for said, episodes in (("treated", there), ("enrolled", came)):
            counted = Counter(episode.facility.code for episode in episodes)
            assert {r.facility.code: getattr(r, said) for r in reports} == {
                r.facility.code: counted[r.facility.code] for r in reports
            }


def test_offices_submit_the_register_as_it_stands_at_the_end_of_a_quarter(lives: Lives) -> None:
    end = date(2024, 7, 1)
    signed = {s.item: s.value for s in lives.submissions if (s.region, s.period_id) == ("430100", "2024Q2")}
    first: dict[str, Registration] = {}
    for row in sorted(lives.registrations, key=lambda row: row.detected):
        first.setdefault(row.person.person_id, row)
    here = [row for row in first.values() if row.county[:4] == "4301" and row.detected < end]
    current = [row for row in here if all(status == CURRENT for since, status in row.statuses if since < end)]
    assert signed["R24_person_cumulative"] == len(here) > len(current)
    assert signed["R24_person_current"] == len(current) > 0
    assert signed["R24_person_new"] == sum(row.detected >= date(2024, 4, 1) for row in here)


def test_exports_show_nothing_that_is_still_to_come(lives: Lives) -> None:
    day = date(2024, 3, 31)
    for dataset in (police_treatment.ORDER, police_treatment.COMMUNITY_TREATMENT, police_custody.CUSTODY,
                    justice_rehab.EPISODE, justice_rehab.REQUEST, police.SEIZURE):  # fmt: skip
        future = {name for name in dataset.header if name.endswith("日期")} - {"出生日期", "期满日期"}
        for record in dataset.records(lives, random.Random(1)):
            if record.known[0] <= day:
                row = dict(zip(dataset.header, record.row(day), strict=True))
                assert all(row[name] <= day.isoformat() for name in future), dataset.name


def test_the_export_of_orders_counts_what_the_lives_hold(lives: Lives) -> None:
    rows = _rows(police_treatment.ORDER, lives)
    assert Counter(row["类型"] for row in rows) == Counter(order.kind for order in lives.orders)
    assert sum(row["解除原因"] == EXPIRED for row in rows) == sum(o.end_reason == EXPIRED for o in lives.orders)
    follows = {row["决定书文号"]: row["原决定书文号"] for row in rows if row["类型"] == REHABILITATION}
    assert follows
    assert set(follows.values()) <= {row["决定书文号"] for row in rows if row["类型"] == COMPULSORY}


def test_seizures_belong_to_a_case_and_net_is_within_gross(lives: Lives) -> None:
    numbers = {case.number for case in lives.cases}
    rows = _rows(police.SEIZURE, lives)
    assert len(rows) == len(lives.seizures) > 100
    assert {row["案件编号"] for row in rows} <= numbers
    handed = {handover.case.number for handover in lives.handovers if handover.case}
    assert handed <= {row["案件编号"] for row in rows}
    for seizure in lives.seizures:
        assert seizure.case.filed - timedelta(days=95) <= seizure.seized <= END
        if seizure.measure == "gram" and seizure.net is not None:
            assert seizure.net <= seizure.amount


def test_every_hand_off_of_treatment_is_in_the_truth(lives: Lives) -> None:
    assert {
        "detention_to_custody",
        "police_rehab_to_rehab",
        "order_to_reporting",
        "rehab_end_to_community_order",
        "community_order_to_reporting",
        "sentence_end_to_remaining_treatment",
        "centre_admission",
    } <= {handoff.rule_id for handoff in all_handoffs(lives)}
