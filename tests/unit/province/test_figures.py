"""The true figures of a few lives, counted by eye."""

from __future__ import annotations

from datetime import date

from pipelines.province.days import PERIODS, completed_years
from pipelines.province.figures import UNITS, count_figures
from pipelines.province.handoffs import (
    all_handoffs,
    documents_to_held,
    effect_to_documents,
    handover_to_case,
    indictment_to_judgment,
    lead_to_case,
    release_to_corrections,
    request_to_arrest_decision,
    sentence_to_prison,
)
from pipelines.province.institutions import CENTRE, ENTRY, MIDWAY
from pipelines.province.lives import (
    ABSTINENT,
    ACQUITTED,
    APPROVED,
    CHARGED,
    CURRENT,
    DEAD,
    FIRST,
    PROBATION,
    SECOND,
    Admission,
    Case,
    Charge,
    Checkpoint,
    Execution,
    Facility,
    Handover,
    Inspection,
    Judgment,
    Lives,
    Prison,
    Registration,
    Seizure,
    Sentence,
    Supervision,
    Suspect,
    Venue,
)
from pipelines.province.people import Person
from pipelines.province.places import places

# Furong in Changsha, and Jishou in Xiangxi.
FURONG, CHANGSHA, JISHOU, PROVINCE = "430102", "430100", "433101", "430000"
DRUGS = "非法持有毒品罪"
DAY = date(2025, 12, 1)


def _person(number: int, birth: date = date(1990, 3, 7)) -> Person:
    return Person(f"L{number}", "张三", "1", birth, "居民身份证", str(number), FURONG, [(date(1900, 1, 1), FURONG)])


def _registration(person: Person, detected: date, *statuses: tuple[date, str], county: str = FURONG) -> Registration:
    return Registration(person, person.number, county, county, detected, "冰毒", [(detected, CURRENT), *statuses])


def _case(number: str, county: str, solved: date | None, *suspects: tuple[Person, date]) -> Case:
    case = Case(number, number, number, "060702", county, date(2025, 1, 1), solved)
    case.suspects = [Suspect(person, case, "01", day, None, county) for person, day in suspects]
    return case


def _judgment(person: Person, case: Case, number: str, penalty: str, instance: str = FIRST) -> Judgment:
    day = date(2025, 9, 1)
    return Judgment(person, case, number, 1, FURONG, instance, DRUGS, day, penalty, 24, False, day)


