"""What counts in the figures of people nobody holds: R37 to R40.

Definitions: R37 detained and never admitted by a detention centre, and arrested for trafficking again after an arrest
for it that led to no custody; R38 sentenced to prison, past the time limit on the last day of a period, neither held
nor lawfully outside, by court; R39 their terms; R40 why they are not held, of those of whom it is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf

from pipelines.province.counting import Entry, Periods, Sample, on, part, standing
from pipelines.province.days import END
from pipelines.province.lives import (
    DRUG_OFFENCES,
    SECOND,
    TRAFFICKING,
    Judgment,
    Lives,
    Sentence,
    Suspect,
)
from pipelines.province.places import reported_in

_NON_CUSTODIAL = ("管制", "单处罚金", "免予刑事处罚")
_REASONS = {
    "share_refused": "看守所拒收",
    "share_swallowed": "吞食异物",
    "share_no_certificate": "无指定医院证明",
    "share_stayed": "中止审理",
}
# Bands of terms, and the most months in each.
_LONGEST_BAND = "person_over_15_years"
BANDS = {"person_to_3_years": 36, "person_to_7_years": 84, "person_to_15_years": 180, _LONGEST_BAND: inf}
Key = tuple[str, str]


def _unheld(sentence: Sentence) -> Periods:
    """The periods on whose last day a sentence is overdue and not begun."""
    return standing(sentence.due, sentence.settled)


def _band(months: int | None) -> str:
    """The band of a term; a sentence for life has none and is above all."""
    return next((band for band, most in BANDS.items() if months is not None and months <= most), _LONGEST_BAND)


def _unheld_entries(lives: Lives) -> Iterator[Entry]:
    reasons = {id(execution.sentence): execution.not_held_reason for execution in lives.executions}
    for sentence in lives.sentences:
        judgment, periods = sentence.judgment, _unheld(sentence)
        if not periods:
            continue
        court, person_id = judgment.court, judgment.person.person_id
        yield Entry("R38", "person", court, periods, person_id)
        if judgment.offence in DRUG_OFFENCES:
            yield Entry("R38", "person_drug", court, periods, person_id)
        yield Entry("R39", _band(judgment.months), court, periods, person_id)
        if reason := reasons.get(id(sentence)):
            for unit, known in _REASONS.items():
                yield part("R40", unit, court, periods, counts=reason == known)


def unheld_terms(lives: Lives) -> Iterator[Sample]:
    """The terms in months of those who are not held; none of a sentence for life."""
    for sentence in lives.sentences:
        judgment = sentence.judgment
        yield Sample("R39", "longest_term_months", judgment.court, _unheld(sentence), judgment.months)


def _key(suspect: Suspect) -> Key:
    return suspect.case.case_id, suspect.person.person_id


class _Outcomes:
    """What became of each arrest."""

    def __init__(self, lives: Lives) -> None:
        self._final: dict[Key, Judgment] = {}
        for judgment in lives.judgments:
            key = judgment.case.case_id, judgment.person.person_id
            if judgment.instance == SECOND or key not in self._final:
                self._final[key] = judgment
        self._admitted: set[Key] = {
            (custody.case.case_id, custody.person.person_id)
            for custody in lives.custodies
            if custody.case is not None and not custody.refused
        }
        self._unheld: set[Key] = {
            (sentence.judgment.case.case_id, sentence.judgment.person.person_id)
            for sentence in lives.sentences
            if sentence.settled is None and sentence.due <= END
        }

    def is_admitted(self, suspect: Suspect) -> bool:
        """Whether a detention centre took somebody in."""
        return _key(suspect) in self._admitted

    def is_let_go(self, suspect: Suspect) -> bool:
        """Whether an arrest led to no custody: none at first, none in the end, or one that nobody carried out."""
        if suspect.detained is None or not self.is_admitted(suspect) or _key(suspect) in self._unheld:
            return True
        final = self._final.get(_key(suspect))
        if final is None or final.effective is None:
            return False
        return final.suspended or final.penalty in _NON_CUSTODIAL


def _arrest_entries(lives: Lives) -> Iterator[Entry]:
    outcomes = _Outcomes(lives)
    trafficking: dict[str, list[Suspect]] = defaultdict(list)
    for case in lives.cases:
        for suspect in case.suspects:
            if suspect.detained is not None:
                admitted, periods = outcomes.is_admitted(suspect), on(suspect.detained)
                yield part("R37", "share_not_admitted", case.county, periods, counts=not admitted)
            # Of a case of another province nobody here knows what became of the arrest.
            if case.type_code in TRAFFICKING and reported_in(case.county):
                trafficking[suspect.person.person_id].append(suspect)
    for person_id, arrests in trafficking.items():
        let_go = min((arrest.arrested for arrest in arrests if outcomes.is_let_go(arrest)), default=END)
        for arrest in arrests:
            if arrest.arrested > let_go:
                yield Entry("R37", "person_again", arrest.arrest_region, on(arrest.arrested), person_id)


def custody_entries(lives: Lives) -> Iterator[Entry]:
    """Everything that counts in the figures of people nobody holds."""
    yield from _arrest_entries(lives)
    yield from _unheld_entries(lives)
