"""Drug use: first detection, the register, and how it ends."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END, START, years_later
from pipelines.province.documents import Documents
from pipelines.province.lives import ABSTINENT, CURRENT, DEAD, DEPARTED, Detection, Lives, Registration
from pipelines.province.people import Person
from pipelines.province.places import counties, retired_register_code
from pipelines.province.substances import used_drug

# The register of today goes back to here.
_EARLIEST = date(2005, 1, 1)
_RECENT, _TWO_COUNTIES, _AGAIN = 0.3, 0.025, 0.12
_CLEAN, _DIED, _LEFT = 0.62, 0.05, 0.01


def first_detection(rng: random.Random) -> date:
    """A day of first detection: most of the stock is older than the three years."""
    if rng.random() < _RECENT:
        return START + timedelta(days=rng.randrange((END - START).days + 1))
    span = (START - _EARLIEST).days
    return _EARLIEST + timedelta(days=int(span * rng.betavariate(2.2, 1.4)))


def age_at_detection(rng: random.Random) -> float:
    """Years at first detection: few minors, most between 20 and 40."""
    return 14.0 + 46.0 * rng.betavariate(1.7, 3.6)


def register(rng: random.Random, lives: Lives, documents: Documents, person: Person, day: date) -> None:
    """Put a person into the register, and sometimes, detected again elsewhere, into that of a second county."""
    home = person.home_at(day)
    county = home if rng.random() < 0.9 else rng.choice(counties())
    drug = used_drug(rng).name
    code = retired_register_code(county, day.year) or county
    first = Registration(person, documents.drug_user(county, day), county, code, day, drug, [(day, CURRENT)])
    lives.registrations.append(first)
    lives.detections.append(Detection(person, county, day, drug))
    again = max(day, START) + timedelta(days=rng.randrange(30, 1000))
    draw = rng.random()
    if again > END or draw > _TWO_COUNTIES + _AGAIN:
        return
    first.statuses.append((again, CURRENT))
    if draw < _TWO_COUNTIES:
        other = rng.choice([code for code in counties() if code != county])
        lives.detections.append(Detection(person, other, again, drug))
        number = documents.drug_user(other, again)
        lives.registrations.append(Registration(person, number, other, other, again, drug, [(again, CURRENT)]))
        person.trap = person.trap or "two_registers"
    else:
        lives.detections.append(Detection(person, county, again, drug))


def settle(rng: random.Random, lives: Lives) -> None:
    """How the use of each registered person stands at the end: still known, three years clean, dead or departed.

    Comes last, because the dead do nothing more: nobody ends before the last thing that happened to them.
    """
    last = _last_events(lives)
    treated = _last_treatments(lives)
    rows: dict[str, list[Registration]] = {}
    for registration in lives.registrations:
        rows.setdefault(registration.person.person_id, []).append(registration)
    for person_id, registrations in rows.items():
        detected = max(since for row in registrations for since, _ in row.statuses)
        busy = max(last.get(person_id, detected), detected)
        cared_for = treated.get(person_id, busy)
        draw = rng.random()
        end: tuple[date, str] | None = None
        if draw < _DIED + _LEFT:
            day = max(busy, cared_for) + timedelta(days=rng.randrange(30, 3000))
            end = (day, DEAD if draw < _DIED else DEPARTED)
        elif draw < _DIED + _LEFT + _CLEAN:
            # Three years without use, of which a treatment is a part.
            end = (max(years_later(busy, 3), cared_for) + timedelta(days=rng.randrange(0, 60)), ABSTINENT)
        if end and end[0] <= END:
            for row in registrations:
                row.statuses.append(end)


def _last_events(lives: Lives) -> dict[str, date]:
    """The last day anything of the criminal law happened to a person."""
    last: dict[str, date] = {}

    def saw(person: Person, day: date | None) -> None:
        if day is not None and day > last.get(person.person_id, date.min):
            last[person.person_id] = day

    for case in lives.cases:
        for suspect in case.suspects:
            saw(suspect.person, suspect.arrested)
    for judgment in lives.judgments:
        saw(judgment.person, judgment.judged)
        saw(judgment.person, judgment.effective)
    for supervision in lives.supervisions:
        if supervision.received is not None:
            saw(supervision.execution.judgment.person, min(supervision.lifted, END))
    for certificate in lives.certificates:
        saw(certificate.judgment.person, certificate.issued)
    for admission in lives.admissions:
        saw(admission.person, admission.attempted)
        saw(admission.person, admission.released or END)
    for episode in lives.centre_episodes:
        saw(episode.person, episode.discharged or END)
    for handover in lives.handovers:
        saw(handover.person, handover.handed)
    return last


def _last_treatments(lives: Lives) -> dict[str, date]:
    """The last day anything of a treatment happened to a person; the last known day while one goes on."""
    last: dict[str, date] = {}
    for order in lives.orders:
        last[order.person.person_id] = max(last.get(order.person.person_id, date.min), order.ended or END)
    for custody in lives.custodies:
        day = custody.entry if custody.refused else custody.released or END
        last[custody.person.person_id] = max(last.get(custody.person.person_id, date.min), day)
    return last
