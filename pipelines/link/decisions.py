"""Decisions of clerks as constraints of the linkage: found again by mention, or by identity when a source is re-keyed.

A decision is about one or two sides. `must`: two records are one person. `cannot`: they are not. `detach`: a record
is not about the person it names (an identity somebody borrowed), so what it says of a person proves nothing.
`case_must` and `case_cannot` say of two records that they are steps of one case, or of different ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from pipelines.ledger.tables import LinkDecision
from pipelines.link.mentions import MENTION_KEY, keyed_id
from pipelines.link.spec import DOCUMENT_COLUMNS, PROFILE_FIELDS
from pipelines.store import fingerprint

PERSON, CASE = "person", "case"
KINDS = ("must", "cannot", "detach", "case_must", "case_cannot")
# Kinds that never pass to several records of an identity.
_OF_ONE_RECORD = ("detach", "case_must", "case_cannot")
_IDENTITY = ["name", "id_no_kind", "id_no", "birth", "sex", "hukou_code"]
# What a record says of the person it names; a detached record says none of it.
_SAID = [*(name for name in PROFILE_FIELDS if name not in ("birth_date", "sex")), "birth"]
_SEPARATOR = "\x1f"


class Side(NamedTuple):
    """One record of a decision: its mention, and the fingerprint of the identity it had when the clerk decided."""

    dataset: str
    record_key: str
    person_group: str
    fingerprint: str


@dataclass(frozen=True)
class Decision:
    """One decision in force; `right` is None for `detach`. `decision_id` is 0 for one that is not in the ledger."""

    kind: str
    left: Side
    right: Side | None = None
    decision_id: int = 0

    @property
    def sides(self) -> tuple[Side, ...]:
        """The one or two records it is about."""
        return (self.left, self.right) if self.right else (self.left,)

    @property
    def about(self) -> str:
        """`PERSON` or `CASE`."""
        return CASE if self.kind.startswith("case_") else PERSON

    @property
    def constraint(self) -> str:
        """What it asks for: must, cannot or detach."""
        return self.kind.removeprefix("case_")

    def content(self) -> list[object]:
        """What of it the linkage depends on: neither its number nor who decided when."""
        return [self.kind, *sorted(map(list, self.sides))]

    def name(self) -> str:
        """A short name of the content, by which a receipt tells that it was taken up."""
        return fingerprint(self.content())


@dataclass
class Taken:
    """Decisions brought to the present mentions, as positions in the frame of mentions."""

    must: list[tuple[int, int]] = field(default_factory=list)
    cannot: list[tuple[int, int]] = field(default_factory=list)
    detached: set[int] = field(default_factory=set)
    void: list[tuple[int, int]] = field(default_factory=list)
    lost: int = 0


def from_ledger(rows: Iterable[LinkDecision]) -> tuple[Decision, ...]:
    """Decisions of the ledger's rows."""
    found = []
    for row in rows:
        left = Side(row.left_dataset, row.left_record_key, row.left_person_group, row.left_fingerprint)
        right = None
        if row.right_dataset is not None:
            right = Side(
                row.right_dataset,
                row.right_record_key or "",
                row.right_person_group or "",
                row.right_fingerprint or "",
            )
        found.append(Decision(row.kind, left, right, row.decision_id))
    return tuple(found)


def identity_fingerprints(mentions: pd.DataFrame, key: bytes) -> pd.Series:
    """The keyed fingerprint of every mention's identity: dataset and what it says of the person, never the key.

    Changes of household and address leave it alone where a number says who it is. A row that holds little more
    than a name is told by its documents; without any it can only be found by its key, and gets an empty one.
    """
    content = mentions[_IDENTITY].astype(object).where(mentions[_IDENTITY].notna(), "")
    numbered, complete = content["id_no"] != "", (content[["name", "birth", "sex", "hukou_code"]] != "").all(axis=1)
    found = []
    for place, (name, kind, number, birth, sex, hukou) in enumerate(content.itertuples(index=False, name=None)):
        row = mentions.iloc[place]
        if numbered.iloc[place]:
            said = [name, kind, number, birth]
        elif complete.iloc[place]:
            said = [name, birth, sex, hukou]
        else:
            documents = _documents(row)
            said = [name, birth, *documents] if documents else []
        found.append(keyed_id("i", key, _SEPARATOR.join([row["dataset"], *said])) if said else "")
    return pd.Series(found, index=mentions.index, dtype=object)


def _documents(row: pd.Series) -> list[str]:
    columns = [document.column for document in DOCUMENT_COLUMNS if document.dataset == row["dataset"]]
    return [f"{column}={row[column]}" for column in columns if row[column] is not None]


