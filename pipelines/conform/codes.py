"""Code tables: a spelling is either in its table or unknown; nothing is ever mapped to "other"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Reading(NamedTuple):
    """What a spelling means: its canonical name and its code."""

    name: str
    code: str


# Readings by the key of their spelling. Since when a reading holds stands in its seed; rules of contracts ask there.
Table = Mapping[str, Reading]

_BRACKETED = re.compile(r"^([^()]+)\(([^()]+)\)$")
_BETWEEN_CHARGES = re.compile(r"(?<=罪)[、,;/和及与]")
_WITHIN_CHARGE = re.compile(r"[\s、,;/]+")


def key(text: str) -> str:
    """The key of a spelling: upper-case, without spaces."""
    return "".join(text.split()).upper()


def charge_key(text: str) -> str:
    """The key of a charge: its words without separators and without 罪."""
    return _WITHIN_CHARGE.sub("", text).removesuffix("罪")


def reading(text: str | None, table: Table) -> Reading | None:
    """What the text means; None when the table does not know it."""
    return table.get(key(text)) if text else None


def code_of(text: str | None, table: Table) -> str | None:
    """The code of a spelling, or None."""
    found = reading(text, table)
    return found.code if found else None


def name_of(text: str | None, table: Table) -> str | None:
    """The canonical name of a spelling, or None."""
    found = reading(text, table)
    return found.name if found else None


def listed(text: str | None, table: Mapping[str, str]) -> str | None:
    """The value a contract lists, or None."""
    return table.get(text) if text else None


def drug_name(text: str | None, table: Table) -> str | None:
    """The name of a drug as its table spells it; `甲基苯丙胺(冰毒)` is read when both names mean one substance."""
    found = reading(text, table)
    if text is None or found or not (match := _BRACKETED.match(text)):
        return found.name if found else None
    outer, inner = (reading(part, table) for part in match.groups())
    return outer.name if outer and inner and outer.code == inner.code else None


def charges(text: str | None, table: Table) -> tuple[Reading, ...]:
    """The charges in `贩卖毒品罪、非法持有毒品罪`; none when any of them is unknown."""
    if text is None:
        return ()
    written = (text,) if charge_key(text) in table else _BETWEEN_CHARGES.split(text)
    parts = [table.get(charge_key(part)) for part in written]
    known = tuple(part for part in parts if part)
    return known if len(known) == len(parts) else ()


def offence_name(text: str | None, table: Table) -> str | None:
    """The titles of the charges, joined by `、`; None when any of them is unknown."""
    return "、".join(dict.fromkeys(charge.name for charge in charges(text, table))) or None


def is_drug_offence(text: str | None, table: Table, drug_offences: frozenset[str]) -> bool | None:
    """Whether any of the charges is a drug offence (刑法 347–355); None when they are unknown."""
    found = charges(text, table)
    return any(charge.code in drug_offences for charge in found) if found else None
