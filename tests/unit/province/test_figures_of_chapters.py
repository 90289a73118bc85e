"""The true figures of treatment, custody, charges, trade and signed values, of a few lives each, counted by eye."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest

from pipelines.province.carrying_out import PRISON
from pipelines.province.counting import Entry, collect, tally
from pipelines.province.custody import DETENTION_CENTRE, MEDICAL, POLICE_REHAB
from pipelines.province.deliveries import Delivery
from pipelines.province.figures import count_entries, delivery_entries
from pipelines.province.figures_custody import unheld_terms
from pipelines.province.figures_signed import signed_figures
from pipelines.province.lives import (
    ABSTINENT,
    CHARGED,
    COMMUNITY,
    COMPULSORY,
    CURRENT,
    EXPIRED,
    FIRST,
    NOT_APPROVED,
    NOT_CHARGED,
    Case,
    Charge,
    CommunityTreatment,
    Custody,
    Detection,
    DrugTest,
    Execution,
    Inspection,
    Judgment,
    Licence,
    LicenceMonth,
    Lives,
    Order,
    Registration,
    RehabEpisode,
    RehabFacility,
    RehabMonth,
    Sale,
    Sentence,
    Submission,
    Suspect,
    TransferRequest,
    Venue,
)
from pipelines.province.people import Person
from pipelines.province.police import CASE_SUSPECT
from pipelines.province.treatment import MISSED, NEGATIVE

FURONG, YUELU, CHANGSHA, PROVINCE = "430102", "430104", "430100", "430000"
DRUGS = "非法持有毒品罪"
MARCH = date(2025, 3, 4)


class Figures:
    """What counts in a few lives, at the province unless another division is asked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._found = tally(entries)

    def parts(self, indicator: str, unit: str, period: str) -> tuple[float, float]:
        """Part and whole of a share."""
        return self._found.get((indicator, PROVINCE, period, unit), (0, 0))

    def count(self, indicator: str, unit: str, period: str, region: str = PROVINCE) -> float:
        """How much counts."""
        return self._found.get((indicator, region, period, unit), (0, 0))[0]


def _person(number: int, hukou: str = FURONG) -> Person:
    home = [(date(1900, 1, 1), FURONG)]
    return Person(f"L{number}", "张三", "1", date(1990, 3, 7), "居民身份证", str(number), hukou, home)


def _order(number: int, kind: str, served: date, hukou: str = FURONG, **rest: object) -> Order:
    order = Order(_person(number, hukou), f"T{number}", f"D{number}", kind, YUELU, FURONG, served, 36)
    order.served = served
    for name, value in rest.items():
        setattr(order, name, value)
    return order


def _treatment_lives() -> Lives:
    """Three orders in the community: in time and separated, late and lost, never reported."""
    in_time = _order(1, COMMUNITY, MARCH, YUELU, reported=MARCH + timedelta(days=15))
    late = _order(2, COMMUNITY, MARCH, reported=MARCH + timedelta(days=16))
    never = _order(3, COMMUNITY, MARCH)
    first, second = (CommunityTreatment(order, "A", order.reported or MARCH) for order in (in_time, late))
    first.measure, second.measure = "就业安置", ""
    second.lost, second.regained = date(2025, 5, 31), date(2025, 12, 1)
    done = _order(4, COMMUNITY, date(2021, 1, 4), reported=date(2021, 1, 5), ended=date(2024, 1, 5), end_reason=EXPIRED)
    lives = Lives(orders=[in_time, late, never, done], community=[first, second])
    lives.detections = [Detection(done.person, FURONG, date(2025, 1, 6), "冰毒")]
    lives.drug_tests = [
        DrugTest(in_time.person, "1", in_time, COMMUNITY, FURONG, date(2025, 6, 1), date(2025, 6, 2), NEGATIVE),
        DrugTest(late.person, "2", late, COMMUNITY, FURONG, date(2025, 6, 30), None, MISSED),
    ]
    return lives


def test_treatment_in_the_community() -> None:
    found = Figures(count_entries(_treatment_lives()))
    assert found.parts("R19", "share_in_execution", "2025-03") == (2, 3)
    assert found.count("R19", "person", "2023-2025", FURONG) == 2
    assert found.parts("R44", "share_reported", "2025Q1") == (1, 3)
    assert found.parts("R44", "share_tested", "2025-06") == (1, 2)
    # Lost on the last of May: more than 30 days ago on 31 July, on 30 June not yet; met again on 1 December.
    assert found.parts("R44", "share_unreachable", "2025-06") == (0, 2)
    assert found.parts("R44", "share_unreachable", "2025-07") == (1, 2)
    assert found.parts("R44", "share_unreachable", "2025-12") == (0, 2)
    assert found.parts("R45", "share_separated", "2025-12") == (1, 2)
    assert found.parts("R45", "share_reported_separated", "2025") == (1, 1)
    assert found.parts("R45", "share_reported_together", "2025") == (0, 2)
    assert found.parts("R46", "share_supported", "2025-12") == (1, 2)


