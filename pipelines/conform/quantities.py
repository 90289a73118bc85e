"""Quantities of drugs in the base unit of their kind. Purity never enters: weight is not adjusted for it (刑法 357).

Weights become grams, liquids millilitres, plants stay counted, and pieces are an estimate of no weight at all.
What can be read exactly is read (`0.5克`, `三两`, `半斤`); `约3克`, `3-5克`, `3克多`, `2斤3两` are not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from pipelines.conform import codes, numbers, numerals


class Unit(NamedTuple):
    """A unit: its canonical name, its kind (weighed_gram, liquid_ml, plant, estimated) and the factor to it."""

    name: str
    kind: str
    factor: Decimal


class Quantity(NamedTuple):
    """An amount as written with its unit, and the same amount in the base unit of the kind.

    Parts that cannot be read are None; `kind` and `base` are there only when amount and unit both are.
    """

    amount: Decimal | None
    unit: str | None
    kind: str | None
    base: Decimal | None


_ARABIC = re.compile(r"^([+-]?[\d,.]+)([^\d,.+\-%].*)?$", re.ASCII)
_LONGEST_UNIT = 4
_GRAIN = Decimal("0.001")
UNREADABLE = Quantity(None, None, None, None)


def _in_words(text: str) -> Decimal | None:
    value = numerals.integer(text)
    return Decimal("0.5") if text == "半" else None if value is None else Decimal(value)


def _split(text: str, units: Mapping[str, Unit]) -> tuple[Decimal | None, str | None]:
    """The number in an amount and the unit beside it."""
    if match := _ARABIC.match(text):
        return numbers.number(match.group(1)), match.group(2)
    # 两 is a unit after a numeral and a numeral before a unit, so the unit is looked for from the end.
    for cut in range(len(text) - 1, max(0, len(text) - _LONGEST_UNIT - 1), -1):
        if text[cut:] in units and (value := _in_words(text[:cut])) is not None:
            return value, text[cut:]
    return _in_words(text), None


def unit_name(text: str | None, units: Mapping[str, Unit]) -> str | None:
    """The canonical name of a unit, or None."""
    unit = units.get(codes.key(text)) if text else None
    return unit.name if unit else None


def quantity(amount_text: str | None, unit_text: str | None, units: Mapping[str, Unit]) -> Quantity:
    """An amount and its unit, each in its own column or the unit beside the amount.

    A unit beside the amount must agree with the unit column: `500毫克` under 克 cannot be read.
    """
    column = units.get(codes.key(unit_text)) if unit_text else None
    amount, beside = _split(codes.key(amount_text), units) if amount_text else (None, None)
    inside = units.get(beside) if beside else None
    if beside and (inside is None or (column and inside != column)):
        amount = None
    unit = inside if unit_text is None else column
    if amount is None or unit is None:
        return Quantity(amount, unit.name if unit else None, None, None)
    base = (amount * unit.factor).quantize(_GRAIN)
    return Quantity(amount, unit.name, unit.kind, base) if abs(base) < numbers.LIMIT else UNREADABLE
