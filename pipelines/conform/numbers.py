"""Numbers, yes/no answers and months."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_PLAIN = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$|^[+-]?\d+(\.\d+)?$")
_MONTH = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})月?$")
TRUE = frozenset({"是", "1", "true", "y", "yes"})
FALSE = frozenset({"否", "0", "false", "n", "no"})


def number(text: str | None) -> Decimal | None:
    """A decimal number, with thousands separators or a percent sign allowed; None when unreadable."""
    if text is None:
        return None
    stripped = text.rstrip("%").strip()
    if not _PLAIN.match(stripped):
        return None
    try:
        return Decimal(stripped.replace(",", ""))
    except InvalidOperation:
        return None


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


def month(text: str | None) -> str | None:
    """A month as `YYYY-MM`; None when unreadable."""
    match = _MONTH.match(text) if text else None
    if not match or not 1 <= int(match.group(2)) <= 12:
        return None
    return f"{match.group(1)}-{int(match.group(2)):02d}"
