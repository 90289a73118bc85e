"""Clusters from edges under constraints: no two exclusive numbers, no pair that must stay apart.

Only a clerk joins two numbers (numbers are issued anew): what he joined holds both, and takes others of them.

Edges are taken from the strongest to the weakest, and an edge whose union would break a constraint is refused:
a component that breaks one is thereby split at its weakest edges. Positions follow content, so the result does
not depend on the order in which anything arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from pipelines.link.certain import Edge, Roots
from pipelines.link.spec import EXCLUSIVE_KINDS

Number = tuple[str, str]


class Clusters:
    """A partition of profile positions that only grows by unions no constraint forbids.

    The root of a cluster is the lowest position in it.
    """

    def __init__(self, numbers: Sequence[tuple[str | None, str | None]], apart: Iterable[tuple[int, int]] = ()) -> None:
        self._parent = list(range(len(numbers)))
        self._own = [(kind, number) if number and kind in EXCLUSIVE_KINDS else None for kind, number in numbers]
        # Of clusters that hold more, or other, than the number of their root: all numbers by kind.
        self._numbers: dict[int, dict[str, frozenset[str]]] = {}
        # Positions that must stay out of a cluster, by its root.
        self._apart: dict[int, list[int]] = defaultdict(list)
        for left, right in apart:
            self._apart[left].append(right)
            self._apart[right].append(left)

    def root(self, position: int) -> int:
        """The number of the cluster a profile is in."""
        while self._parent[position] != position:
            self._parent[position] = self._parent[self._parent[position]]
            position = self._parent[position]
        return position

    def roots(self) -> Roots:
        """The cluster of every profile."""
        parent = np.array(self._parent, dtype=np.int64)
        while not np.array_equal(above := parent[parent], parent):
            parent = above
        return parent

    def _held(self, root: int) -> dict[str, frozenset[str]]:
        known, own = self._numbers.get(root), self._own[root]
        if known is not None:
            return known
        return {own[0]: frozenset([own[1]])} if own else {}

    def numbers(self) -> list[Number | None]:
        """The exclusive number of the cluster each profile is in: of several the first, by kind and number."""
        first = {
            root: min((kind, min(numbers)) for kind, numbers in self._numbers[root].items()) for root in self._numbers
        }
        return [first.get(root) or self._own[root] for root in self.roots().tolist()]

    def may_join(self, left: int, right: int) -> bool:
        """Whether no constraint forbids one cluster of both."""
        a, b = self.root(left), self.root(right)
        return self._numbers_agree(a, b) and not self._kept_apart(a, b)

    def _numbers_agree(self, a: int, b: int) -> bool:
        if a not in self._numbers and b not in self._numbers:
            mine, theirs = self._own[a], self._own[b]
            return mine is None or theirs is None or mine == theirs or mine[0] != theirs[0]
        others = self._held(b)
        return all(
            numbers <= (held := others.get(kind, numbers)) or held <= numbers for kind, numbers in self._held(a).items()
        )

    def _kept_apart(self, a: int, b: int) -> bool:
        """Whether a pair that must stay apart lies across two clusters, given by their roots."""
        if a not in self._apart or b not in self._apart:
            return False
        return any(self.root(other) == b for other in self._apart[a])

    def join(self, left: int, right: int) -> bool:
        """Unite two clusters unless a constraint forbids it; tells whether they are one now."""
        a, b = self.root(left), self.root(right)
        if a != b and not self.may_join(a, b):
            return False
        self._unite(a, b)
        return True

    def join_decided(self, left: int, right: int) -> bool:
        """Unite two clusters because a clerk said so, whatever their numbers; not over a pair kept apart."""
        a, b = self.root(left), self.root(right)
        if a != b and self._kept_apart(a, b):
            return False
        self._unite(a, b)
        return True

    def _unite(self, a: int, b: int) -> None:
        if a == b:
            return
        a, b = (a, b) if a < b else (b, a)
        self._parent[b] = a
        if b in self._apart:
            self._apart[a] += self._apart.pop(b)
        if b in self._numbers or self._own[b] not in (None, self._own[a]):
            mine, theirs = self._held(a), self._held(b)
            self._numbers.pop(b, None)
            self._numbers[a] = {
                kind: mine.get(kind, frozenset()) | theirs.get(kind, frozenset())
                for kind in mine.keys() | theirs.keys()
            }

    def join_all(self, edges: Iterable[Edge]) -> list[Edge]:
        """Take edges from the strongest to the weakest; returns those refused."""
        ranked = sorted(edges, key=lambda edge: (edge.rank, -(edge.weight or 0.0), edge.left, edge.right))
        return [edge for edge in ranked if not self.join(edge.left, edge.right)]