def test_use_again_counts_from_the_end_of_a_treatment() -> None:
    found = Figures(count_entries(_treatment_lives()))
    # A year and a day after it was over.
    assert found.parts("R46", "share_again_1_year", "2024") == (0, 1)
    assert found.parts("R46", "share_again_3_years", "2024") == (1, 1)


def test_compulsory_treatment_stage_by_stage() -> None:
    orders = [_order(number, COMPULSORY, MARCH) for number in (1, 2)]
    held = [
        Custody(order.person, "", POLICE_REHAB, "", YUELU, date(2025, 4, 30), [], order=order, refusal_reason=reason)
        for order, reason in zip(orders, ("", MEDICAL), strict=True)
    ]
    facility = RehabFacility("Q1", "", "司法行政", FURONG, 100)
    asked = [TransferRequest(orders[0], "", YUELU, date(2025, 6, 1), MARCH, reason) for reason in (MEDICAL, "其他", "")]
    lives = Lives(orders=orders, custodies=held, transfer_requests=asked)
    lives.rehab_episodes = [RehabEpisode(orders[0], "", facility, date(2025, 12, 1), [])]
    lives.rehab_months = [
        RehabMonth(facility, date(2025, 11, 30), 100, 70, 1, 11),
        RehabMonth(facility, date(2025, 12, 31), 100, 80, 3, 14),
    ]
    held[0].released = date(2025, 12, 1)
    found = Figures(count_entries(lives))
    assert [found.count("R18", f"event_{stage}", "2025") for stage in ("decided", "police", "justice")] == [2, 1, 1]
    # Six months are over on 30 October; the person left on 1 December.
    assert [found.count("R42", "person", f"2025-{month}") for month in ("09", "10", "11", "12")] == [0, 1, 1, 0]
    assert found.parts("R43", "share_refused", "2025") == (2, 3)
    assert found.parts("R43", "share_refused_medical", "2025") == (1, 3)
    assert [found.count("R20", "event", period) for period in ("2025-11", "2025-12", "2025")] == [11, 14, 14]
    assert found.parts("R41", "occupancy", "2025") == (80, 100)


def _case(number: str, *people: Person, arrested: date = MARCH) -> Case:
    case = Case(number, number, number, "060702", FURONG, arrested)
    case.suspects = [Suspect(person, case, "01", arrested, arrested, YUELU) for person in people]
    return case


def _judgment(suspect: Suspect, offence: str = DRUGS, months: int | None = 24) -> Judgment:
    judged = date(2025, 6, 2)
    return Judgment(
        suspect.person, suspect.case, "J", 1, CHANGSHA, FIRST, offence, judged, "有期徒刑", months, False, judged
    )


def test_who_is_sentenced_and_not_held() -> None:
    case = _case("K1", *(_person(number) for number in (1, 2, 3)))
    never, late, life = (
        _judgment(suspect, months=months) for suspect, months in zip(case.suspects, (24, 90, None), strict=True)
    )
    lives = Lives(cases=[case], judgments=[never, late, life])
    # In effect on 2 June, due on 12 July.
    lives.sentences = [Sentence(never, never.judged), Sentence(late, late.judged), Sentence(life, life.judged)]
    lives.sentences[1].held, lives.sentences[2].outside = date(2025, 9, 30), date(2025, 7, 1)
    reason = Execution(never, never.judged, "", PRISON, lives.sentences[0], not_held_reason="吞食异物")
    lives.executions = [reason, *(Execution(s.judgment, s.effective, "", PRISON, s) for s in lives.sentences[1:])]
    found = Figures(count_entries(lives))
    assert [found.count("R38", "person", period) for period in ("2025-06", "2025-07", "2025-09")] == [0, 2, 1]
    assert found.count("R38", "person", "2025", CHANGSHA) == 1
    assert found.count("R38", "person", "2025", FURONG) == 0
    assert collect(unheld_terms(lives))["R39", PROVINCE, "2025-07", "longest_term_months"] == [24, 90]
    assert found.count("R39", "person_to_15_years", "2025-07") == 1
    assert found.count("R39", "person_over_15_years", "2025-07") == 0
    assert found.parts("R40", "share_swallowed", "2025-07") == (1, 1)
    assert found.parts("R40", "share_refused", "2025-06") == (0, 0)


def test_who_was_let_go_and_sells_again() -> None:
    person, other = _person(1), _person(2)
    cases = [_case("K1", person, other), _case("K2", person, other, arrested=date(2025, 5, 6))]
    # A centre took the other one in, and nobody the first.
    entered = Custody(other, "", DETENTION_CENTRE, "", FURONG, MARCH, [], case=cases[0])
    found = Figures(count_entries(Lives(cases=cases, custodies=[entered])))
    assert found.parts("R37", "share_not_admitted", "2025-03") == (1, 2)
    assert [found.count("R37", "person_again", period) for period in ("2025-03", "2025-05", "2025")] == [0, 1, 1]
    assert found.count("R37", "person_again", "2025", YUELU) == 1