def _lives() -> Lives:
    first, second, third = _person(1), _person(2, date(2008, 6, 2)), _person(3)
    lives = Lives(people=[first, second, third])
    lives.registrations = [
        # Known since 2019, clean since February 2025.
        _registration(first, date(2019, 5, 5), (date(2025, 2, 10), ABSTINENT)),
        # Detected at sixteen in one county, a year later in another; counts once, where it was first.
        _registration(second, date(2024, 6, 3), county=JISHOU),
        _registration(second, date(2025, 7, 1)),
        _registration(third, date(2025, 3, 31), (date(2025, 12, 31), DEAD)),
    ]
    # One case of two suspects, and another with one of them again.
    lives.cases = [
        _case("A", FURONG, date(2025, 3, 9), (first, date(2025, 3, 3)), (third, date(2025, 3, 4))),
        _case("B", JISHOU, None, (first, date(2025, 3, 20))),
    ]
    lives.judgments = [
        _judgment(first, lives.cases[0], "J", "有期徒刑"),
        _judgment(third, lives.cases[0], "J", ACQUITTED),
        _judgment(first, lives.cases[0], "J2", "有期徒刑", SECOND),
    ]
    prison = Prison("某监狱", FURONG)
    lives.admissions = [
        Admission(first, "A", "P1", prison, "J", DRUGS, date(2025, 10, 8), True, None),
        Admission(first, "A", "P2", prison, "J", DRUGS, date(2025, 10, 9), False, None),
        Admission(third, "X", "P3", prison, "", "盗窃罪", date(2025, 10, 9), False, None),
    ]
    lives.sentences = [
        Sentence(lives.judgments[0], date(2025, 9, 1), held=date(2025, 10, 9)),
        Sentence(lives.judgments[0], date(2025, 10, 1), held=date(2025, 11, 12)),
        Sentence(lives.judgments[0], date(2025, 10, 1)),
        Sentence(lives.judgments[0], date(2025, 12, 20)),
    ]
    lives.checkpoints = [
        Checkpoint("C1", "一", ENTRY, "G4", FURONG, date(2020, 1, 1), date(2025, 6, 30)),
        Checkpoint("C2", "二", MIDWAY, "G4", JISHOU, date(2025, 3, 31), None),
    ]
    seized = date(2025, 4, 1)
    point = lives.checkpoints[0]
    lives.handovers = [
        Handover(first, "H", 1, point, seized, seized, "海洛因", 120.5, "gram", "某局", case=lives.cases[0]),
        Handover(third, "H", 2, point, seized, seized, "冰毒", 79.5, "gram", "某局"),
    ]
    exhibits: list[tuple[str, float, str, date | None, bool, float | None]] = [
        ("海洛因", 120.5, "gram", DAY, True, 110.25),
        ("麻古", 30, "piece", DAY, True, 2.75),
        # Not weighed yet, and nothing detected.
        ("冰毒", 79.5, "gram", None, True, None),
        ("麻古", 50, "piece", None, True, None),
        ("冰毒", 10, "gram", DAY, False, 9.5),
        ("麻黄碱", 2000, "gram", DAY, True, 1900),
        ("神仙水", 500, "millilitre", None, True, None),
        ("神仙水", 300, "millilitre", DAY, False, None),
        ("罂粟", 12, "plant", DAY, True, None),
    ]
    lives.seizures = [
        Seizure(lives.cases[0], f"W{number}", seized, FURONG, *exhibit) for number, exhibit in enumerate(exhibits)
    ]
    beds = [(date(2020, 1, 1), 40), (date(2025, 5, 1), 60)]
    lives.facilities = [Facility("F1", "某中心", CENTRE, FURONG, beds), Facility("F2", "某诊所", "门诊", FURONG, beds)]
    return lives


def _value(indicator: str, unit: str, region: str, period: str) -> float | None:
    return FOUND[indicator, region, period, unit].value


FOUND = {figure[:4]: figure for figure in count_figures(_lives(), [])}


def test_the_grid_is_whole_and_has_all_47_figures() -> None:
    assert {cell[0] for cell in FOUND} == {f"R{number}" for number in range(1, 48)}
    assert len(FOUND) == sum(map(len, UNITS.values())) * len(places()) * len(PERIODS)


def test_cases_arrests_and_persons() -> None:
    assert _value("R3", "case", FURONG, "2025-03") == 1
    assert _value("R3", "case", PROVINCE, "2025") == 1
    assert _value("R4", "event", PROVINCE, "2025-03") == 3
    assert _value("R4", "person", PROVINCE, "2025-03") == 2
    assert _value("R4", "person", JISHOU, "2025Q1") == 1
    assert _value("R4", "person", FURONG, "2024") == 0


def test_exhibits_count_what_a_laboratory_weighed_and_liquids_plants_and_precursors_apart() -> None:
    assert _value("R5", "tonne", CHANGSHA, "2025-04") == 113 / 1_000_000
    assert _value("R5", "tonne_precursor", CHANGSHA, "2025-04") == 1900 / 1_000_000
    assert _value("R5", "litre_liquid", CHANGSHA, "2025-04") == 0.5
    assert _value("R5", "plant", CHANGSHA, "2025-04") == 12
    assert FOUND["R5", CHANGSHA, "2025-04", "tonne"].denominator == 1_000_000


def test_judgments_and_admissions() -> None:
    assert _value("R8", "case", FURONG, "2025Q3") == 1
    assert _value("R8", "event", FURONG, "2025Q3") == 1
    assert _value("R9", "person", FURONG, "2025-10") == 1
    assert _value("R9", "event", FURONG, "2025-10") == 1


