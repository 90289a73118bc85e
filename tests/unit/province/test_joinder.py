"""Joinder and severance change documents and nothing else of a life."""

from __future__ import annotations

import random
from datetime import date

import pytest

from pipelines.province.documents import Documents
from pipelines.province.joinder import Recombiner, recombine
from pipelines.province.live import live
from pipelines.province.lives import FIRST, SECOND, Admission, Case, Judgment, Lives, Prison, Suspect
from pipelines.province.people import Person, Registry

FILED, INDICTED, JUDGED, APPEALED = date(2024, 3, 1), date(2024, 7, 1), date(2024, 8, 1), date(2024, 10, 1)
COUNTY = "430102"


class _Always(random.Random):
    """Takes the first of what it may choose, and what has a chance to happen happens; or, with `never`, does not."""

    def __init__(self, *, never: bool = False) -> None:
        super().__init__(0)
        self._drawn = 0.999 if never else 0.0

    def random(self) -> float:
        return self._drawn

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return 0 if stop is None else start


def _people(count: int) -> list[Person]:
    registry = Registry(random.Random(1), 1)
    return [registry.somebody(date(1990, 1, 1)) for _ in range(count)]


def _lives(*, judged: bool = True) -> tuple[Lives, Documents, Case]:
    """One case of three suspects, all charged and sentenced, the last also on appeal and taken in by a prison."""
    documents, lives = Documents(), Lives()
    case = Case(
        "K1", documents.police_case(COUNTY, FILED), documents.filing(COUNTY, FILED), "060702", COUNTY, FILED, JUDGED
    )
    for number, person in enumerate(_people(3), 1):
        case.suspects.append(Suspect(person, case, f"{number:02d}", FILED, FILED, COUNTY, charged=True))
    case.indicted, case.indictment_number = INDICTED, documents.indictment(COUNTY, INDICTED)
    lives.cases = [case]
    if judged:
        first, second = documents.court_case(COUNTY, INDICTED), documents.court_case(COUNTY, JUDGED, second=True)
        for seq, suspect in enumerate(case.suspects, 1):
            lives.judgments.append(_judgment(suspect, first, seq, FIRST, JUDGED))
        last = _judgment(case.suspects[-1], second, 1, SECOND, APPEALED)
        last.first_number = first
        lives.judgments.append(last)
        person = case.suspects[-1].person
        lives.admissions = [
            Admission(person, "K1", "430001", Prison("某监狱", COUNTY), second, "", APPEALED, False, None)
        ]
    return lives, documents, case


def _judgment(suspect: Suspect, number: str, seq: int, instance: str, day: date) -> Judgment:
    return Judgment(
        suspect.person, suspect.case, number, seq, COUNTY, instance, "", day, "有期徒刑", 12, False, None,
        received=INDICTED if instance == FIRST else JUDGED,
    )  # fmt: skip


def test_a_joinder_at_the_procuratorate_gives_the_last_suspects_a_filing_of_their_own() -> None:
    lives, documents, case = _lives()
    other = Recombiner(_Always(never=True), lives, documents).join(case)
    assert other is not None
    assert [len(one.suspects) for one in (case, other)] == [1, 2]
    assert (case.number != other.number, case.filing_number != other.filing_number) == (True, True)
    assert [suspect.number for suspect in other.suspects] == ["01", "02"]
    assert {judgment.indictment_number for judgment in lives.judgments} == {case.indictment_number}
    assert {judgment.case.case_id for judgment in lives.judgments} == {"K1"}
    assert [(e.event, e.day, e.from_document, e.to_document) for e in lives.case_events] == [
        ("joinder", INDICTED, one.filing_number, case.indictment_number) for one in (case, other)
    ]


def test_a_joinder_at_the_court_brings_two_indictments_into_one_trial() -> None:
    lives, documents, case = _lives()
    other = Recombiner(_Always(), lives, documents).join(case)
    assert other is not None
    assert case.indictment_number != other.indictment_number
    assert {judgment.number for judgment in lives.judgments if judgment.instance == FIRST} == {
        lives.case_events[0].to_document
    }
    assert [e.from_document for e in lives.case_events] == [case.indictment_number, other.indictment_number]


def test_nobody_is_joined_who_was_not_charged() -> None:
    lives, documents, case = _lives()
    case.suspects[0].charged = False
    assert Recombiner(_Always(), lives, documents).join(case) is None
    assert (lives.case_events, len(case.suspects)) == ([], 3)


@pytest.mark.parametrize("at_court", [True, False])
def test_a_severance_gives_the_last_charged_a_trial_and_maybe_an_indictment_of_their_own(at_court: bool) -> None:
    lives, documents, case = _lives()
    Recombiner(_Always(never=not at_court), lives, documents).sever(case)
    first = [judgment for judgment in lives.judgments if judgment.instance == FIRST]
    assert [judgment.seq for judgment in first] == [1, 1, 2]
    assert first[0].number != first[1].number == first[2].number
    assert len({suspect.indictment_number for suspect in case.suspects}) == (1 if at_court else 2)
    # The appeal and the prison name the number the trial has now.
    appeal = lives.judgments[-1]
    assert appeal.first_number == first[2].number
    assert lives.admissions[0].judgment_number == appeal.number
    came = case.indictment_number if at_court else case.filing_number
    became = {first[0].number, first[1].number} if at_court else {s.indictment_number for s in case.suspects}
    assert {(e.event, e.from_document) for e in lives.case_events} == {("severance", came)}
    assert {e.to_document for e in lives.case_events} == became


def test_what_is_not_tried_yet_is_severed_by_the_procuratorate() -> None:
    lives, documents, case = _lives(judged=False)
    Recombiner(_Always(), lives, documents).sever(case)
    assert {e.from_document for e in lives.case_events} == {case.filing_number}


def test_a_case_that_came_of_a_handover_or_a_lead_stays_one() -> None:
    for tied in ("handover_number", "lead_number"):
        lives, documents, case = _lives()
        setattr(case, tied, "X")
        recombine(_Always(), lives, documents)
        assert lives.case_events == []


def test_a_modest_share_is_joined_and_severed_and_every_document_is_one_true_case() -> None:
    lives = live(3000, 1)
    eligible = sum(case.indicted is not None and len(case.suspects) > 1 for case in lives.cases)
    for kind in ("joinder", "severance"):
        touched = {event.case_id for event in lives.case_events if event.event == kind}
        assert 0.01 < len(touched) / eligible < 0.15
    true_case: dict[str, set[str]] = {}
    for judgment in lives.judgments:
        for number in (judgment.number, judgment.indictment_number):
            true_case.setdefault(number, set()).add(judgment.case.case_id)
    assert all(len(cases) == 1 for cases in true_case.values())
    keys = [f"{case.number}|{suspect.number}" for case in lives.cases for suspect in case.suspects]
    keys += [f"{judgment.number}|{judgment.seq}" for judgment in lives.judgments]
    assert len(keys) == len(set(keys))
