"""An attacker of the mart: who knows every published cell and how counts add up, and solves for the suppressed ones.

What is the same count, and what adds up to what, is written down here anew from the definitions of the figures, not
read from the seed the suppression rests on. Persons are taken to add up as events do: the attacker guesses that nobody
is in two regions or two periods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

import duckdb
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsmr

Unit = tuple[str, str]
Count = tuple[str, str, str]
"""A number: what is counted, region, and the period or the day it is counted on."""
Sum = list[tuple[Count, int]]
"""Counts with signs that come to zero."""

# Numerator, rest of the denominator, and denominator of a figure and unit, where another one has the same count.
NUMERATOR: dict[Unit, str] = {
    **{(f"R{number}", unit): f"R{number}" for number in (4, 6, 7, 8, 9, 11) for unit in ("person", "event")},
    **{("R18", f"{unit}_{stage}"): stage for unit in ("person", "event") for stage in ("decided", "police", "justice")},
    ("R17", "person"): "first detected",
    ("R24", "person_new"): "first detected",
    ("R19", "person"): "in execution",
    ("R19", "share_in_execution"): "in execution",
}
REST: dict[Unit, str] = {
    ("R35", "share_arrest_refused"): "R6",
    ("R35", "share_not_charged"): "R7",
    ("R35", "share_acquitted"): "R8",
}
DENOMINATOR: dict[Unit, str] = {
    ("R13", "share_traced"): "R13 parcel",
    ("R14", "share_filed"): "R14 lead",
    ("R16", "share_inspected"): "R16 licence",
    ("R26", "median_age"): "first detected",
    **{("R26", f"share_under_{age}"): "first detected" for age in (18, 25, 35)},
    ("R27", "share_criminal"): "R24 person_current",
    ("R27", "share_recidivist"): "R8",
    ("R27", "share_drug_recidivist"): "R8",
    ("R35", "share_not_charged"): "charge decision",
    ("R35", "share_returned"): "charge decision",
    ("R43", "share_refused"): "R43 event",
    ("R43", "share_refused_medical"): "R43 event",
    ("R44", "share_unreachable"): "in execution",
    ("R45", "share_separated"): "in execution",
    ("R46", "share_supported"): "in execution",
    ("R46", "share_again_1_year"): "completed",
    ("R46", "share_again_3_years"): "completed",
}
# Every unit of a figure has the same denominator.
ONE_DENOMINATOR = ("R25", "R34", "R40")
PARTS: dict[str, tuple[str, ...]] = {
    "R12 checkpoint": ("R12 checkpoint_entry", "R12 checkpoint_midway"),
    **{
        f"R44 share_reported{part}": (f"R45 share_reported_separated{part}", f"R45 share_reported_together{part}")
        for part in ("", " rest", " of")
    },
}
# What is counted on the last day of a period, and what is counted in it but does not add up to that of a longer one.
ON_A_DAY = ("R12", "R19", "R20", "R23", "R38", "R39", "R40", "R41", "R42")
UNITS_ON_A_DAY = ("person_cumulative", "person_current", "person_abstinent", "share_unreachable", "share_separated")
UNITS_ON_A_DAY += ("share_supported",)
NOT_OVER_PERIODS = (("R14", "venue"), ("R16", "licence"), ("R16", "share_inspected"), ("R27", "share_criminal"))
GROWING, NEW = "R24 person_cumulative", "first detected"


class Row(NamedTuple):
    """A row of the mart that could be suppressed, with its numbers as the warehouse knows them."""

    indicator_id: str
    unit: str
    region: str
    period: str
    kind: str
    threshold: int
    numerator: float
    denominator: float | None
    is_shown: bool


class Period(NamedTuple):
    """A report period, up to but not including `end`."""

    period_id: str
    kind: str
    start: date
    end: date


class Finding(NamedTuple):
    """What the attacker computed: suppressed rows, and numbers below their threshold."""

    rows: list[Row]
    small: list[Count]


def read(mart: str, core: str) -> tuple[list[Row], list[Period]]:
    """Rows and periods of two files of a release."""
    with duckdb.connect() as duck:
        duck.execute(f"attach '{mart}' as mart (read_only)")
        duck.execute(f"attach '{core}' as warehouse (read_only)")
        rows = duck.sql(
            "select c.indicator_id, c.unit, c.region_code, c.period_id, u.kind, u.threshold, c.numerator, "
            "c.denominator, m.status = 'ok' from warehouse.core.indicator as c "
            "join mart.main.indicator as m using (indicator_id, region_code, period_id, unit) "
            "join mart.main.dim_indicator as u using (indicator_id, unit) "
            "where c.status = 'ok' and u.threshold > 0 and u.kind <> 'maximum'"
        ).fetchall()
        periods = duck.sql("select period_id, period_kind, start_date, end_date from mart.main.dim_period").fetchall()
    return [Row(*row) for row in rows], [Period(*period) for period in periods]


def numbers(row: Row, periods: dict[str, Period]) -> dict[Count, float | None]:
    """The counts a row tells, with what they come to."""
    unit = (row.indicator_id, row.unit)
    name = f"{row.indicator_id} {row.unit}"
    on_a_day = row.indicator_id in ON_A_DAY or row.unit in UNITS_ON_A_DAY
    at = str(periods[row.period].end) if on_a_day else row.period
    whole = f"{row.indicator_id} of" if row.indicator_id in ONE_DENOMINATOR else DENOMINATOR.get(unit, f"{name} of")
    # The denominator of a share of stock is a stock; so is the one R27 borrows.
    whole_at = str(periods[row.period].end) if unit == ("R27", "share_criminal") else at
    of = (whole, row.region, whole_at)
    if row.kind == "median":
        return {of: row.denominator}
    told: dict[Count, float | None] = {(NUMERATOR.get(unit, name), row.region, at): row.numerator}
    if row.kind in ("share", "ratio"):
        told[of] = row.denominator
    if row.kind == "share":
        rest = None if row.denominator is None else row.denominator - row.numerator
        told[REST.get(unit, f"{name} rest"), row.region, at] = rest
    return told


def parent_of(region: str, regions: set[str]) -> str | None:
    """The prefecture of a county, or the province of what has none."""
    above = (region[:4] + "00", region[:2] + "0000")
    return next((one for one in above if one in regions and one != region), None)


def _of_regions(counts: set[Count]) -> Iterator[Sum]:
    regions = {region for _, region, _ in counts}
    parents = {region: parent_of(region, regions) for region in regions}
    parts: dict[Count, list[Count]] = defaultdict(list)
    for name, region, at in counts:
        if parent := parents[region]:
            parts[name, parent, at].append((name, region, at))
    for total, found in parts.items():
        if total in counts:
            yield [(total, -1), *((part, 1) for part in found)]


def _of_periods(counts: set[Count], periods: dict[str, Period]) -> Iterator[Sum]:
    """Every period is the sum of the shorter ones of any kind that fill it."""
    filled = {}
    for whole in periods.values():
        for kind in {period.kind for period in periods.values()} - {whole.kind}:
            inside = [one for one in periods.values() if one.kind == kind]
            inside = [one for one in inside if one.start >= whole.start and one.end <= whole.end]
            if sum((one.end - one.start).days for one in inside) == (whole.end - whole.start).days:
                filled[whole.period_id, kind] = [one.period_id for one in inside]
    fixed = {f"{indicator} {unit}{part}" for indicator, unit in NOT_OVER_PERIODS for part in ("", " rest", " of")}
    for name, region, at in counts:
        for (whole_id, _), inside_ids in filled.items():
            if at == whole_id and name not in fixed:
                parts = [(name, region, part) for part in inside_ids if (name, region, part) in counts]
                if parts:
                    yield [((name, region, at), -1), *((part, 1) for part in parts)]


def _of_counts(rows: Iterable[Row], counts: set[Count], periods: dict[str, Period]) -> Iterator[Sum]:
    """A numerator and the rest are the denominator; parts are their total; what is new makes a stock grow."""
    for row in rows:
        if row.kind == "share":
            told = list(numbers(row, periods))
            yield [(told[1], -1), (told[0], 1), (told[2], 1)]
    for name, region, at in counts:
        parts = [(part, region, at) for part in PARTS.get(name, ()) if (part, region, at) in counts]
        if parts:
            yield [((name, region, at), -1), *((part, 1) for part in parts)]
        if name == NEW:
            before = (GROWING, region, str(periods[at].start))
            after = (GROWING, region, str(periods[at].end))
            if before in counts and after in counts:
                yield [(after, -1), (before, 1), ((name, region, at), 1)]


class Puzzle:
    """All counts, which of them are published, and what comes to zero."""

    def __init__(self, rows: list[Row], periods: list[Period]) -> None:
        by_id = {period.period_id: period for period in periods}
        self.told = {row: numbers(row, by_id) for row in rows}
        self.value: dict[Count, float] = {}
        # A denominator is as secret as the least of the rows that show it.
        least: dict[Count, int] = {}
        self.known: set[Count] = set()
        for row, told in self.told.items():
            for count, value in told.items():
                if value is not None:
                    self.value[count] = value
                    least[count] = min(row.threshold, least.get(count, row.threshold))
                if row.is_shown:
                    self.known.add(count)
        self.small = {count for count, value in self.value.items() if value < least[count]}
        counts = set(self.value)
        self.unknown = sorted(counts - self.known)
        self.sums = [*_of_regions(counts), *_of_periods(counts, by_id), *_of_counts(rows, counts, by_id)]

    def matrix(self) -> csr_matrix:
        """One line per sum, one column per unknown count."""
        place = {count: at for at, count in enumerate(self.unknown)}
        cells = [
            (line, place[count], sign)
            for line, terms in enumerate(self.sums)
            for count, sign in terms
            if count in place
        ]
        lines, columns, signs = zip(*cells, strict=True) if cells else ((), (), ())
        return csr_matrix((signs, (lines, columns)), shape=(len(self.sums), len(self.unknown)), dtype=float)

    def solve(self) -> Finding:
        """What follows exactly from what is published.

        An unknown is determined when every vector that all sums take to zero is zero there. Such a vector drawn by
        chance is zero nowhere else, but for numerical noise; two are drawn.
        """
        matrix = self.matrix()
        chance = np.random.default_rng(1)
        free = np.zeros(len(self.unknown), dtype=bool)
        for _ in range(2):
            drawn = chance.normal(size=len(self.unknown))
            # What is left of a vector without its part in the space of the sums.
            along = lsmr(matrix.T, drawn, atol=1e-13, btol=1e-13, conlim=0, maxiter=20_000)[0]
            free |= np.abs(drawn - matrix.T @ along) > 1e-7
            if free.all():
                break
        solved = self.known | {count for count, is_free in zip(self.unknown, free, strict=True) if not is_free}
        rows = [row for row, told in self.told.items() if not row.is_shown and solved.issuperset(told)]
        return Finding(rows, sorted(self.small & solved))

    def bounds(self, count: Count) -> tuple[float, float]:
        """The least and the most an unknown count can be, none being negative."""
        right = [-sum(sign * self.value[one] for one, sign in terms if one in self.known) for terms in self.sums]
        goal = np.array([float(one == count) for one in self.unknown])
        matrix: Any = self.matrix()
        least, most = (linprog(sign * goal, A_eq=matrix, b_eq=right, bounds=(0, None)) for sign in (1, -1))
        return least.fun, np.inf if most.status == 3 else -most.fun


def attack(rows: list[Row], periods: list[Period]) -> Finding:
    """What follows from the published rows, one set of figures with common counts at a time."""
    found: dict[str, set[str]] = {}
    by_id = {period.period_id: period for period in periods}
    names: dict[Unit, set[str]] = {}
    for row in rows:
        if (row.indicator_id, row.unit) not in names:
            names[row.indicator_id, row.unit] = {name for name, *_ in numbers(row, by_id)}
    linked = [*names.values(), *({total, *parts} for total, parts in PARTS.items()), {GROWING, NEW}]
    for together in linked:
        joined = set(together).union(*(found[name] for name in together if name in found))
        found |= dict.fromkeys(joined, joined)
    solved = Finding([], [])
    for joined in {id(one): one for one in found.values()}.values():
        of_these = [row for row in rows if names[row.indicator_id, row.unit] <= joined]
        if any(row.is_shown for row in of_these):
            one = Puzzle(of_these, periods).solve()
            solved = Finding(solved.rows + one.rows, solved.small + one.small)
    return solved
