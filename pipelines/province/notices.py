"""Notices of other provinces: whom of our households their police arrested there (外流贩毒)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END, START, completed_years
from pipelines.province.documents import Documents
from pipelines.province.lives import TRAFFICKING, Case, Lives, Suspect
from pipelines.province.people import Person
from pipelines.province.places import counties, elsewhere, places

# Notices per person of the province; most are about selling drugs.
_NOTICES, _SELLING = 0.006, 0.85
_POSSESSION = "060703"
_YOUNGEST = 16


def _at_large(lives: Lives) -> list[Person]:
    """People of our households to whom nothing else happened that would hold them here."""
    busy = {suspect.person.person_id for case in lives.cases for suspect in case.suspects}
    busy.update(admission.person.person_id for admission in lives.admissions)
    busy.update(order.person.person_id for order in lives.orders)
    households = set(counties())
    return [person for person in lives.people if person.hukou in households and person.person_id not in busy]


def give_notice(rng: random.Random, lives: Lives, documents: Documents) -> None:
    """Let other provinces arrest some people of ours and tell our police, who learn no more of the case."""
    ours = {place.short for place in places().values()}
    # A filing number names its county in short, and may not be taken for one of ours.
    there = [place for place in elsewhere() if place.short not in ours]
    people = _at_large(lives)
    for person in rng.sample(people, min(len(people), round(len(lives.people) * _NOTICES))):
        place = rng.choice(there)
        arrested: date = START + timedelta(days=rng.randrange((END - START).days))
        filed = arrested - timedelta(days=rng.randrange(0, 20))
        kind = rng.choice(TRAFFICKING) if rng.random() < _SELLING else _POSSESSION
        if completed_years(person.birth, arrested) < _YOUNGEST:
            continue
        case = Case(
            f"N{len(lives.cases) + 1:07d}",
            documents.police_case(place.code, filed),
            documents.filing_elsewhere(place, filed),
            kind,
            place.code,
            filed,
        )
        case.suspects.append(Suspect(person, case, "01", arrested, None, place.code))
        lives.cases.append(case)