def test_checkpoints_and_beds_on_the_last_day() -> None:
    # C2 opened on the last day of March; C1 closed on the last day of June.
    assert _value("R12", "checkpoint", PROVINCE, "2025-02") == 1
    assert _value("R12", "checkpoint", PROVINCE, "2025-03") == 2
    assert _value("R12", "checkpoint_entry", PROVINCE, "2025Q2") == 0
    assert _value("R12", "checkpoint_midway", JISHOU, "2025") == 1
    assert _value("R23", "facility", FURONG, "2025-04") == 1
    assert _value("R23", "bed", FURONG, "2025-04") == 40
    assert _value("R23", "bed", FURONG, "2025-05") == 60


def test_the_register_counts_everybody_once() -> None:
    assert _value("R17", "person", PROVINCE, "2023-2025") == 2
    assert _value("R17", "person", JISHOU, "2024Q2") == 1
    assert _value("R17", "person", FURONG, "2025-07") == 0
    assert _value("R24", "person_new", FURONG, "2025-03") == 1
    assert _value("R24", "person_cumulative", PROVINCE, "2025-02") == 2
    assert _value("R24", "person_current", PROVINCE, "2025-01") == 2
    assert _value("R24", "person_current", PROVINCE, "2025-02") == 1
    assert _value("R24", "person_abstinent", PROVINCE, "2025-02") == 1
    # Dead on the last day of the year: neither current nor abstinent.
    assert _value("R24", "person_current", PROVINCE, "2025") == 1
    assert _value("R24", "person_cumulative", PROVINCE, "2025") == 3


