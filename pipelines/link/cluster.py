"""Clusters from edges under constraints: no two exclusive numbers, no pair that must stay apart.

Only a clerk joins two numbers (numbers are issued anew): what he joined holds both, and takes others of them.

Edges are taken from the strongest to the weakest, and an edge whose union would break a constraint is refused:
a component that breaks one is thereby split at its weakest edges. Positions follow content, so the result does
not depend on the order in which anything arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pipelines.link.certain import Edge
from pipelines.link.spec import EXCLUSIVE_KINDS


class Clusters:
    """A partition of profile positions that only grows by unions no constraint forbids."""

    def __init__(self, numbers: list[tuple[str | None, str | None]], apart: Iterable[tuple[int, int]]) -> None:
        self._parent = list(range(len(numbers)))
        # Of clusters of more than one, by their root; numbers of those that have any.
        self._members: dict[int, list[int]] = {}
        self._numbers: dict[int, dict[str, frozenset[str]]] = {
            position: {kind: frozenset([number])}
            for position, (kind, number) in enumerate(numbers)
            if number and kind in EXCLUSIVE_KINDS
        }
        self._apart: dict[int, set[int]] = defaultdict(set)
        for left, right in apart:
            self._apart[left].add(right)
            self._apart[right].add(left)

    def root(self, position: int) -> int:
        """The number of the cluster a profile is in."""
        while self._parent[position] != position:
            self._parent[position] = self._parent[self._parent[position]]
            position = self._parent[position]
        return position

    def roots(self) -> list[int]:
        """The cluster of every profile."""
        return [self.root(position) for position in range(len(self._parent))]

    def numbers_of(self, position: int) -> dict[str, str]:
        """The exclusive number of the cluster a profile is in, by kind; the lowest where a clerk joined several."""
        return {kind: min(numbers) for kind, numbers in self._numbers.get(self.root(position), {}).items()}

    def may_join(self, left: int, right: int) -> bool:
        """Whether no constraint forbids one cluster of both."""
        a, b = self.root(left), self.root(right)
        theirs = self._numbers.get(b, {})
        for kind, numbers in self._numbers.get(a, {}).items():
            others = theirs.get(kind, numbers)
            if not (numbers <= others or others <= numbers):
                return False
        return not self._kept_apart(a, b)

    def _kept_apart(self, a: int, b: int) -> bool:
        """Whether a pair that must stay apart lies across two clusters, given by their roots."""
        if not self._apart:
            return False
        small, large = (a, b) if len(self._members_of(a)) <= len(self._members_of(b)) else (b, a)
        kept_apart = (other for member in self._members_of(small) for other in self._apart.get(member, ()))
        return any(self.root(other) == large for other in kept_apart)

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
        if len(self._members_of(a)) < len(self._members_of(b)):
            a, b = b, a
        self._parent[b] = a
        self._members.setdefault(a, [a]).extend(self._members.pop(b, [b]))
        theirs = self._numbers.pop(b, None)
        if theirs:
            mine = self._numbers.get(a, {})
            self._numbers[a] = {
                kind: mine.get(kind, frozenset()) | theirs.get(kind, frozenset())
                for kind in mine.keys() | theirs.keys()
            }

    def _members_of(self, root: int) -> list[int]:
        return self._members.get(root, [root])

    def join_all(self, edges: Iterable[Edge]) -> list[Edge]:
        """Take edges from the strongest to the weakest; returns those refused."""
        ranked = sorted(edges, key=lambda edge: (edge.rank, -(edge.weight or 0.0), edge.left, edge.right))
        return [edge for edge in ranked if not self.join(edge.left, edge.right)]
