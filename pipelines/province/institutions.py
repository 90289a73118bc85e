"""Prisons, treatment facilities and checkpoints: what the province has, whoever lives in it."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from pipelines.province.days import END, START, months_later
from pipelines.province.lives import (
    CentreEpisode,
    Checkpoint,
    CheckpointDay,
    Facility,
    FacilityMonth,
    Handover,
    PostalMonth,
    Prison,
)
from pipelines.province.places import counties, places, random_county

CENTRE, CLINIC, VOLUNTARY = "病残收治中心", "药物维持治疗门诊", "自愿戒毒医院"
ENTRY, MIDWAY = "入省", "中途"
_POSTAL_SITES = 65

PRISONS = (
    Prison("湖湘第一监狱", "430111"),
    Prison("湖湘第二监狱", "430223"),
    Prison("湖湘第三监狱", "430408"),
    Prison("湖湘第四监狱", "430682"),
    Prison("湖湘第五监狱", "430702"),
    Prison("湖湘第六监狱", "431003"),
    Prison("湖湘第七监狱", "431224"),
    Prison("湖湘女子监狱", "430112", for_women=True),
)
_ROUTES = (
    "G4京港澳高速",
    "G60沪昆高速",
    "G65包茂高速",
    "G55二广高速",
    "G76厦蓉高速",
    "G56杭瑞高速",
    "G107国道",
    "G320国道",
)


def _facility(rng: random.Random, number: int, kind: str, county: str, opened: date) -> Facility:
    beds = {CENTRE: rng.randrange(40, 260, 10), CLINIC: 0, VOLUNTARY: rng.randrange(20, 120, 5)}[kind]
    history = [(opened, beds)]
    if beds and rng.random() < 0.4:
        later = max(opened, START) + timedelta(days=rng.randrange(60, 900))
        history.append((later, beds + rng.randrange(10, 80, 10)))
    name = f"{places()[county].short}{kind}"
    return Facility(f"H{county}{number:03d}", name, kind, county, history)


def make_facilities(rng: random.Random) -> list[Facility]:
    """A special-care centre in most prefectures (some opened lately), clinics, and a few voluntary hospitals."""
    seats = [code for code in counties() if code[4:] in ("02", "05", "01")]
    made: list[Facility] = []
    for kind, count in ((CENTRE, 16), (CLINIC, 14), (VOLUNTARY, 6)):
        for _ in range(count):
            county = rng.choice(seats)
            lately = START + timedelta(days=rng.randrange(30, 900))
            opened = lately if kind == CENTRE and rng.random() < 0.25 else date(rng.randrange(2009, 2022), 6, 1)
            made.append(_facility(rng, len(made) + 1, kind, county, opened))
    return made


def report_months(rng: random.Random, facilities: list[Facility]) -> list[FacilityMonth]:
    """The reports of every facility for every month since it opened."""
    made = []
    for facility in facilities:
        treated = rng.randrange(20, 200)
        for offset in range(36):
            last = months_later(START, offset + 1) - timedelta(days=1)
            beds = facility.beds_at(last)
            if beds is None:
                continue
            enrolled, dropped = rng.randrange(0, 14), rng.randrange(0, 12)
            treated = max(5, treated + enrolled - dropped)
            coverage = f"{rng.uniform(70, 100):.1f}"
            made.append(FacilityMonth(facility, last, beds, treated, enrolled, dropped, coverage))
    return made


def count_centre_stays(months: list[FacilityMonth], episodes: list[CentreEpisode]) -> None:
    """Put right what special-care centres report once it is known who came: who is there on the last day, who is new.

    Clinics and hospitals keep what was drawn: nobody exports who is treated there.
    """
    stays: dict[str, list[CentreEpisode]] = defaultdict(list)
    for episode in episodes:
        stays[episode.facility.code].append(episode)
    for month in months:
        if month.facility.kind != CENTRE:
            continue
        here = stays[month.facility.code]
        month.treated = sum(
            one.admitted <= month.last and (one.discharged is None or month.last < one.discharged) for one in here
        )
        month.enrolled = sum(month.last.replace(day=1) <= one.admitted <= month.last for one in here)


def make_checkpoints(rng: random.Random) -> list[Checkpoint]:
    """Some fifty checkpoints; a few opened or closed in these years."""
    made = []
    for number in range(1, 53):
        county = random_county(rng)
        kind = ENTRY if number % 3 == 1 else MIDWAY
        lately = START + timedelta(days=rng.randrange(20, 1000))
        opened = lately if rng.random() < 0.15 else date(rng.randrange(2012, 2022), rng.randrange(1, 13), 1)
        closed = max(opened, START) + timedelta(days=rng.randrange(60, 1000)) if rng.random() < 0.1 else None
        name = f"{places()[county].short}{kind}检查站{number}"
        made.append(Checkpoint(f"C{number:03d}", name, kind, rng.choice(_ROUTES), county, opened, closed))
    return made


def report_days(rng: random.Random, checkpoints: list[Checkpoint], handovers: list[Handover]) -> list[CheckpointDay]:
    """Traffic of every open checkpoint on every day of the last year."""
    seized: dict[tuple[str, date], set[str]] = {}
    for handover in handovers:
        seized.setdefault((handover.checkpoint.code, handover.seized), set()).add(handover.number)
    made = []
    for checkpoint in checkpoints:
        usual = rng.randrange(800, 20_000)
        day = date(END.year, 1, 1)
        while day <= END:
            if checkpoint.is_open(day):
                passed = int(usual * rng.uniform(0.6, 1.5))
                found = len(seized.get((checkpoint.code, day), ()))
                inspected = max(int(passed * rng.uniform(0.02, 0.15)), found)
                made.append(CheckpointDay(checkpoint, day, passed, inspected, found))
            day += timedelta(days=1)
    return made


def report_postal_months(rng: random.Random) -> list[PostalMonth]:
    """The reports of every site: most items are sent under a real name, inspected and scanned, at some sites all."""
    made = []
    for number in range(1, _POSTAL_SITES + 1):
        county = random_county(rng)
        site, usual = f"N{county}{number:03d}", rng.randrange(2_000, 90_000)
        for offset in range(36):
            last = months_later(START, offset + 1) - timedelta(days=1)
            collected = int(usual * rng.uniform(0.7, 1.4))
            shares = (rng.choice((1.0, rng.uniform(0.93, 1.0))) for _ in range(3))
            made.append(PostalMonth(site, county, last, collected, *(int(collected * share) for share in shares)))
    return made
