"""How true figures are counted: what counts once in a place and some periods, added up over divisions and periods.

An event counts in the periods its day lies in, a state in those on whose last day it stands; either in its county,
the prefecture and the province. A share counts its part and its whole at the same time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from pipelines.province.days import PERIODS, periods_of
from pipelines.province.places import reported_in

Cell = tuple[str, str, str, str]
Periods = tuple[str, ...]
# Figure, unit, place and periods: what many entries share.
_Spot = tuple[str, str, str, Periods]


class Figure(NamedTuple):
    """One true figure; `value` is the numerator alone where there is no denominator, and of a median or maximum."""

    indicator_id: str
    region_code: str
    period_id: str
    unit: str
    numerator: float | None
    denominator: float | None
    value: float | None


class Entry(NamedTuple):
    """One thing that counts: in a unit of a figure, in a place and periods, by `who` once (None: always), so much.

    Of a share `amount` is the part and `whole` what it is a part of.
    """

    indicator_id: str
    unit: str
    region: str
    periods: Periods
    who: str | None = None
    amount: float = 1.0
    whole: float = 0.0


class Sample(NamedTuple):
    """One value of a unit that is a median or a maximum; None counts as one that has no value."""

    indicator_id: str
    unit: str
    region: str
    periods: Periods
    value: int | None


def part(indicator_id: str, unit: str, region: str, periods: Periods, *, counts: bool, who: str | None = None) -> Entry:
    """One of a whole, which is in the part or is not."""
    return Entry(indicator_id, unit, region, periods, who, float(counts), 1.0)


@cache
def on(day: date) -> Periods:
    """The periods a day lies in."""
    return tuple(period.period_id for period in periods_of(day))


_BY_LAST_DAY = sorted((period.end - timedelta(days=1), period.period_id) for period in PERIODS)
_LAST_DAYS = [last for last, _ in _BY_LAST_DAY]


def standing(since: date, until: date | None = None) -> Periods:
    """The periods on whose last day something stands that began on a day and ended on another, or did not."""
    return _ending(bisect_left(_LAST_DAYS, since), len(_LAST_DAYS) if until is None else bisect_left(_LAST_DAYS, until))


@cache
def _ending(first: int, after: int) -> Periods:
    return tuple(period_id for _, period_id in _BY_LAST_DAY[first:after])


def reported(last: date) -> Periods:
    """The periods whose last month is the one that ends on a day, which reports about months stand for."""
    return standing(last, last + timedelta(days=1))


def cells_of(indicator_id: str, unit: str, region: str, periods: Periods) -> Iterator[Cell]:
    """The cells in which something counts that happened in a place."""
    for division in reported_in(region):
        for period_id in periods:
            yield indicator_id, division, period_id, unit


def tally(entries: Iterable[Entry]) -> dict[Cell, tuple[float, float]]:
    """Amount and whole of every cell in which something counts."""
    gathered: dict[_Spot, list[float]] = defaultdict(lambda: [0.0, 0.0])
    parts: dict[_Spot, set[str]] = defaultdict(set)
    wholes: dict[_Spot, set[str]] = defaultdict(set)
    for indicator_id, unit, region, periods, who, amount, whole in entries:
        spot = indicator_id, unit, region, periods
        if who is None:
            sums = gathered[spot]
            sums[0] += amount
            sums[1] += whole
            continue
        if amount:
            parts[spot].add(who)
        if whole:
            wholes[spot].add(who)
    found = {cell: [float(count), 0.0] for cell, count in _distinct(parts).items()}
    for cell, count in _distinct(wholes).items():
        found.setdefault(cell, [0.0, 0.0])[1] = float(count)
    # Divisions before periods: there are few of either, and far more of both.
    for (indicator_id, unit, division, periods), (amount, whole) in _by_division(gathered).items():
        for period_id in periods:
            sums = found.setdefault((indicator_id, division, period_id, unit), [0.0, 0.0])
            sums[0] += amount
            sums[1] += whole
    return {cell: (amount, whole) for cell, (amount, whole) in found.items()}


def _distinct(counted: dict[_Spot, set[str]]) -> dict[Cell, int]:
    """How many different ones count in every cell."""
    found: dict[Cell, set[str]] = defaultdict(set)
    for spot, who in counted.items():
        for cell in cells_of(*spot):
            found[cell] |= who
    return {cell: len(who) for cell, who in found.items()}


def _by_division(gathered: dict[_Spot, list[float]]) -> dict[_Spot, list[float]]:
    """Sums of places as sums of every division a place lies in."""
    found: dict[_Spot, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (indicator_id, unit, region, periods), (amount, whole) in gathered.items():
        for division in reported_in(region):
            sums = found[indicator_id, unit, division, periods]
            sums[0] += amount
            sums[1] += whole
    return found


def collect(samples: Iterable[Sample]) -> dict[Cell, list[int | None]]:
    """The values in every cell that has any."""
    found: dict[Cell, list[int | None]] = defaultdict(list)
    for sample in samples:
        for cell in cells_of(*sample[:4]):
            found[cell].append(sample.value)
    return found
