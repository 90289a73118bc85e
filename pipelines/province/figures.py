"""The true figures, counted from the lives alone.

Every figure is counted for every division of the province, every period and every unit: an event counts in its
county, the prefecture and the province. Definitions (the report's figures): R3 cases by day solved and handling
county; R4 arrests by day and place; R5 drugs seized at checkpoints (precursors, liquids and plants apart, pieces
never weighed); R8 first-instance judgments; R9 admissions to prison for drug offences; R12 checkpoints on the
last day; R17 first detections; R23 special-care centres and beds of the last month; R24 the register's stocks on
the last day; R26 age at first detection.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from pipelines.province.days import PERIODS, completed_years, periods_of
from pipelines.province.institutions import CENTRE, ENTRY
from pipelines.province.lives import (
    ABSTINENT,
    ACQUITTED,
    CURRENT,
    DRUG_OFFENCES,
    FIRST,
    Handover,
    Lives,
    Registration,
)
from pipelines.province.places import places, reported_in
from pipelines.province.substances import BY_NAME

Cell = tuple[str, str, str, str]
# Units that are amounts of another size than they are counted in.
_SCALES = {"tonne": 1_000_000.0, "tonne_precursor": 1_000_000.0, "litre_liquid": 1000.0}
UNITS = {
    "R3": ("case",),
    "R4": ("person", "event"),
    "R5": ("tonne", "litre_liquid", "plant", "tonne_precursor"),
    "R8": ("case", "person", "event"),
    "R9": ("person", "event"),
    "R12": ("checkpoint", "checkpoint_entry", "checkpoint_midway"),
    "R17": ("person",),
    "R23": ("facility", "bed"),
    "R24": ("person_cumulative", "person_current", "person_abstinent", "person_new"),
    "R26": ("median_age", "share_under_18", "share_under_25", "share_under_35"),
}


class Figure(NamedTuple):
    """One true figure; `value` is the numerator alone where there is no denominator, and always for a median."""

    indicator_id: str
    region_code: str
    period_id: str
    unit: str
    numerator: float | None
    denominator: float | None
    value: float | None


class Entry(NamedTuple):
    """One thing that counts: in a unit of a figure, at a place and day, by `who` once (None: always), so much."""

    indicator_id: str
    unit: str
    region: str
    day: date
    who: str | None = None
    amount: float = 1.0


def seizure_unit(handover: Handover) -> str | None:
    """The unit of R5 a seizure counts in; None for pieces, which nobody weighed."""
    if handover.measure == "gram":
        return "tonne_precursor" if BY_NAME[handover.drug].is_precursor else "tonne"
    return {"millilitre": "litre_liquid", "plant": "plant"}.get(handover.measure)


def first_registrations(lives: Lives) -> list[Registration]:
    """Per registered person the row of the first detection; that is where and when the person counts."""
    first: dict[str, Registration] = {}
    for row in lives.registrations:
        known = first.get(row.person.person_id)
        if known is None or row.detected < known.detected:
            first[row.person.person_id] = row
    return list(first.values())


def flows(lives: Lives) -> Iterator[Entry]:
    """Everything that counts on a day."""
    for case in lives.cases:
        if case.solved is not None:
            yield Entry("R3", "case", case.county, case.solved, case.case_id)
        for suspect in case.suspects:
            yield Entry("R4", "person", suspect.arrest_region, suspect.arrested, suspect.person.person_id)
            yield Entry("R4", "event", suspect.arrest_region, suspect.arrested)
    for handover in lives.handovers:
        unit = seizure_unit(handover)
        if unit is not None:
            yield Entry("R5", unit, handover.checkpoint.county, handover.seized, None, handover.amount)
    for judgment in lives.judgments:
        if judgment.instance == FIRST:
            yield Entry("R8", "case", judgment.court, judgment.judged, judgment.number)
            if judgment.penalty != ACQUITTED:
                yield Entry("R8", "person", judgment.court, judgment.judged, judgment.person.person_id)
                yield Entry("R8", "event", judgment.court, judgment.judged)
    for admission in lives.admissions:
        if not admission.refused and admission.offence in DRUG_OFFENCES:
            county, person_id = admission.prison.county, admission.person.person_id
            yield Entry("R9", "person", county, admission.attempted, person_id)
            yield Entry("R9", "event", county, admission.attempted)
    for row in first_registrations(lives):
        yield Entry("R17", "person", row.county, row.detected)
        yield Entry("R24", "person_new", row.county, row.detected)


def _flow_counts(lives: Lives) -> dict[Cell, float]:
    counts: dict[Cell, float] = defaultdict(float)
    seen: set[tuple[Cell, str]] = set()
    for entry in flows(lives):
        for region in reported_in(entry.region):
            for period in periods_of(entry.day):
                cell = (entry.indicator_id, region, period.period_id, entry.unit)
                if entry.who is not None:
                    if (cell, entry.who) in seen:
                        continue
                    seen.add((cell, entry.who))
                counts[cell] += entry.amount
    return counts


def status_on(row: Registration, day: date) -> str:
    """How the register stands to a person on a day after the detection."""
    return next((status for since, status in reversed(row.statuses) if since <= day), CURRENT)


def _stock_counts(lives: Lives) -> dict[Cell, float]:
    """Counts on the last day of every period."""
    counts: dict[Cell, float] = defaultdict(float)
    homes = first_registrations(lives)
    for period in PERIODS:
        last = period.end - timedelta(days=1)
        by_county: dict[tuple[str, str, str], float] = defaultdict(float)
        for checkpoint in lives.checkpoints:
            if checkpoint.is_open(last):
                kind = "checkpoint_entry" if checkpoint.kind == ENTRY else "checkpoint_midway"
                by_county["R12", "checkpoint", checkpoint.county] += 1
                by_county["R12", kind, checkpoint.county] += 1
        for facility in lives.facilities:
            beds = facility.beds_at(last)
            if facility.kind == CENTRE and beds is not None:
                by_county["R23", "facility", facility.county] += 1
                by_county["R23", "bed", facility.county] += beds
        for row in homes:
            if row.detected <= last:
                by_county["R24", "person_cumulative", row.county] += 1
                status = status_on(row, last)
                if status in (CURRENT, ABSTINENT):
                    unit = "person_current" if status == CURRENT else "person_abstinent"
                    by_county["R24", unit, row.county] += 1
        for (indicator, unit, county), amount in by_county.items():
            for region in reported_in(county):
                counts[indicator, region, period.period_id, unit] += amount
    return counts


def _ages(lives: Lives) -> dict[tuple[str, str], list[int]]:
    """Ages at first detection by division and period."""
    ages: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in first_registrations(lives):
        periods = periods_of(row.detected)
        if periods:
            age = completed_years(row.person.birth, row.detected)
            for region in reported_in(row.county):
                for period in periods:
                    ages[region, period.period_id].append(age)
    return ages


def _age_figure(region: str, period: str, unit: str, ages: list[int]) -> Figure:
    count = float(len(ages))
    if unit == "median_age":
        middle = float(median(ages)) if ages else None
        return Figure("R26", region, period, unit, middle, count, middle)
    young = float(sum(age < int(unit[-2:]) for age in ages))
    return Figure("R26", region, period, unit, young, count, young / count if count else None)


def count_figures(lives: Lives) -> list[Figure]:
    """Every figure of every division, period and unit, zeros included."""
    counts = _flow_counts(lives) | _stock_counts(lives)
    ages = _ages(lives)
    made = []
    for indicator, units in UNITS.items():
        for region in places():
            for period in PERIODS:
                for unit in units:
                    if indicator == "R26":
                        made.append(
                            _age_figure(region, period.period_id, unit, ages.get((region, period.period_id), []))
                        )
                        continue
                    amount = counts.get((indicator, region, period.period_id, unit), 0.0)
                    scale = _SCALES.get(unit)
                    value = amount / scale if scale else amount
                    made.append(Figure(indicator, region, period.period_id, unit, amount, scale, value))
    return made
