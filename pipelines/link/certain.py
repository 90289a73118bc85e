"""The certain rules: what a document number, an exact identity or a chain of documents proves.

All work on profile positions (rows of `Profiles.frame`), which follow content, never arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from pipelines.link.compatible import (
    UNKNOWN_SEXES,
    Verdict,
    birth_in_number,
    compare_births_under,
    compare_sexes,
    judge_same_number,
    sex_in_number,
)
from pipelines.link.names import best_relation


class Edge(NamedTuple):
    """Two profiles held to be one person, by a rule or (`model`) by match weight. Lower rank, stronger."""

    left: int
    right: int
    rule: str
    rank: int
    weight: float | None = None
    probability: float | None = None


class Doubt(NamedTuple):
    """Two profiles a clerk is to look at, and why."""

    left: int
    right: int
    kind: str
    probability: float | None = None


@dataclass
class Evidence:
    """What the rules found: edges, pairs that must stay apart, doubts."""

    edges: list[Edge] = field(default_factory=list)
    apart: set[tuple[int, int]] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)


class Identity(NamedTuple):
    """What of a profile the rules compare."""

    names: tuple[str | None, ...]
    birth: date | None
    sex: str | None


# A clerk's decision outranks every rule.
DECISION_RANK = -1
# Rank of an edge by how the names stand to each other, when the number is the same.
_NUMBER_RANK = {"equal": 0, "order": 1, "sound": 2, "shape": 3, "shortened": 3}
EXACT_RANK, CHAIN_RANK, MODEL_RANK = 4, 5, 6


def as_date(text: str | None) -> date | None:
    """The date in eight digits."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None


def identities(frame: pd.DataFrame) -> list[Identity]:
    """The compared part of every profile, by position."""
    births = {text: as_date(text) for text in frame["birth"].unique()}
    rows = zip(frame["name"], frame["former_name"], frame["birth"], frame["sex"], strict=True)
    return [Identity((name, former) if former else (name,), births[birth], sex) for name, former, birth, sex in rows]


def ordered(left: int, right: int) -> tuple[int, int]:
    """The pair with the lower position first."""
    return (left, right) if left < right else (right, left)


def _star(members: list[int], rule: str, rank: int) -> Iterable[Edge]:
    return (Edge(members[0], other, rule, rank) for other in members[1:])


def same_number(frame: pd.DataFrame, known: list[Identity]) -> Evidence:
    """Judge every two profiles with the same valid number by the truth table."""
    found = Evidence()
    numbered = frame[frame["id_no"].notna()]
    shared = numbered[numbered.duplicated(["id_no_kind", "id_no"], keep=False)]
    for (kind, number), members in shared.groupby(["id_no_kind", "id_no"], sort=True).groups.items():
        _judge_number(sorted(members), known, birth_in_number(kind, number), found)
    return found


def _judge_number(members: list[int], known: list[Identity], born: date | None, found: Evidence) -> None:
    groups: dict[Identity, list[int]] = defaultdict(list)
    for member in members:
        groups[known[member]].append(member)
    for alike in groups.values():
        found.edges += _star(alike, "number", 0)
    verdicts = {pair: _judge_pair(*pair, born) for pair in combinations(groups, 2)}
    same_as: dict[Identity, set[Identity]] = defaultdict(set)
    for (left, right), (verdict, rank) in verdicts.items():
        if verdict.same:
            same_as[left].add(right)
            same_as[right].add(left)
            found.edges.append(Edge(*ordered(groups[left][0], groups[right][0]), "number", rank))
    for (left, right), (verdict, _) in verdicts.items():
        # Two slips of one identity conflict with each other, not with the identity that has the number's birth.
        shared = (hub for hub in same_as[left] & same_as[right] if born is None or hub.birth == born)
        if verdict.same or any(shared):
            continue
        found.apart.update(ordered(a, b) for a in groups[left] for b in groups[right])
        found.doubts.append(Doubt(*ordered(groups[left][0], groups[right][0]), verdict.kind or "conflict"))


def _judge_pair(left: Identity, right: Identity, born: date | None) -> tuple[Verdict, int]:
    name = best_relation(left.names, right.names)
    birth = compare_births_under(born, left.birth, right.birth)
    verdict = judge_same_number(name, birth, compare_sexes(left.sex, right.sex))
    return verdict, _NUMBER_RANK.get(name, 3) if birth == "equal" else 3


def number_fits(kind: str | None, number: str | None, identity: Identity) -> bool:
    """Whether the birth and sex inside a resident number are those of the profile; other numbers always fit."""
    born = birth_in_number(kind, number)
    if born is None:
        return number is not None
    same_sex = compare_sexes(sex_in_number(kind, number), identity.sex) == "agree"
    return same_sex and identity.birth in (None, born)


def exact_identity(frame: pd.DataFrame, known: list[Identity]) -> Evidence:
    """Same full name, birth date, hukou county and sex, when that combination points at one number at most.

    A resident number that contradicts the birth or sex beside it points at nobody; the one who holds it with a
    number of their own elsewhere is shown to a clerk.
    """
    found = Evidence()
    complete = frame[
        frame[["name_key", "birth", "hukou_code", "sex"]].notna().all(axis=1) & ~frame["sex"].isin(UNKNOWN_SEXES)
    ]
    numbers = list(zip(frame["id_no_kind"], frame["id_no"], strict=True))
    shared = complete[complete.duplicated(["name_key", "birth", "hukou_code", "sex"], keep=False)]
    for members in shared.groupby(["name_key", "birth", "hukou_code", "sex"], sort=True).groups.values():
        _judge_identity(sorted(members), numbers, known, found)
    return found


def _judge_identity(
    members: list[int], numbers: list[tuple[str | None, str | None]], known: list[Identity], found: Evidence
) -> None:
    without, contradicted = [], []
    owners: dict[tuple[str | None, str | None], int] = {}
    for member in members:
        kind, number = numbers[member]
        if number is None:
            without.append(member)
        elif number_fits(kind, number, known[member]):
            owners.setdefault((kind, number), member)
        else:
            contradicted.append(member)
    if len(owners) <= 1:
        found.edges += _star(sorted([*owners.values(), *without]), "exact_identity", EXACT_RANK)
    elif without:
        found.doubts += [Doubt(*ordered(without[0], owner), "namesake") for owner in owners.values()]
    found.doubts += [Doubt(*ordered(one, owner), "two_numbers") for one in contradicted for owner in owners.values()]
