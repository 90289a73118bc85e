"""Let the people of a province live: the whole of it from one seed."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.carrying_out import carry_out
from pipelines.province.charging import prosecute
from pipelines.province.clues import look_for_clues
from pipelines.province.crime import Courts
from pipelines.province.custody import DetentionCentres, times_in_custody
from pipelines.province.days import END, START
from pipelines.province.detection import age_at_detection, first_detection, register, settle
from pipelines.province.documents import Documents
from pipelines.province.institutions import (
    count_centre_stays,
    make_checkpoints,
    make_facilities,
    report_days,
    report_months,
    report_postal_months,
)
from pipelines.province.joinder import recombine
from pipelines.province.lives import Lives
from pipelines.province.notices import give_notice
from pipelines.province.papers import delay_papers
from pipelines.province.people import Person, Registry
from pipelines.province.rehab import make_rehab_facilities, report_rehab_months
from pipelines.province.seizures import find_drugs
from pipelines.province.submissions import submit, submit_register
from pipelines.province.trade import trade
from pipelines.province.treatment import Treatment

# Shares of all people: users in the register, the rest are suspects who use nothing.
_USERS = 0.8
_ARRESTED_USERS, _ARRESTED_TWICE, _OTHER_PRISON = 0.2, 0.12, 0.015
_SEIZURES = 0.012


def live(people: int, seed: int, relations: float = 1) -> Lives:
    """The lives of so many people; the same seed gives the same lives.

    `relations` multiplies the shares of people with twins, siblings and namesakes.
    """
    lives = Lives()
    documents = Documents()
    rng = random.Random(f"{seed} people")
    detected = _populate(rng, lives, people, relations)
    _keep_names(lives.people, {person.person_id for person, _ in detected})
    rng = random.Random(f"{seed} institutions")
    lives.facilities = make_facilities(rng)
    lives.facility_months = report_months(rng, lives.facilities)
    lives.checkpoints = make_checkpoints(rng)
    rng = random.Random(f"{seed} detection")
    for person, day in detected:
        register(rng, lives, documents, person, day)
    rng = random.Random(f"{seed} crime")
    courts = Courts(rng, lives, documents)
    _offend(rng, lives, courts, {person.person_id for person, _ in detected})
    for person, _ in detected:
        if rng.random() < _OTHER_PRISON:
            courts.imprison_for_another_offence(person)
    look_for_clues(random.Random(f"{seed} clues"), lives, documents)
    prosecute(random.Random(f"{seed} charges"), lives, documents)
    carry_out(random.Random(f"{seed} sentences"), lives, documents)
    DetentionCentres(random.Random(f"{seed} custody"), lives, documents).hold_all()
    lives.seizures = find_drugs(random.Random(f"{seed} seizures"), lives, documents)
    rng = random.Random(f"{seed} treatment")
    lives.rehab_facilities = make_rehab_facilities(rng, people)
    times = times_in_custody(lives)
    Treatment(rng, lives, documents, times).treat_all()
    delay_papers(random.Random(f"{seed} papers"), lives)
    lives.rehab_months = report_rehab_months(rng, lives)
    count_centre_stays(lives.facility_months, lives.centre_episodes)
    give_notice(random.Random(f"{seed} notices"), lives, documents)
    settle(random.Random(f"{seed} settle"), lives)
    recombine(random.Random(f"{seed} joinder"), lives, documents)
    trade(random.Random(f"{seed} trade"), lives, documents)
    lives.submissions = submit(random.Random(f"{seed} submissions"))
    lives.submissions += submit_register(random.Random(f"{seed} register"), lives)
    lives.postal_months = report_postal_months(random.Random(f"{seed} post"))
    lives.checkpoint_days = report_days(random.Random(f"{seed} traffic"), lives.checkpoints, lives.handovers)
    return lives


def _populate(rng: random.Random, lives: Lives, people: int, relations: float) -> list[tuple[Person, date]]:
    """Make the people; returns the users with their day of first detection."""
    registry = Registry(rng, relations)
    detected: list[tuple[Person, date]] = []
    while len(lives.people) < people:
        is_user = rng.random() < _USERS
        day = first_detection(rng) if is_user else START
        years = age_at_detection(rng) if is_user else 18 + 40 * rng.betavariate(1.6, 2.8)
        made: list[Person | None] = [registry.somebody(day - timedelta(days=int(years * 365.25)))]
        made.append(registry.relation(made[0]) if made[0] else None)
        for place, person in enumerate(made):
            if person is None or len(lives.people) == people:
                continue
            lives.people.append(person)
            if is_user or (place and rng.random() < _USERS):
                detected.append((person, day if place == 0 else _own_day(rng, person)))
    return detected


def _keep_names(people: list[Person], registered: set[str]) -> None:
    """Let only people in the register change their name.

    The register alone keeps a former name beside the present one, so no export would tell of anybody else's.
    """
    for person in people:
        if person.person_id not in registered:
            person.former_name = person.renamed_on = None


def _own_day(rng: random.Random, person: Person) -> date:
    """A day of first detection that fits a birth given beforehand."""
    earliest = max(date(2005, 1, 1), person.birth + timedelta(days=14 * 366))
    return earliest + timedelta(days=rng.randrange(max(1, (END - earliest).days)))


def _offend(rng: random.Random, lives: Lives, courts: Courts, users: set[str]) -> None:
    """Group those who get arrested into cases, some of which begin at a checkpoint."""
    slots: list[tuple[Person, str]] = []
    for person in lives.people:
        if person.person_id in users and rng.random() > _ARRESTED_USERS:
            continue
        times = 2 if rng.random() < _ARRESTED_TWICE else 1
        slots += [(person, person.home_at(START))] * times
    rng.shuffle(slots)
    for _ in range(max(1, round(len(lives.people) * _SEIZURES))):
        size = rng.choices((1, 2, 3), weights=(6, 3, 1))[0]
        courts.seize(_distinct([slots.pop()[0] for _ in range(min(size, len(slots)))]), lives.checkpoints)
    slots.sort(key=lambda slot: slot[1][:4])
    while slots:
        size = min(rng.choices((1, 2, 3, 4, 5), weights=(52, 24, 13, 7, 4))[0], len(slots))
        group = [slots.pop() for _ in range(size)]
        courts.arrest(_distinct([person for person, _ in group]), group[0][1])


def _distinct(people: list[Person]) -> list[Person]:
    return list({person.person_id: person for person in people}.values())
