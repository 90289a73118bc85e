"""Dates and times in the forms agencies use; a placeholder date counts as missing.

A date is read to the day or not at all: `2021年3月` stays unreadable in a date column, because any day put in its
place would be invented; only a column of months takes it. Nothing here knows today.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.conform import numerals

# Dates that systems write when they know none.
PLACEHOLDERS = frozenset(
    {
        *(date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1), date(1753, 1, 1)),
        *(date(2099, 12, 31), date(2999, 12, 31), date(1, 1, 1), date(1000, 1, 1), date(1111, 11, 11)),
    }
)
# `0000-00-00`, `0`, `9999`, `9999-99-99`, `1900-1-0`: placeholders that are no dates at all.
_ZEROS = re.compile(r"^0+(?:[-/.年月日:T ]+0+)*[-/.年月日:T ]*$")
_NEVER = re.compile(r"^(?:9999(?:[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?)?(?:[T ][\d:.]+)?|1900[-/.年]0?1[-/.月]0?0日?)$")

_CALENDAR = re.compile(r"^(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?(?:[日号]|(?!\d))")
_SHORT_YEAR = re.compile(r"^(\d{2}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?(?:[日号]|(?!\d))")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\.0+$|(?!\d)|(?=\d{6}$))")
# Oracle under a Chinese session: `05-3月 -21`.
_ORACLE = re.compile(r"^(\d{1,2})-(\d{1,2})月 ?-(\d{2}|\d{4})(?!\d)")
_NUMERALS = re.compile(
    rf"^({numerals.DIGIT}{{4}}|{numerals.DIGIT}{{2}})年(元|{numerals.NUMERAL}{{1,3}})月({numerals.NUMERAL}{{1,3}})[日号]?"
)
_SERIAL = re.compile(r"^(\d{5})(\.\d+)?$")
_MONTH = re.compile(r"^(?:(\d{4}) ?[-/.年] ?(\d{1,2}) ?月?|(\d{4})(\d{2})|(\d{2}) ?年 ?(\d{1,2}) ?月?)$")

_WEEKDAY = re.compile(r"^[T, ]*(?:\(?(?:星期|周)[一二三四五六日天]\)?)? *")
_CLOCK = re.compile(
    r"^(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|AM|PM)? ?(?P<hour>\d{1,2}) ?"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"|[时点](?: ?(?P<minute_zh>\d{1,2}) ?分(?: ?(?P<second_zh>\d{1,2}) ?秒)?)?整?)"
    r" ?(?P<after>AM|PM)? ?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?$"
)
# An XML date may carry a zone and no time: the day is the day.
_ZONE = re.compile(r"^(?:Z|[+-]\d{2}:\d{2})$")
_COMPACT_CLOCK = re.compile(r"^(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})$")
_MORNING = frozenset({"凌晨", "早上", "早晨", "上午", "AM"})
_CHINA = ZoneInfo("Asia/Shanghai")

# A two-digit year up to the pivot belongs to the 2000s. For births the pivot is lower: in these files a person
# of 1935 is common and one of 2035 does not exist.
_PIVOT = 49
_BIRTH_PIVOT = 19
_YEARS = range(1850, 2200)
# Serial 1 of the 1900 system is 1900-01-01; serial 60 is a leap day that never was. The 1904 system starts with
# serial 0; only the workbook says which of the two it uses.
EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)


def _full_year(year: str, pivot: int) -> int:
    return int(year) if len(year) == 4 else int(year) + (2000 if int(year) <= pivot else 1900)


def _in_numerals(text: str) -> int:
    return 1 if text == "元" else numerals.integer(text) or 0


def _parts(text: str, pivot: int) -> tuple[int, int, int, str] | None:
    """Year, month, day and the text after them."""
    if match := _CALENDAR.match(text) or _SHORT_YEAR.match(text) or _COMPACT.match(text):
        year, month, day = match.groups()
        return _full_year(year, pivot), int(month), int(day), text[match.end() :]
    if match := _ORACLE.match(text):
        day, month, year = match.groups()
        return _full_year(year, pivot), int(month), int(day), text[match.end() :]
    if match := _NUMERALS.match(text):
        year, month, day = match.groups()
        written = numerals.digits(year) or ""
        return _full_year(written, pivot), _in_numerals(month), _in_numerals(day), text[match.end() :]
    return None


def _serial(text: str, epoch: date) -> datetime | None:
    match = _SERIAL.match(text)
    if not match:
        return None
    seconds = round(float(match.group(2) or 0) * 86_400)
    return datetime(epoch.year, epoch.month, epoch.day) + timedelta(days=int(match.group(1)), seconds=seconds)


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of 24 for one written with 上午, 下午 or AM, PM."""
    if half is None or hour > 12:
        return hour
    if half in _MORNING:
        return 0 if hour == 12 else hour
    if half == "中午":
        return hour + 12 if hour <= 2 else hour
    # 晚上12点 is midnight of one day or the other.
    if hour == 12:
        return None if half == "晚上" else 12
    return hour + 12


