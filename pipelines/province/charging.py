"""At the procuratorate: the request for an arrest, the decision about it, the review, the charge.

Limits: the procuratorate decides within 7 days of the request (刑事诉讼法 91) and reviews a case in a month to a
month and a half (172); it may send it back for more investigation twice (175).
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END
from pipelines.province.documents import Documents
from pipelines.province.lives import (
    APPROVED,
    CHARGED,
    DRUG_OFFENCES,
    NOT_APPROVED,
    NOT_CHARGED,
    Charge,
    Lives,
)

_LATE_DECISION, _REFUSED, _UNDECIDED, _OFFENCE_CHANGED, _DROPPED = 0.05, 0.6, 0.85, 0.04, 0.5


def _ask_for_arrest(rng: random.Random, charge: Charge) -> None:
    """The police ask for an arrest; some requests are refused, a few are never decided, some suspects stay free."""
    suspect = charge.suspect
    draw = rng.random()
    lag = rng.randrange(8, 20) if rng.random() < _LATE_DECISION else rng.randrange(1, 8)
    if suspect.approved is not None:
        charge.requested = max(suspect.approved - timedelta(days=lag), suspect.arrested + timedelta(days=1))
        charge.decision, charge.decided = APPROVED, suspect.approved
    elif draw < _REFUSED:
        charge.requested = suspect.arrested + timedelta(days=rng.randrange(1, 8))
        charge.decision, charge.decided = NOT_APPROVED, charge.requested + timedelta(days=lag)
    elif draw < _UNDECIDED and not suspect.charged:
        charge.requested = suspect.arrested + timedelta(days=rng.randrange(1, 8))


def _review(rng: random.Random, charge: Charge) -> None:
    """The case comes in for review; the suspect is charged with the others, or not at all."""
    suspect, case = charge.suspect, charge.suspect.case
    if case.solved is None:
        return
    earliest = (charge.decided or charge.requested or suspect.arrested) + timedelta(days=1)
    span = timedelta(days=rng.randrange(12, 45))
    charge.returned = rng.choices((0, 1, 2), weights=(80, 15, 5))[0]
    if suspect.charged and case.indicted is not None:
        charge.received = max(case.indicted - span, earliest)
        charge.outcome, charge.concluded = CHARGED, case.indicted
    elif rng.random() < _DROPPED or suspect.charged:
        charge.received = max(earliest, case.solved) + timedelta(days=rng.randrange(20, 80))
        if not suspect.charged:
            charge.outcome, charge.concluded = NOT_CHARGED, charge.received + span


def _offence(rng: random.Random, judged: str | None) -> str:
    """What the suspect is charged with: what the court found in the end, unless it found otherwise."""
    if judged is not None and rng.random() >= _OFFENCE_CHANGED:
        return judged
    return rng.choice(DRUG_OFFENCES[:3])


def prosecute(rng: random.Random, lives: Lives, documents: Documents) -> None:
    """Open a file for every suspect the police brought before a procuratorate up to the last known day."""
    judged: dict[tuple[str, str], str] = {
        (judgment.case.case_id, judgment.person.person_id): judgment.offence for judgment in lives.judgments
    }
    for case in lives.cases:
        for suspect in case.suspects:
            charge = Charge(suspect, "", _offence(rng, judged.get((case.case_id, suspect.person.person_id))))
            _ask_for_arrest(rng, charge)
            _review(rng, charge)
            if _is_known(charge.requested) or _is_known(charge.received):
                charge.number = documents.procuratorate_case(case.county, charge.begun)
                lives.charges.append(charge)


def _is_known(day: date | None) -> bool:
    return day is not None and day <= END
