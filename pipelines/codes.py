"""The code tables of `warehouse/seeds/`: the one place where a spelling or a code is known."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pipelines.conform import codes
from pipelines.conform.quantities import Unit
from pipelines.conform.regions import Regions
from pipelines.settings import settings


@dataclass(frozen=True)
class CodeTables:
    """What conforming looks values up in."""

    regions: Regions
    sexes: codes.Table
    id_types: codes.Table
    countries: dict[str, str]
    drugs: codes.Table
    drug_categories: dict[str, str]
    units: dict[str, Unit]
    offences: codes.Table
    drug_offences: frozenset[str]
    case_types: codes.Table


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _table(
    rows: Iterable[dict[str, str]], spelling: str, name: str, code: str, key: Callable[[str], str] = codes.key
) -> codes.Table:
    """Readings by the key of their spelling; of several the one that holds longest."""
    by_end = sorted(rows, key=lambda row: row["valid_to"] or "9999")
    return {key(row[spelling]): codes.Reading(row[name], row[code]) for row in by_end}


def _case_types(rows: list[dict[str, str]]) -> codes.Table:
    """Both codes and the name lead to the 8-digit code; a 6-digit code is never padded to one."""
    spellings = ("case_type_code", "case_type_code_6", "case_type_name")
    tables = [_table(rows, spelling, "case_type_name", "case_type_code") for spelling in spellings]
    return {spelled: reading for table in tables for spelled, reading in table.items()}


def _countries(rows: list[dict[str, str]]) -> dict[str, str]:
    return {spelled: row["country_code"] for row in rows for spelled in (row["country_name"], row["country_code"])}


@lru_cache(maxsize=2)
def code_tables(folder: Path | None = None) -> CodeTables:
    """Read every seed that conforming needs."""
    seeds = folder or settings().warehouse / "seeds"
    offences = _rows(seeds, "offence")
    return CodeTables(
        regions=Regions(_rows(seeds, "region")),
        sexes=_table(_rows(seeds, "sex"), "sex_name", "sex_name", "sex_code"),
        id_types=_table(_rows(seeds, "id_type"), "id_type_name", "id_type", "id_type_code"),
        countries=_countries(_rows(seeds, "country")),
        drugs=_table(_rows(seeds, "drug"), "drug_name", "drug_name", "drug_code"),
        drug_categories={row["drug_code"]: row["drug_category"] for row in _rows(seeds, "drug_substance")},
        units={
            codes.key(row["quantity_unit"]): Unit(row["unit_name"], row["kind"], Decimal(row["factor"]))
            for row in _rows(seeds, "quantity_unit")
        },
        offences=_table(offences, "offence_name", "offence_name", "offence_code", codes.charge_key),
        drug_offences=frozenset(row["offence_code"] for row in offences if row["is_drug_offence"] == "true"),
        case_types=_case_types(_rows(seeds, "case_type")),
    )


@lru_cache(maxsize=32)
def _code_list(folder: Path, name: str) -> list[dict[str, str]]:
    return _rows(folder, name)


def code_list(name: str) -> list[dict[str, str]]:
    """The rows of a seed that rules of contracts judge by; each holds `valid_from` and `valid_to` (empty: open).

    Raises FileNotFoundError when there is no such seed.
    """
    return _code_list(settings().warehouse / "seeds", name)


def codes_in_force(name: str, day: date) -> list[dict[str, str]]:
    """The rows of a seed that hold on a day."""
    return [
        row
        for row in code_list(name)
        if row["valid_from"] <= day.isoformat() and (not row["valid_to"] or day.isoformat() < row["valid_to"])
    ]
