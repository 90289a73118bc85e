"""Dates and times in the forms agencies use; a placeholder date counts as missing."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

# Dates that systems write when they know none.
PLACEHOLDERS = frozenset({date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31), date(1899, 12, 30)})
_SEPARATED = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?$")
_SHORT_YEAR = re.compile(r"^(\d{2})年(\d{1,2})月(\d{1,2})日?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^(\d{5})(?:\.0+)?$")
_TIME = re.compile(r"^(.+?)[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
# A two-digit year up to this one belongs to the 2000s.
_PIVOT = 49
# Serial day 1 of the 1900 date system is 1900-01-01; day 60 is a leap day that never was.
_EPOCH = date(1899, 12, 30)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read(text: str) -> date | None:
    for pattern in (_SEPARATED, _COMPACT):
        if match := pattern.match(text):
            return _day(*map(int, match.groups()))
    if match := _SHORT_YEAR.match(text):
        year, month, day = map(int, match.groups())
        return _day(year + (2000 if year <= _PIVOT else 1900), month, day)
    if match := _SERIAL.match(text):
        return _EPOCH + timedelta(days=int(match.group(1)))
    return None


def is_placeholder(text: str | None) -> bool:
    """Whether the text is a date that stands for "unknown"."""
    return text is not None and _read(text) in PLACEHOLDERS


def calendar_date(text: str | None) -> date | None:
    """The date in `2021-03-05`, `2021/3/5`, `2021.3.5`, `20210305`, `2021年3月5日`, `21年3月5日` or an Excel
    serial of the 1900 system; None when unreadable, impossible or a placeholder."""
    if text is None:
        return None
    found = _read(text)
    return None if found in PLACEHOLDERS else found


def timestamp(text: str | None) -> datetime | None:
    """A date as above with an optional time of day; midnight when there is none."""
    if text is None:
        return None
    match = _TIME.match(text)
    day = _read(match.group(1) if match else text)
    if day is None or day in PLACEHOLDERS:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[1:]) if match else (0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute, second)
