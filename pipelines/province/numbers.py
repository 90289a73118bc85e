"""Numbers of identity documents.

GB 11643-1999: six digits of the county that issued the number, eight of the birth date, a serial of three (odd for
men), a check digit (weights 2^(18-i) modulo 11).
"""

from __future__ import annotations

from datetime import date

_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_CHECK = "10X98765432"


def check_digit(body: str) -> str:
    """The eighteenth character of seventeen digits."""
    total = 0
    for digit, weight in zip(body, _WEIGHTS, strict=True):
        total += int(digit) * weight
    return _CHECK[total % 11]


def resident_number(region: str, birth: date, serial: int) -> str:
    """A valid resident number."""
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def short_form(number: str) -> str | None:
    """The 15-digit number of before 1999, which lacks the century and the check digit; None for later births."""
    return number[:6] + number[8:17] if number[6:8] == "19" else None
