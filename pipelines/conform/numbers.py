"""Numbers and yes/no answers."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = re.compile(r"^[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)\s*%?$", re.ASCII)
# What a decimal of 18 digits with three after the point can hold.
LIMIT = Decimal(10) ** 15
TRUE = frozenset({"是", "1", "true", "y", "yes", "t", "√", "有", "对"})
FALSE = frozenset({"否", "0", "false", "n", "no", "f", "×", "没有", "不是", "非"})


def number(text: str | None) -> Decimal | None:
    """A decimal number, with thousands separators or a percent sign allowed; None when unreadable.

    Scientific notation is unreadable: a spreadsheet that writes it has dropped digits.
    """
    if text is None or not _PLAIN.match(text):
        return None
    value = Decimal(text.rstrip("% ").replace(",", ""))
    return value if abs(value) < LIMIT else None


def integer(text: str | None) -> int | None:
    """A whole number (`12`, `12.0`); None when unreadable or not whole."""
    value = number(text)
    return int(value) if value is not None and value == value.to_integral_value() else None


def yes_no(text: str | None) -> bool | None:
    """是/否 and the usual codes as a boolean."""
    if text is None:
        return None
    lowered = text.lower()
    return True if lowered in TRUE else False if lowered in FALSE else None
