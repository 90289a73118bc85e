"""Special-care centres, where those go who are too ill for a prison or a treatment facility."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END
from pipelines.province.documents import Documents
from pipelines.province.institutions import CENTRE
from pipelines.province.lives import CentreEpisode, Lives
from pipelines.province.people import Person

_NEVER_ARRIVED = 0.05


def place_in_centre(
    rng: random.Random, lives: Lives, documents: Documents, person: Person, case_id: str, county: str, day: date
) -> str:
    """Send somebody to a centre, which mostly admits the person within days; returns the number of the transfer."""
    number = documents.transfer(county, day)
    admitted = day + timedelta(days=rng.randrange(1, 20))
    centres = [f for f in lives.facilities if f.kind == CENTRE and f.beds_at(admitted) is not None]
    if admitted > END or not centres or rng.random() < _NEVER_ARRIVED:
        return number
    facility = rng.choice(centres)
    discharged = admitted + timedelta(days=rng.randrange(60, 700))
    episode_number = documents.centre_episode(facility.code, admitted)
    ended = discharged if discharged <= END else None
    lives.centre_episodes.append(CentreEpisode(person, case_id, episode_number, number, facility, admitted, ended))
    return number
