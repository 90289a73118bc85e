"""The code tables of `warehouse/seeds/`: the one place where a spelling or a code is known."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.settings import settings


@dataclass(frozen=True)
class Unit:
    """A unit of quantity: its kind (gram, millilitre, plant, estimated) and the factor to that kind."""

    kind: str
    factor: str


@dataclass(frozen=True)
class CodeTables:
    """What conforming looks values up in."""

    regions: frozenset[str]
    drugs: dict[str, tuple[str, str]]
    units: dict[str, Unit]
    offences: dict[str, str]


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=2)
def code_tables(folder: Path | None = None) -> CodeTables:
    """Read the seeds `region`, `drug`, `quantity_unit` and `offence`."""
    seeds = folder or settings().warehouse / "seeds"
    return CodeTables(
        regions=frozenset(row["region_code"] for row in _rows(seeds, "region")),
        drugs={row["drug_name"]: (row["drug_code"], row["drug_category"]) for row in _rows(seeds, "drug")},
        units={row["quantity_unit"]: Unit(row["kind"], row["factor"]) for row in _rows(seeds, "quantity_unit")},
        offences={row["offence_name"]: row["is_drug_offence"] for row in _rows(seeds, "offence")},
    )


@lru_cache(maxsize=32)
def _code_list(folder: Path, name: str) -> list[dict[str, str]]:
    return _rows(folder, name)


def code_list(name: str) -> list[dict[str, str]]:
    """The rows of a seed that rules of contracts judge by; each holds `valid_from` and `valid_to` (empty: open).

    Raises FileNotFoundError when there is no such seed.
    """
    return _code_list(settings().warehouse / "seeds", name)
