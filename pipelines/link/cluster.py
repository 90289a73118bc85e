"""Clusters from edges under constraints: no two exclusive numbers, no pair that must stay apart.

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
        self._members = {position: [position] for position in range(len(numbers))}
        self._numbers: dict[int, dict[str, str]] = {
            position: {kind: number} if kind in EXCLUSIVE_KINDS and number else {}
            for position, (kind, number) in enumerate(numbers)
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
        """The exclusive numbers of the cluster a profile is in, by kind."""
        return self._numbers[self.root(position)]

    def may_join(self, left: int, right: int) -> bool:
        """Whether no constraint forbids one cluster of both."""
        a, b = self.root(left), self.root(right)
        theirs = self._numbers[b]
        if any(theirs.get(kind, number) != number for kind, number in self._numbers[a].items()):
            return False
        small, large = (a, b) if len(self._members[a]) <= len(self._members[b]) else (b, a)
        kept_apart = (other for member in self._members[small] for other in self._apart.get(member, ()))
        return all(self.root(other) != large for other in kept_apart)

    def join(self, left: int, right: int) -> bool:
        """Unite two clusters unless a constraint forbids it; tells whether they are one now."""
        a, b = self.root(left), self.root(right)
        if a == b:
            return True
        if not self.may_join(a, b):
            return False
        if len(self._members[a]) < len(self._members[b]):
            a, b = b, a
        self._parent[b] = a
        self._members[a] += self._members.pop(b)
        self._numbers[a] = {**self._numbers[a], **self._numbers.pop(b)}
        return True

    def join_all(self, edges: Iterable[Edge]) -> list[Edge]:
        """Take edges from the strongest to the weakest; returns those refused."""
        ranked = sorted(edges, key=lambda edge: (edge.rank, -(edge.weight or 0.0), edge.left, edge.right))
        return [edge for edge in ranked if not self.join(edge.left, edge.right)]
