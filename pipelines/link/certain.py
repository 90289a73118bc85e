"""The certain rules: what a document number, an exact identity or a chain of documents proves.

All work on profile positions (rows of `Profiles.frame`), which follow content, never arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from pipelines.duck import connect, text_table
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


@lru_cache(maxsize=65536)
def as_date(text: str | None) -> date | None:
    """The date in eight digits."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None


def identities(frame: pd.DataFrame) -> list[Identity]:
    """The compared part of every profile, by position."""
    rows = zip(frame["name"], frame["former_name"], frame["birth"], frame["sex"], strict=True)
    return [Identity((name, former) if former else (name,), as_date(birth), sex) for name, former, birth, sex in rows]


def ordered(left: int, right: int) -> tuple[int, int]:
    """The pair with the lower position first."""
    return (left, right) if left < right else (right, left)


def _star(members: list[int], rule: str, rank: int) -> Iterable[Edge]:
    return (Edge(members[0], other, rule, rank) for other in members[1:])


def same_number(frame: pd.DataFrame, known: list[Identity]) -> Evidence:
    """Judge every two profiles with the same valid number by the truth table."""
    found = Evidence()
    with connect() as duck:
        duck.register("profile", text_table(frame, ["id_no_kind", "id_no", "name", "former_name", "birth", "sex"]))
        shared = duck.sql(
            """
            with alike as (
                select id_no_kind, id_no, list(place order by place) as members
                from profile
                where id_no is not null
                group by id_no_kind, id_no, name, former_name, birth, sex
            )

            select id_no_kind, id_no, list(members order by members[1])
            from alike
            group by id_no_kind, id_no
            having sum(len(members)) > 1
            order by id_no_kind, id_no
            """
        ).fetchall()
    for kind, number, groups in shared:
        _judge_number(groups, known, birth_in_number(kind, number), found)
    return found


def _judge_number(groups: list[list[int]], known: list[Identity], born: date | None, found: Evidence) -> None:
    """Judge the profiles of one number; those of a group are alike in all the rules compare."""
    for alike in groups:
        found.edges += _star(alike, "number", 0)
    if len(groups) == 1:
        return
    identity = [known[alike[0]] for alike in groups]
    verdicts = {(a, b): _judge_pair(identity[a], identity[b], born) for a, b in combinations(range(len(groups)), 2)}
    same_as: dict[int, set[int]] = defaultdict(set)
    for (left, right), (verdict, rank) in verdicts.items():
        if verdict.same:
            same_as[left].add(right)
            same_as[right].add(left)
            found.edges.append(Edge(*ordered(groups[left][0], groups[right][0]), "number", rank))
    for (left, right), (verdict, _) in verdicts.items():
        # Two slips of one identity conflict with each other, not with the identity that has the number's birth.
        shared = (hub for hub in same_as[left] & same_as[right] if born is None or identity[hub].birth == born)
        if verdict.same or any(True for _ in shared):
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


def exact_identity(frame: pd.DataFrame, known: list[Identity], component: list[int]) -> Evidence:
    """Same full name, birth date, hukou county and sex, when that combination points at one number at most.

    A resident number that contradicts the birth or sex beside it points at nobody; the one who holds it with a
    number of their own elsewhere is shown to a clerk. `component` numbers the clusters the numbers made: of profiles
    that are one already there is nothing to say.
    """
    found = Evidence()
    unknown = ", ".join(f"'{sex}'" for sex in sorted(UNKNOWN_SEXES))
    with connect() as duck:
        told = text_table(frame, ["name_key", "birth", "hukou_code", "sex"])
        duck.register("profile", told.append_column("component", pa.array(component, pa.int64())))
        shared = duck.sql(
            f"""
            select list(place order by place)
            from profile
            where name_key is not null and birth is not null and hukou_code is not null and sex not in ({unknown})
            group by name_key, birth, hukou_code, sex
            having min(component) < max(component)
            order by name_key, birth, hukou_code, sex
            """
        ).fetchall()
    kinds, numbers = frame["id_no_kind"].to_numpy(), frame["id_no"].to_numpy()
    for (members,) in shared:
        _judge_identity([(member, kinds[member], numbers[member]) for member in members], known, found)
    return found


def _judge_identity(members: list[tuple[int, str | None, str | None]], known: list[Identity], found: Evidence) -> None:
    without, contradicted = [], []
    owners: dict[tuple[str | None, str | None], int] = {}
    for member, kind, number in members:
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