def test_decisions_of_the_procuratorate() -> None:
    case = _case("K1", *(_person(number) for number in (1, 2)))
    first, second = (Charge(suspect, "", DRUGS) for suspect in case.suspects)
    first.decision, first.decided = NOT_APPROVED, MARCH
    first.outcome, first.concluded, first.returned = CHARGED, date(2025, 5, 1), 2
    second.outcome, second.concluded = NOT_CHARGED, date(2025, 5, 2)
    judgments = [_judgment(case.suspects[0], "容留他人吸毒罪"), _judgment(case.suspects[1])]
    found = Figures(count_entries(Lives(cases=[case], charges=[first, second], judgments=judgments)))
    assert found.parts("R35", "share_arrest_refused", "2025") == (1, 1)
    assert found.count("R6", "person", "2025") == 0
    assert found.count("R7", "person", "2025-05") == 1
    assert found.parts("R35", "share_not_charged", "2025Q2") == (1, 2)
    assert found.parts("R35", "share_returned", "2025Q2") == (1, 2)
    # Of the second judgment no charge is known.
    assert found.parts("R35", "share_offence_changed", "2025") == (1, 1)
    assert found.parts("R35", "share_acquitted", "2025") == (0, 2)


def test_offenders_of_the_register_and_drugs_of_detections() -> None:
    known = date(2020, 1, 5)
    people = [_person(number) for number in (1, 2)]
    rows = [Registration(person, "", FURONG, FURONG, known, "冰毒", [(known, CURRENT)]) for person in people]
    rows[1].statuses.append((date(2025, 5, 5), ABSTINENT))
    detections = [Detection(people[0], FURONG, MARCH, drug) for drug in ("冰毒", "白粉", "神仙水")]
    found = Figures(count_entries(Lives(registrations=rows, detections=detections, cases=[_case("K1", *people)])))
    assert found.parts("R27", "share_criminal", "2025Q1") == (2, 2)
    assert found.parts("R27", "share_criminal", "2025") == (1, 1)
    assert found.parts("R27", "share_criminal", "2025-04") == (0, 2)
    assert found.parts("R25", "share_synthetic", "2025") == (1, 3)
    assert found.parts("R25", "share_heroin", "2025") == (1, 3)


def test_leads_licences_and_sales() -> None:
    venue = Venue("V", "旅馆", FURONG)
    seen = [Inspection(str(n), venue, MARCH, "", str(n), date(2025, 4, 1)) for n in (1, 2)]
    seen[0].case = _case("K1", _person(1))
    licence = Licence("E", "N", FURONG, "经营", "第一类", date(2024, 1, 1), None, False)
    months = [
        LicenceMonth(licence, date(2025, month, day), n) for month, day, n in ((1, 31, 0), (2, 28, 2), (3, 31, 1))
    ]
    days: list[tuple[date, date | None]] = [
        (MARCH, date(2025, 3, 9)),
        (MARCH, date(2025, 3, 10)),
        (MARCH, None),
        (date(2025, 12, 26), None),
    ]
    sales = [Sale("", licence, "", "麻黄碱", 1.0, day, filed) for day, filed in days]
    found = Figures(count_entries(Lives(inspections=seen, licence_months=months, sales=sales)))
    assert found.count("R14", "venue", "2025-03") == 1
    assert found.parts("R14", "share_filed", "2025-04") == (1, 2)
    assert found.parts("R16", "share_inspected", "2025-01") == (0, 1)
    assert found.parts("R16", "share_inspected", "2025Q1") == (1, 1)
    assert found.parts("R16", "share_late_filing", "2025Q1") == (2, 3)
    # Its five days end with the last known day.
    assert found.parts("R16", "share_late_filing", "2025-12") == (0, 1)


def test_a_signed_value_stands_for_its_division_and_period_alone() -> None:
    items = (("R22_townships", 8.0), ("R22_compliant", 6.0), ("R23_projects_new", 0.0))
    signed = [Submission(CHANGSHA, "2025Q1", MARCH, item, value, "", "", MARCH) for item, value in items]
    found = {(f.region_code, f.period_id, f.unit): f.value for f in signed_figures(Lives(submissions=signed))}
    assert found[CHANGSHA, "2025Q1", "share_compliant"] == 0.75
    assert found[CHANGSHA, "2025Q1", "project_new"] == 0
    assert found[PROVINCE, "2025Q1", "project_new"] is None
    assert found[CHANGSHA, "2025", "township"] is None


@pytest.mark.parametrize(("received", "in_time"), [(datetime(2025, 4, 2, 0, 0), 1), (datetime(2025, 4, 2, 0, 1), 0)])
def test_an_export_is_in_time_up_to_the_hour_it_is_due(received: datetime, in_time: int) -> None:
    exported = datetime(2025, 3, 31, 23, 30)
    delivery = Delivery(CASE_SUSPECT, "d", date(2025, 1, 1), date(2025, 4, 1), exported, received, [], {})
    found = Figures(delivery_entries([delivery]))
    assert found.parts("R32", "share_on_time", "2025-04") == (in_time, 1)
    assert found.parts("R32", "share_on_time", "2025-03") == (0, 0)
