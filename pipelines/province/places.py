"""The counties of the province with their real codes, the codes they had before, and some counties elsewhere.

Codes: GB/T 2260 with the years they were in force (public domain table of 1981 to 2024).
"""

from __future__ import annotations

import csv
import random
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

DATA = Path(__file__).parent / "data"
PROVINCE = "430000"
# The short form of the province that opens document numbers.
SHORT_NAME = "湘"


@dataclass(frozen=True)
class Place:
    """A division with its six-digit code of today, its level and the first year of that code."""

    code: str
    name: str
    level: str
    since: int

    @property
    def short(self) -> str:
        """The name without its kind, as document numbers use it (`长沙县` → `长沙`)."""
        for ending in ("自治县", "自治州"):
            if self.name.endswith(ending):
                return self.name[:2]
        return self.name[:-1] if len(self.name) > 2 else self.name


@dataclass(frozen=True)
class FormerCode:
    """A code that is no longer in force, and the county of today it went to (`only` when to no other)."""

    code: str
    since: int
    until: int
    county: str
    only: bool


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the simulator's own tables."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=1)
def places() -> dict[str, Place]:
    """Every division of the province in force today, by code, in order of code."""
    found = [Place(row["code"], row["name"], row["level"], int(row["since"])) for row in rows("regions")]
    return {place.code: place for place in found}


@lru_cache(maxsize=1)
def counties() -> tuple[str, ...]:
    """Codes of the counties of today."""
    return tuple(code for code, place in places().items() if place.level == "county")


@lru_cache(maxsize=1)
def _county_weights() -> list[float]:
    return list(accumulate(float(row["weight"]) for row in rows("regions") if row["level"] == "county"))


@lru_cache(maxsize=1)
def elsewhere() -> tuple[Place, ...]:
    """Counties of other provinces that people of ours come from and are arrested in."""
    return tuple(Place(row["code"], row["name"], "county", int(row["since"])) for row in rows("elsewhere"))


@lru_cache(maxsize=1)
def _former_by_county() -> dict[str, list[FormerCode]]:
    found: dict[str, list[FormerCode]] = {}
    for row in rows("former_codes"):
        former = FormerCode(
            row["code"], int(row["since"]), int(row["until"]), row["county"], row["only_successor"] == "1"
        )
        found.setdefault(former.county, []).append(former)
    return found


def random_county(rng: random.Random) -> str:
    """A county of the province, populous ones more often."""
    weights = _county_weights()
    return counties()[bisect_right(weights, rng.random() * weights[-1], 0, len(weights) - 1)]


def prefecture_of(code: str) -> str:
    """Code of the prefecture of a county."""
    return code[:4] + "00"


def neighbours(code: str) -> list[str]:
    """The counties of the same prefecture."""
    return _neighbours()[code[:4]]


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for county in counties():
        found.setdefault(county[:4], []).append(county)
    return found


def code_in_year(county: str, year: int) -> str:
    """The code a county of today had in a year (from 1984 on), or its code of today where none is known."""
    if county not in places() or places()[county].since <= year:
        return county
    for former in _former_by_county().get(county, ()):
        if former.since <= year < former.until:
            return former.code
    return county


def retired_register_code(county: str, year: int) -> str | None:
    """The code of then that a register still shows, where it went to this one county and is not used again."""
    for former in _former_by_county().get(county, ()):
        if former.only and former.since <= year < former.until and former.code not in places():
            return former.code
    return None


@cache
def reported_in(code: str) -> tuple[str, ...]:
    """The divisions a code counts in: itself, its prefecture and the province; none outside the province."""
    if code[:2] != PROVINCE[:2]:
        return ()
    return tuple(dict.fromkeys((code, prefecture_of(code), PROVINCE)))