class _Present:
    """Looks sides up among the present mentions; keys, and fingerprints of a dataset, are read when first needed."""

    def __init__(self, mentions: pd.DataFrame, key: bytes) -> None:
        self._mentions, self._key = mentions, key
        self._by_fingerprint: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def _by_key(self) -> dict[tuple[str, ...], int]:
        keys = self._mentions[MENTION_KEY].itertuples(index=False, name=None)
        return dict(zip(keys, self._mentions.index, strict=True))

    def at_key(self, side: Side) -> int | None:
        """The mention of that key."""
        return self._by_key.get(side[:3])

    def says_the_same(self, side: Side, position: int) -> bool:
        """Whether a mention still has the identity of the decision."""
        one = identity_fingerprints(self._mentions.loc[[position]], self._key)
        return bool(one.iloc[0] == side.fingerprint)

    def alike(self, side: Side) -> list[int]:
        """Mentions of the dataset with the identity of the decision."""
        if not side.fingerprint:
            return []
        if side.dataset not in self._by_fingerprint:
            here = self._mentions[self._mentions["dataset"] == side.dataset]
            found = identity_fingerprints(here, self._key)
            groups = found.groupby(found).groups
            self._by_fingerprint[side.dataset] = {name: sorted(group) for name, group in groups.items()}
        return self._by_fingerprint[side.dataset].get(side.fingerprint, [])


def take(mentions: pd.DataFrame, decisions: Iterable[Decision], key: bytes, about: str = PERSON) -> Taken:
    """Bring decisions about persons or about cases to the present mentions.

    A record is found by its key while it says what it said; else by what it said, under whatever key. `must` is
    void when the record of that key says something else now: a clerk looks again. `cannot` keeps both apart, the
    record of the key and those of the identity, because keeping apart harms nobody. `detach` follows an identity
    only when one record has it, and so does a decision about cases: one person may be in several. A side found nowhere
    is counted as lost.
    """
    taken, present = Taken(), _Present(mentions, key)
    for decision in sorted((one for one in decisions if one.about == about), key=lambda one: str(one.content())):
        places = [_places(side, decision.kind, present) for side in decision.sides]
        if not all(found for found, _ in places):
            taken.lost += 1
        elif decision.constraint == "detach":
            taken.detached.add(places[0][0][0])
        elif decision.constraint == "cannot":
            taken.cannot += [(a, b) for a in places[0][0] for b in places[1][0] if a != b]
        else:
            pairs = taken.must if all(sure for _, sure in places) else taken.void
            pairs.append((places[0][0][0], places[1][0][0]))
    return taken


def _places(side: Side, kind: str, present: _Present) -> tuple[list[int], bool]:
    """Where a side is now, and whether it surely is the record decided about."""
    position = present.at_key(side)
    if position is not None and present.says_the_same(side, position):
        return [position], True
    alike = present.alike(side)
    if kind == "cannot":
        return sorted({*alike, *([] if position is None else [position])}), True
    if kind in _OF_ONE_RECORD and (position is not None or len(alike) != 1):
        return ([] if position is None else [position]), kind != "case_must"
    return (alike[:1], True) if alike else ([] if position is None else [position], False)


def without_detached(mentions: pd.DataFrame, taken: Taken) -> pd.DataFrame:
    """The mentions, those detached saying nothing of a person but the sex."""
    if not taken.detached:
        return mentions
    told = ~mentions.index.isin(sorted(taken.detached))
    return mentions.assign(**{name: mentions[name].astype(object).where(told, None) for name in _SAID})


def _nodes(side: Side, about: str) -> list[tuple[str, ...]]:
    """What is one when the record is: its mention and, for persons, the identity. One identity may be in two cases."""
    mention: tuple[str, ...] = side[:3]
    return [mention, (side.fingerprint,)] if side.fingerprint and about == PERSON else [mention]


def contradicts(decisions: Iterable[Decision], fresh: Decision) -> Decision | None:
    """A decision in force that `fresh` contradicts, following chains of `must`; None when there is none."""
    in_force = [one for one in decisions if one.about == fresh.about]
    group: dict[tuple[str, ...], tuple[str, ...]] = {}

    def root(node: tuple[str, ...]) -> tuple[str, ...]:
        while group.setdefault(node, node) != node:
            node = group[node]
        return node

    def join(sides: tuple[Side, ...]) -> None:
        nodes = [node for side in sides for node in _nodes(side, fresh.about)]
        for node in nodes[1:]:
            group[root(node)] = root(nodes[0])

    for one in (*in_force, fresh):
        if one.constraint == "must":
            join(one.sides)
    for one in (*in_force, fresh):
        if one.constraint == "cannot" and one.right and root(one.left[:3]) == root(one.right[:3]):
            if one is not fresh:
                return one
            chain = (
                must for must in in_force if must.constraint == "must" and root(must.left[:3]) == root(one.left[:3])
            )
            return next(chain, None)
    return None
