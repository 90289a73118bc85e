"""What counts in the figures of drug users: R17, R24 to R26, and the share of offenders in R27.

Definitions: R17 first detections; R24 the register's stocks on the last day, and the new of a period; R25 detections
by drug, those nobody could name in the whole alone; R26 age at first detection; R27 of those in the register and
current on the last day, who was arrested in the period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from pipelines.province.counting import Entry, Periods, Sample, on, part, standing
from pipelines.province.days import completed_years
from pipelines.province.lives import ABSTINENT, CURRENT, Detection, Lives, Registration
from pipelines.province.substances import BY_NAME, SYNTHETIC

_DRUGS = ("methamphetamine", "methamphetamine_tablet", "ketamine", "mdma_group", "etomidate", "heroin")
_YOUNG = (18, 25, 35)


def first_registrations(lives: Lives) -> list[Registration]:
    """Per registered person the row of the first detection; that is where and when the person counts."""
    first: dict[str, Registration] = {}
    for row in lives.registrations:
        known = first.get(row.person.person_id)
        if known is None or row.detected < known.detected:
            first[row.person.person_id] = row
    return list(first.values())


def current_until(row: Registration) -> date | None:
    """The day on which somebody ceased to be a current user, if it came."""
    return next((since for since, status in row.statuses if status != CURRENT), None)


def registration_entries(row: Registration) -> Iterator[Entry]:
    """Everything a registered person's row of first detection counts in."""
    county, detected, ended = row.county, on(row.detected), current_until(row)
    yield Entry("R24", "person_cumulative", county, standing(row.detected))
    yield Entry("R24", "person_current", county, standing(row.detected, ended))
    if ended is not None and row.statuses[-1][1] == ABSTINENT:
        yield Entry("R24", "person_abstinent", county, standing(ended))
    if detected:
        yield Entry("R17", "person", county, detected)
        yield Entry("R24", "person_new", county, detected)
        age = completed_years(row.person.birth, row.detected)
        for years in _YOUNG:
            yield part("R26", f"share_under_{years}", county, detected, counts=age < years)


def _detection_entries(detection: Detection) -> Iterator[Entry]:
    periods, substance = on(detection.day), BY_NAME[detection.drug].substance
    if not periods:
        return
    yield part("R25", "share_synthetic", detection.county, periods, counts=substance in SYNTHETIC)
    for drug in _DRUGS:
        yield part("R25", f"share_{drug}", detection.county, periods, counts=substance == drug)


def _offender_entries(lives: Lives, registered: list[Registration]) -> Iterator[Entry]:
    """Current users, and those of them arrested in a period."""
    arrested: dict[str, set[str]] = defaultdict(set)
    for case in lives.cases:
        for suspect in case.suspects:
            arrested[suspect.person.person_id].update(on(suspect.arrested))
    for row in registered:
        current = standing(row.detected, current_until(row))
        yield Entry("R27", "share_criminal", row.county, current, amount=0.0, whole=1.0)
        if row.person.person_id in arrested:
            during: Periods = tuple(period for period in current if period in arrested[row.person.person_id])
            yield Entry("R27", "share_criminal", row.county, during)


def register_entries(lives: Lives) -> Iterator[Entry]:
    """Everything that counts in the figures of drug users."""
    registered = first_registrations(lives)
    for row in registered:
        yield from registration_entries(row)
    for detection in lives.detections:
        yield from _detection_entries(detection)
    yield from _offender_entries(lives, registered)


def ages(lives: Lives) -> Iterator[Sample]:
    """Ages at first detection."""
    for row in first_registrations(lives):
        periods = on(row.detected)
        if periods:
            yield Sample("R26", "median_age", row.county, periods, completed_years(row.person.birth, row.detected))
