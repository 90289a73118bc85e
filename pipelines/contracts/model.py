"""A contract as the steps see it: plain frozen values made from an Open Data Contract Standard document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pipelines.contracts.servers import Server

Severity = Literal["error", "warning", "critical"]


@dataclass(frozen=True)
class Rule:
    """One rule over rows of a delivery.

    `error` sends a failing row to quarantine, `warning` only counts it. `tolerance` is the share of rows that
    may fail before the whole delivery is refused.
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
    """One column: our name, the agency's header, logical type, semantic domain and clearance."""

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