def test_ages_at_first_detection() -> None:
    young = FOUND["R26", PROVINCE, "2023-2025", "share_under_18"]
    assert (young.numerator, young.denominator, young.value) == (1, 2, 0.5)
    assert _value("R26", "median_age", PROVINCE, "2023-2025") == (16 + 35) / 2
    nobody = FOUND["R26", FURONG, "2024", "median_age"]
    assert (nobody.numerator, nobody.denominator, nobody.value) == (None, 0, None)
    assert completed_years(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert completed_years(date(2004, 2, 29), date(2022, 3, 1)) == 18


def test_hand_offs_are_met_late_overdue_or_open() -> None:
    prison = [(h.due_on, h.status, h.cause) for h in sentence_to_prison(_lives())]
    assert prison == [
        (date(2025, 10, 11), "met", None),
        (date(2025, 11, 11), "late", None),
        (date(2025, 11, 11), "overdue", "gap"),
        (date(2026, 1, 30), "open", None),
    ]
    cases = [h.status for h in handover_to_case(_lives())]
    assert cases == ["met", "overdue"]


def _charges() -> Lives:
    """Three suspects of a case: one decided in time and judged, one decided late and stayed, one undecided."""
    people = [_person(number) for number in (1, 2, 3)]
    case = _case("A", FURONG, date(2025, 3, 9), *((person, date(2025, 3, 3)) for person in people))
    asked, indicted = date(2025, 3, 10), date(2025, 6, 1)
    first, second, third = (Charge(suspect, "", DRUGS, requested=asked) for suspect in case.suspects)
    for charge, decided in ((first, date(2025, 3, 17)), (second, date(2025, 3, 18))):
        charge.decision, charge.decided = APPROVED, decided
        charge.outcome, charge.concluded = CHARGED, indicted
    third.requested = date(2025, 12, 28)
    judged = [_judgment(person, case, "J", "有期徒刑") for person in people[:2]]
    judged[1].judged, judged[1].stay = date(2025, 9, 6), (date(2025, 7, 1), date(2025, 7, 6))
    return Lives(cases=[case], charges=[first, second, third], judgments=judged)


def test_a_request_is_decided_in_seven_days() -> None:
    found = [(h.true_person, h.due_on, h.closed_on, h.status) for h in request_to_arrest_decision(_charges())]
    assert found == [
        ("L1", date(2025, 3, 17), date(2025, 3, 17), "met"),
        ("L2", date(2025, 3, 17), date(2025, 3, 18), "late"),
        ("L3", date(2026, 1, 4), None, "open"),
    ]


def test_a_court_judges_in_three_months_and_a_stay_does_not_count() -> None:
    found = [(h.true_person, h.due_on, h.status) for h in indictment_to_judgment(_charges())]
    assert found == [("L1", date(2025, 9, 1), "met"), ("L2", date(2025, 9, 6), "met")]
    unjudged = Lives(charges=_charges().charges)
    assert [(h.status, h.cause) for h in indictment_to_judgment(unjudged)] == [("overdue", "gap")] * 2


def _executions() -> Lives:
    """Papers of four terms in prison, and of a suspended sentence."""
    lives = _lives()
    judgment = lives.judgments[0]
    took, sent = date(2025, 9, 1), date(2025, 9, 11)
    held, late, outside, lost = (
        Sentence(judgment, took, held=day) for day in (date(2025, 10, 11), date(2025, 10, 12), None, None)
    )
    outside.outside = date(2025, 12, 31)
    lives.sentences = [held, late, outside, lost]
    lives.executions = [Execution(judgment, took, "", "监狱", sentence, sent) for sentence in lives.sentences]
    lives.executions[1].delivered = date(2025, 9, 12)
    lives.executions.append(Execution(judgment, took, "", "社区矫正机构"))
    free = lives.executions[4]
    lives.supervisions = [
        Supervision(free, PROBATION, took, FURONG, "C1", date(2025, 9, 11), date(2027, 9, 1)),
        Supervision(free, PROBATION, took, FURONG, "", None, date(2027, 9, 1)),
    ]
    return lives


def test_papers_are_due_in_ten_days_and_the_person_in_a_month() -> None:
    papers = [(h.due_on, h.status) for h in effect_to_documents(_executions())]
    due = date(2025, 9, 11)
    assert papers == [(due, "met"), (due, "late"), (due, "met"), (due, "met"), (due, "overdue")]
    people = [(h.due_on, h.status, h.cause) for h in documents_to_held(_executions())]
    assert people == [
        (date(2025, 10, 11), "met", None),
        (date(2025, 10, 12), "met", None),
        (date(2025, 10, 11), "excused", "outside_execution"),
        (date(2025, 10, 11), "overdue", "gap"),
    ]


def test_service_outside_prison_excuses_a_sentence_nobody_took() -> None:
    found = [(h.status, h.cause) for h in sentence_to_prison(_executions())]
    assert found == [("met", None), ("late", None), ("excused", "outside_execution"), ("overdue", "gap")]


def test_who_is_free_under_supervision_is_received_in_ten_days() -> None:
    found = [(h.due_on, h.closed_on, h.status) for h in release_to_corrections(_executions())]
    assert found == [
        (date(2025, 9, 11), date(2025, 9, 11), "met"),
        (date(2025, 9, 11), None, "overdue"),
    ]


def test_a_lead_is_due_to_be_a_case_in_thirty_days_and_names_nobody() -> None:
    venue, sent = Venue("", "旅馆", FURONG), date(2025, 12, 1)
    made = [Inspection("I", venue, sent, "发现涉毒线索", "X", sent) for _ in range(3)]
    made[0].case, made[1].case = _case("A", FURONG, None), _case("B", FURONG, None)
    made[0].case.filed, made[1].case.filed = date(2025, 12, 31), date(2026, 1, 1)
    quiet = Inspection("I", venue, sent, "未发现问题")
    found = [(h.true_person, h.due_on, h.status) for h in lead_to_case(Lives(inspections=[*made, quiet]))]
    due = date(2025, 12, 31)
    assert found == [(None, due, "met"), (None, due, "overdue"), (None, due, "overdue")]


def test_all_hand_offs_are_those_of_every_rule() -> None:
    lives = _executions()
    lives.charges = _charges().charges
    lives.inspections = [Inspection("I", Venue("", "旅馆", FURONG), DAY, "发现涉毒线索", "X", DAY)]
    assert {h.rule_id for h in all_handoffs(lives)} == {
        "request_to_arrest_decision", "indictment_to_judgment", "sentence_to_prison", "effect_to_documents",
        "documents_to_held", "release_to_corrections", "handover_to_case", "lead_to_case",
    }  # fmt: skip