def _with_clock(day: datetime, text: str) -> datetime | None:
    """The day at the time of day in `text`; a time with a zone is put on Chinese clocks."""
    rest = text[_WEEKDAY.match(text).end() :].rstrip(" )")  # type: ignore[union-attr]
    if not rest or _ZONE.match(rest):
        return day
    match = _COMPACT_CLOCK.match(rest) or _CLOCK.match(rest.upper())
    if not match:
        return None
    found = match.groupdict()
    hour = _hour(int(found["hour"]), found.get("half") or found.get("after"))
    minute = int(found["minute"] or found.get("minute_zh") or 0)
    second = int(found["second"] or found.get("second_zh") or 0)
    if hour is None or hour > 23 or minute > 59 or second > 59:
        return None
    moment = day.replace(hour=hour, minute=minute, second=second)
    return _on_chinese_clocks(moment, found.get("zone"))


def _on_chinese_clocks(moment: datetime, zone: str | None) -> datetime | None:
    # A browser writes midnight of a Chinese day as 16:00Z of the day before (15:00Z in the summers of 1986–1991).
    if zone is None:
        return moment
    offset = "+0000" if zone == "Z" else (zone.replace(":", "") + "00")[:5]
    try:
        aware = datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S}{offset}", "%Y-%m-%d %H:%M:%S%z")
        return aware.astimezone(_CHINA).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _read(text: str, pivot: int, epoch: date) -> datetime | None:
    parts = _parts(text, pivot)
    if parts is None:
        return _serial(text, epoch)
    year, month, day, rest = parts
    try:
        return _with_clock(datetime(year, month, day), rest)
    except ValueError:
        return None


def is_placeholder(text: str | None) -> bool:
    """Whether the text is a date that stands for "unknown"."""
    if text is None:
        return False
    if _ZEROS.match(text) or _NEVER.match(text):
        return True
    found = _read(text, _PIVOT, EPOCH_1900)
    return found is not None and found.date() in PLACEHOLDERS


def timestamp(text: str | None, *, pivot: int = _PIVOT, epoch: date = EPOCH_1900) -> datetime | None:
    """A date in any of the forms below with an optional time of day; midnight when there is none.

    Times: `08:09:10`, `T08:09:10.5+08:00`, `下午3:05`, `15时30分`, `3:05 PM`, `080910` after eight digits. A time
    with a zone is put on Chinese clocks.
    """
    if text is None:
        return None
    found = _read(text, pivot, epoch)
    if found is None or found.year not in _YEARS or found.date() in PLACEHOLDERS:
        return None
    return found


def calendar_date(text: str | None, *, epoch: date = EPOCH_1900) -> date | None:
    """The date in `2021-03-05`, `2021/3/5`, `2021.3.5`, `20210305`, `2021年3月5日`, `21年3月5日`, `05-3月 -21`,
    `二〇二一年三月五日` or an Excel serial, whatever time of day follows it; None when unreadable, impossible, only
    a month, or a placeholder."""
    found = timestamp(text, epoch=epoch)
    return found.date() if found else None


def birth_date(text: str | None, *, epoch: date = EPOCH_1900) -> date | None:
    """A date as above, with a two-digit year read as the year of a birth."""
    found = timestamp(text, pivot=_BIRTH_PIVOT, epoch=epoch)
    return found.date() if found else None


def month(text: str | None) -> str | None:
    """A month as `YYYY-MM`, from `2025-3`, `2025年03月`, `202503`, `25年3月` or the first day of a month."""
    if text is None:
        return None
    if match := _MONTH.match(text):
        written, number = (part for part in match.groups() if part is not None)
        year = _full_year(written, _PIVOT)
        return f"{year}-{int(number):02d}" if 1 <= int(number) <= 12 and year in _YEARS else None
    first = calendar_date(text)
    return f"{first:%Y-%m}" if first and first.day == 1 else None
