"""A contract as the steps see it: plain frozen values made from an Open Data Contract Standard document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pipelines.contracts.servers import Server

Severity = Literal["error", "warning", "critical", "hold"]

# Checks that look at a delivery's totals, and checks that look at the resolved set; all others judge rows.
DELIVERY_CHECKS = frozenset({"control_total"})
HISTORY_CHECKS = frozenset({"reference", "volume", "rekeyed"})


@dataclass(frozen=True)
class Rule:
    """One rule over rows of a delivery, over a delivery's totals, or over the resolved set.

    `error` sends a failing row to quarantine, `warning` only counts it, `critical` refuses the delivery, `hold`
    keeps a release from being published until somebody accepts the delivery. `tolerance` is the share of rows
    that may fail before the whole delivery is refused (error, critical) or named (warning, hold).
    """

    rule_id: str
    check: str
    severity: Severity
    tolerance: float
    sentence_en: str
    sentence_zh: str
    column: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: our name, the agency's header, logical type, semantic domain and clearance.

    An `optional_header` may be missing from a file: the column was agreed after others, and some systems still
    export without it. The column then counts as left empty.
    """

    name: str
    header: str
    type: str
    semantic: str | None
    clearance: str
    required: bool
    key_position: int | None
    enum: tuple[str, ...]
    unit: str | None
    description_en: str
    description_zh: str
    refers_to: str | None = None
    optional_header: bool = False
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonGroup:
    """The columns of one record that name one person."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """What a delivery of one dataset must be. `fingerprint` changes with any word of the document."""

    dataset: str
    agency: str
    version: str
    fingerprint: str
    title_zh: str
    purpose: str
    legal_basis: str
    owner: str
    grain: str
    schedule: str
    latency_hours: float
    delivery_mode: Literal["snapshot", "delta"]
    server: Server
    format: str
    format_options: dict[str, Any]
    columns: tuple[Column, ...]
    person_groups: tuple[PersonGroup, ...]
    rules: tuple[Rule, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The agency's own headers, in contract order."""
        return tuple(column.header for column in self.columns)

    @property
    def row_rules(self) -> tuple[Rule, ...]:
        """The rules that give every row a verdict."""
        return tuple(r for r in self.rules if r.check not in DELIVERY_CHECKS | HISTORY_CHECKS)

    @property
    def delivery_rules(self) -> tuple[Rule, ...]:
        """The rules about the totals of a delivery."""
        return tuple(r for r in self.rules if r.check in DELIVERY_CHECKS)

    @property
    def history_rules(self) -> tuple[Rule, ...]:
        """The rules about the resolved set: they need history or other datasets."""
        return tuple(r for r in self.rules if r.check in HISTORY_CHECKS)

    @property
    def key(self) -> tuple[Column, ...]:
        """The columns of the record key, in key order."""
        return tuple(sorted((c for c in self.columns if c.key_position), key=lambda c: c.key_position or 0))

    def column(self, name: str) -> Column:
        """The column with our name `name`. Raises KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.dataset} has no column {name!r}")

    def semantic(self, domain: str) -> Column | None:
        """The first column of a semantic domain, if any."""
        return next((column for column in self.columns if column.semantic == domain), None)
