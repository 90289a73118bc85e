"""Drugs found in criminal cases, weighed and examined."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from pipelines.province.days import END
from pipelines.province.documents import Documents
from pipelines.province.lives import Case, Handover, Lives, Seizure
from pipelines.province.substances import carried_amount, carried_drug

_FOUND_NOTHING, _NOT_EXAMINED = 0.42, 0.03
# Grams of one piece, and of a gross gram, as the laboratory weighs them.
_PIECE_GRAMS, _NET = (0.08, 0.12), (0.9, 1.0)


def find_drugs(rng: random.Random, lives: Lives, documents: Documents) -> list[Seizure]:
    """The exhibits of every case: what the checkpoint handed over, or what the police found themselves."""
    handed: dict[str, list[Handover]] = defaultdict(list)
    for handover in lives.handovers:
        if handover.case is not None:
            handed[handover.number].append(handover)
    made = []
    for case in lives.cases:
        if case.handover_number:
            for handover in handed[case.handover_number]:
                county = handover.checkpoint.county
                seizure = Seizure(
                    case, documents.exhibit(handover.seized), handover.seized, county, handover.drug,
                    handover.amount, handover.measure,
                )  # fmt: skip
                made.append(seizure)
        elif rng.random() > _FOUND_NOTHING:
            made += _found(rng, documents, case)
    for seizure in made:
        _examine(rng, seizure)
    return made


def _found(rng: random.Random, documents: Documents, case: Case) -> list[Seizure]:
    """One to three exhibits, found when somebody was arrested."""
    made = []
    for _ in range(rng.choices((1, 2, 3), weights=(7, 2, 1))[0]):
        day = rng.choice(case.suspects).arrested
        drug = carried_drug(rng)
        made.append(
            Seizure(case, documents.exhibit(day), day, case.county, drug.name, carried_amount(rng, drug), drug.measure)
        )
    return made


def _examine(rng: random.Random, seizure: Seizure) -> None:
    """A laboratory looks at it within weeks: what it is, and what it weighs net."""
    examined: date = seizure.seized + timedelta(days=rng.randrange(3, 30))
    if rng.random() < _NOT_EXAMINED or examined > END:
        return
    seizure.examined = examined
    seizure.found = rng.random() > 0.02
    if seizure.measure == "gram":
        seizure.net = round(seizure.amount * rng.uniform(*_NET), 2)
    elif seizure.measure == "piece":
        seizure.net = round(seizure.amount * rng.uniform(*_PIECE_GRAMS), 2)
