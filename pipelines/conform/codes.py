"""Code tables: a value is either in its table or unknown; nothing is ever mapped to "other"."""

from __future__ import annotations

import re
from collections.abc import Mapping

SEXES = {
    "男": "1",
    "女": "2",
    "1": "1",
    "2": "2",
    "9": "9",
    "0": "0",
    "未知": "9",
    "未说明": "9",
    "男性": "1",
    "女性": "2",
}
_REGION = re.compile(r"^(\d{6})(0{6})?$")


def sex(text: str | None) -> str | None:
    """GB/T 2261.1 code of a sex written as a word or code."""
    return SEXES.get(text) if text else None


def region_code(text: str | None, known: frozenset[str]) -> str | None:
    """A six-digit division code that has been in force at some time; a 12-digit form with six zeros is shortened."""
    match = _REGION.match(text) if text else None
    return match.group(1) if match and match.group(1) in known else None


def listed(text: str | None, table: Mapping[str, str]) -> str | None:
    """The code of a name in its table, or None."""
    return table.get(text) if text else None
