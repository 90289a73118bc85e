"""Clues that come before a case: parcels stopped at airports, and leads of those who inspect venues."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END, START
from pipelines.province.documents import Documents
from pipelines.province.lives import Case, Inspection, Interception, Lives, Venue
from pipelines.province.numbers import credit_code
from pipelines.province.places import random_county

KINDS = ("歌舞娱乐场所", "游艺娱乐场所", "互联网上网服务营业场所", "旅馆", "其他")
CLEAN, TO_RECTIFY, LEAD = "未发现问题", "责令整改", "发现涉毒线索"
# The counties of the province's airports.
_AIRPORTS = ("430121", "430802", "430703", "430408", "431202", "431103")
# Per person of the province; shares of the cases that begin with a clue, and of the clues that come to nothing.
_INSPECTIONS, _INTERCEPTIONS = 0.3, 0.006
_FROM_A_PARCEL, _FROM_A_LEAD, _LATE, _NO_CASE = 0.02, 0.04, 0.08, 0.1


def _some_day(rng: random.Random) -> date:
    return START + timedelta(days=rng.randrange((END - START).days))


def _intercept(rng: random.Random, documents: Documents, county: str, day: date) -> Interception:
    """A parcel that was stopped: the hash stands for a waybill nobody but the airport knows."""
    return Interception(documents.interception(day), f"{rng.getrandbits(256):064x}", county, day)


def _parcel_of(rng: random.Random, documents: Documents, case: Case) -> Interception:
    """The parcel a case began with: stopped, traced, handed over."""
    traced = case.filed - timedelta(days=rng.randrange(1, 20))
    parcel = _intercept(rng, documents, rng.choice(_AIRPORTS), traced - timedelta(days=rng.randrange(1, 30)))
    parcel.traced, parcel.case = traced, case
    parcel.handover_number = case.handover_number = documents.parcel_handover(traced)
    return parcel


def _stray_parcel(rng: random.Random, documents: Documents, number: int) -> Interception:
    """A parcel no case came of: three of ten are never traced, one is still searched for, six lead elsewhere."""
    parcel = _intercept(rng, documents, rng.choice(_AIRPORTS), _some_day(rng))
    later = parcel.day + timedelta(days=rng.randrange(5, 90))
    if number % 10 < 3:
        parcel.given_up = later
    elif number % 10 < 9:
        parcel.traced = later
    return parcel


def _lead(rng: random.Random, documents: Documents, venue: Venue, sent: date) -> Inspection:
    day = sent - timedelta(days=rng.randrange(0, 6))
    return Inspection(documents.inspection(day), venue, day, LEAD, documents.lead(day), sent)


def _lead_of(rng: random.Random, documents: Documents, venues: list[Venue], case: Case) -> Inspection:
    """The inspection a case began with; the police file it within thirty days, some later."""
    waited = rng.randrange(31, 80) if rng.random() < _LATE else rng.randrange(0, 29)
    venue = rng.choice([venue for venue in venues if venue.county == case.county] or venues)
    found = _lead(rng, documents, venue, case.filed - timedelta(days=waited))
    found.case, case.lead_number = case, found.lead_number
    return found


def look_for_clues(rng: random.Random, lives: Lives, documents: Documents) -> None:
    """Let some cases begin with a parcel or a lead, and fill the registers with all that came to nothing."""
    people = len(lives.people)
    venues = [
        Venue(credit_code(county, number), rng.choice(KINDS), county)
        for number, county in ((n, random_county(rng)) for n in range(max(40, people * 3 // 40)))
    ]
    for case in lives.cases:
        draw = rng.random()
        if case.handover_number or draw >= _FROM_A_PARCEL + _FROM_A_LEAD:
            continue
        if draw < _FROM_A_PARCEL:
            lives.interceptions.append(_parcel_of(rng, documents, case))
        else:
            lives.inspections.append(_lead_of(rng, documents, venues, case))
    strays = round(people * _INTERCEPTIONS)
    lives.interceptions += [_stray_parcel(rng, documents, number) for number in range(strays)]
    for _ in range(max(1, round(len(lives.inspections) * _NO_CASE))):
        sent = min(_some_day(rng) + timedelta(days=6), END)
        lives.inspections.append(_lead(rng, documents, rng.choice(venues), sent))
    for _ in range(round(people * _INSPECTIONS)):
        day = _some_day(rng)
        result = CLEAN if rng.random() < 0.88 else TO_RECTIFY
        lives.inspections.append(Inspection(documents.inspection(day), rng.choice(venues), day, result))
