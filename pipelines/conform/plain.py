"""The plain forms nearly every value has, conformed many at once.

Each function says which of some values (distinct ones of a column) have the plain form of a domain and what they
conform to. Whatever has another form is left to the scalar function of the domain, which gives the same for the
plain ones: the tests hold the two together.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.conform import dates, text

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_HAN = r"\x{4E00}-\x{9FFF}"
# Letters, digits and Chinese characters at both ends, the marks of dates and document numbers between them.
_CLEAN = rf"^[0-9A-Za-z{_HAN}](?:[0-9A-Za-z{_HAN} .:/()〔〕-]*[0-9A-Za-z{_HAN}])?$"
# Longer ones may be two names: 张三又名李四.
_NAME = rf"^[{_HAN}]{{2,4}}$"
# 号 (U+53F7) stands at the end alone.
_NO_HAO = r"\x{4E00}-\x{53F6}\x{53F8}-\x{9FFF}"
_POLICE_NUMBER = rf"^[{_NO_HAO}]+(?:\([{_NO_HAO}]+\)[{_NO_HAO}]*)?字〔(?:19|20)[0-9]{{2}}〕[1-9][0-9]{{0,5}}号$"

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int32)
_CHECK_DIGITS = np.frombuffer(b"10X98765432", np.uint8)
# Regions written where the real one is unknown; the scalar function knows all such numbers.
_NO_REGIONS = np.array([0, 111111, 123456], np.int32)
# Which bytes may stand between year, month and day.
_BETWEEN_DIGITS = np.isin(np.arange(256), [ord(mark) for mark in "-/."])
_FIRST_YEAR, _LAST_YEAR = 1901, 2098


class Plain(NamedTuple):
    """Which values have the plain form, and what those conform to, in their order."""

    flags: Flags
    values: pa.Array


class Numbers(NamedTuple):
    """Which values are whole resident numbers with a right check digit, and what shows in those, in their order."""

    flags: Flags
    births: pa.Array
    rounded: Flags
    floated: Flags


def _flags(mask: pa.Array) -> Flags:
    return np.asarray(mask.fill_null(False).to_numpy(zero_copy_only=False))


def _matching(values: pa.Array, pattern: str) -> Plain:
    mask = pc.match_substring_regex(values, pattern)
    return Plain(_flags(mask), values.filter(mask))


def clean(values: pa.Array) -> Plain:
    """Text that is clean already."""
    mask = pc.and_(
        pc.match_substring_regex(values, _CLEAN),
        pc.invert(pc.is_in(pc.utf8_lower(values), pa.array(sorted(text.NOTHING), pa.string()))),
    )
    return Plain(_flags(mask), values.filter(mask))


def person_names(values: pa.Array) -> Plain:
    """Two to four Chinese characters: the name is as written, and no other name beside it."""
    return _matching(values, _NAME)


def case_numbers(values: pa.Array) -> Plain:
    """Numbers of police documents in their canonical spelling."""
    return _matching(values, _POLICE_NUMBER)


def _matrix(values: pa.Array, width: int) -> tuple[Flags, Bytes]:
    """Which values are `width` bytes long, and those as one row of bytes each."""
    mask = pc.equal(pc.binary_length(values), width).fill_null(False)
    chosen = values.filter(mask)
    buffer = chosen.buffers()[2] if len(chosen) else None
    start = chosen.offset * width
    data = np.frombuffer(buffer or b"", np.uint8)[start : start + len(chosen) * width]
    return _flags(mask), data.reshape(-1, width)


def _number(digits: Bytes) -> np.ndarray[Any, np.dtype[np.int32]]:
    """The columns of a matrix of digits as one number per row."""
    powers = 10 ** np.arange(digits.shape[1] - 1, -1, -1, dtype=np.int32)
    number: np.ndarray[Any, np.dtype[np.int32]] = digits.astype(np.int32) @ powers
    return number


@cache
def _calendar() -> tuple[Any, Flags]:
    """Twelve months of 31 days for each year, and which of those days exist and stand for themselves."""
    months = np.arange((_LAST_YEAR - _FIRST_YEAR + 1) * 12) + (_FIRST_YEAR - 1970) * 12
    months = np.repeat(months.astype("datetime64[M]"), 31)
    days = months.astype("datetime64[D]") + np.tile(np.arange(31), len(months) // 31)
    exists = days.astype("datetime64[M]") == months
    return days, exists & ~np.isin(days, np.array(sorted(dates.PLACEHOLDERS), "datetime64[D]"))


def _days(year: Any, month: Any, day: Any) -> tuple[Any, Flags]:
    """Dates of years, months and days, and which of them exist and stand for themselves."""
    days, exists = _calendar()
    within = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    places = np.where(within, ((year - _FIRST_YEAR) * 12 + month - 1) * 31 + day - 1, 0)
    return days[places], within & exists[places]


def _kept(flags: Flags, kept: Flags) -> Flags:
    """`flags` without those of its set places whose `kept` is false."""
    narrowed = flags.copy()
    narrowed[flags] = kept
    return narrowed


def _written_dates(matrix: Bytes) -> tuple[Any, Flags]:
    """Dates of rows that begin with YYYY-MM-DD, YYYY/MM/DD or YYYY.MM.DD, and which rows do."""
    digits = matrix[:, [0, 1, 2, 3, 5, 6, 8, 9]] - ord("0")
    well = (digits <= 9).all(axis=1) & _BETWEEN_DIGITS[matrix[:, [4, 7]]].all(axis=1)
    found, exists = _days(_number(digits[:, :4]), _number(digits[:, 4:6]), _number(digits[:, 6:]))
    return found, well & exists


def calendar_dates(values: pa.Array) -> Plain:
    """`YYYY-MM-DD`, also with `/` or `.`."""
    flags, matrix = _matrix(values, 10)
    found, kept = _written_dates(matrix)
    return Plain(_kept(flags, kept), pa.array(found[kept]))


def timestamps(values: pa.Array) -> Plain:
    """`YYYY-MM-DD HH:MM:SS`, also with `/` or `.` in the date."""
    flags, matrix = _matrix(values, 19)
    found, kept = _written_dates(matrix)
    digits = matrix[:, [11, 12, 14, 15, 17, 18]] - ord("0")
    hour, minute, second = (_number(digits[:, place : place + 2]) for place in (0, 2, 4))
    kept &= (digits <= 9).all(axis=1) & (matrix[:, 10] == ord(" ")) & (matrix[:, [13, 16]] == ord(":")).all(axis=1)
    kept &= (hour <= 23) & (minute <= 59) & (second <= 59)
    seconds = (hour * 3600 + minute * 60 + second).astype("timedelta64[s]")
    return Plain(_kept(flags, kept), pa.array((found.astype("datetime64[us]") + seconds)[kept]))


def resident_numbers(values: pa.Array) -> Numbers:
    """18 digits (the last may be X) with a birth date and a right check digit, of no placeholder's form."""
    flags, matrix = _matrix(values, 18)
    digits = matrix[:, :17] - ord("0")
    kept = (digits <= 9).all(axis=1)
    births, exists = _days(_number(digits[:, 6:10]), _number(digits[:, 10:12]), _number(digits[:, 12:14]))
    kept &= exists & (digits[:, 0] != 9) & ~np.isin(_number(digits[:, :6]), _NO_REGIONS)
    kept &= _CHECK_DIGITS[(digits.astype(np.int32) @ _WEIGHTS) % 11] == matrix[:, 17]
    last = matrix[kept, 17]
    tail = _number(digits[kept, 9:])
    whole = _number(digits[kept, :9]).astype(np.int64) * 10**9 + tail.astype(np.int64) * 10 + (last - ord("0"))
    all_digits = last != ord("X")
    return Numbers(
        _kept(flags, kept),
        pa.array(births[kept]),
        all_digits & (whole % 1000 == 0),
        all_digits & (whole.astype(np.float64).astype(np.int64) == whole),
    )
