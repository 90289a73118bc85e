"""The certain rules: what a document number, an exact identity or a chain of documents proves.

All work on profile positions (rows of `Profiles.table`), which follow content, never arrival.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import combinations, groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.duck import connect
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

# The cluster of every profile, by position.
Roots = npt.NDArray[np.int64]


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
    id_no_kind: str | None
    id_no: str | None


class Identities(dict[int, Identity]):
    """The compared part of a profile, by its position; read when first asked for, since most are never judged."""

    def __init__(self, profiles: pa.Table) -> None:
        super().__init__()
        columns = ("name", "former_name", "birth", "sex", "id_no_kind", "id_no")
        self._columns = [profiles[name].to_numpy() for name in columns]

    def numbers(self) -> list[tuple[str | None, str | None]]:
        """Kind and number of every profile."""
        return list(zip(*self._columns[-2:], strict=True))

    def __missing__(self, position: int) -> Identity:
        name, former, birth, sex, kind, number = (column[position] for column in self._columns)
        found = Identity((name, former) if former else (name,), as_date(birth), sex, kind, number)
        self[position] = found
        return found


# A clerk's decision outranks every rule.
DECISION_RANK = -1
# Rank of an edge by how the names stand to each other, when the number is the same.
_NUMBER_RANK = {"equal": 0, "order": 1, "sound": 2, "shape": 3, "shortened": 3}
EXACT_RANK, CHAIN_RANK, MODEL_RANK = 4, 5, 6


@lru_cache(maxsize=65536)
def as_date(text: str | None) -> date | None:
    """The date in eight digits."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None


def ordered(left: int, right: int) -> tuple[int, int]:
    """The pair with the lower position first."""
    return (left, right) if left < right else (right, left)


def same_number(profiles: pa.Table, known: Identities) -> Evidence:
    """Judge every two profiles with the same valid number by the truth table."""
    with connect() as duck:
        duck.register("profile", profiles)
        duck.sql(
            """
            create table alike as
            select id_no_kind, id_no, list(place order by place) as members
            from profile
            where id_no is not null
            group by id_no_kind, id_no, name, former_name, birth, sex
            """
        )
        repeated = duck.sql("select members[1], unnest(members[2:]) from alike where len(members) > 1").fetchall()
        differing = duck.sql(
            """
            select id_no_kind, id_no, members
            from alike
            semi join (select id_no_kind, id_no from alike group by all having count(*) > 1) using (id_no_kind, id_no)
            order by id_no_kind, id_no, members[1]
            """
        ).fetchall()
    # Profiles alike in all that is compared need no judging.
    found = Evidence([Edge(first, other, "number", 0) for first, other in repeated])
    for (kind, number), rows in groupby(differing, key=itemgetter(0, 1)):
        _judge_number([members for _, _, members in rows], known, birth_in_number(kind, number), found)
    return found


def _judge_number(groups: list[list[int]], known: Identities, born: date | None, found: Evidence) -> None:
    """Judge the profiles of one number; those of a group are alike in all the rules compare."""
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


def number_fits(identity: Identity) -> bool:
    """Whether the birth and sex inside a resident number are those of the profile; other numbers always fit."""
    born = birth_in_number(identity.id_no_kind, identity.id_no)
    if born is None:
        return identity.id_no is not None
    same_sex = compare_sexes(sex_in_number(identity.id_no_kind, identity.id_no), identity.sex) == "agree"
    return same_sex and identity.birth in (None, born)


def exact_identity(profiles: pa.Table, known: Identities, component: Roots) -> Evidence:
    """Same full name, birth date, hukou county and sex, when that combination points at one number at most.

    A resident number that contradicts the birth or sex beside it points at nobody; the one who holds it with a
    number of their own elsewhere is shown to a clerk. `component` numbers the clusters the numbers made: of profiles
    that are one already there is nothing to say.
    """
    found = Evidence()
    unknown = ", ".join(f"'{sex}'" for sex in sorted(UNKNOWN_SEXES))
    with connect() as duck:
        duck.register("profile", profiles.append_column("component", pa.array(component)))
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
    for (members,) in shared:
        _judge_identity(members, known, found)
    return found


def _judge_identity(members: list[int], known: Identities, found: Evidence) -> None:
    without, contradicted = [], []
    owners: dict[tuple[str | None, str | None], int] = {}
    for member in members:
        identity = known[member]
        if identity.id_no is None:
            without.append(member)
        elif number_fits(identity):
            owners.setdefault((identity.id_no_kind, identity.id_no), member)
        else:
            contradicted.append(member)
    if len(owners) <= 1:
        together = sorted([*owners.values(), *without])
        found.edges += [Edge(together[0], other, "exact_identity", EXACT_RANK) for other in together[1:]]
    elif without:
        found.doubts += [Doubt(*ordered(without[0], owner), "namesake") for owner in owners.values()]
    found.doubts += [Doubt(*ordered(one, owner), "two_numbers") for one in contradicted for owner in owners.values()]
