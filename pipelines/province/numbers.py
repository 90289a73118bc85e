"""Numbers of identity documents.

GB 11643-1999: six digits of the county that issued the number, eight of the birth date, a serial of three (odd for
men), a check digit (weights 2^(18-i) modulo 11).
"""

from __future__ import annotations

from datetime import date
from operator import mul

_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_CHECK = "10X98765432"


def check_digit(body: str) -> str:
    """The eighteenth character of seventeen digits."""
    return _CHECK[sum(map(mul, map(int, body), _WEIGHTS)) % 11]


def resident_number(region: str, birth: date, serial: int) -> str:
    """A valid resident number."""
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


# GB 32100-2015: characters of a credit code in order of value; GB 11714 weighs the organisation's number in it.
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_check(body: str) -> str:
    """The ninth character of an organisation number of eight characters (GB 11714, modulo 11)."""
    values = (_ORGANISATION_CHARACTERS.index(character) for character in body)
    rest = 11 - sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def credit_check(body: str) -> str:
    """The eighteenth character of a unified social credit code (GB 32100, weights 3^(i-1) modulo 31)."""
    total = sum(_CREDIT_CHARACTERS.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return _CREDIT_CHARACTERS[-total % 31]


def credit_code(region: str, serial: int) -> str:
    """A valid unified social credit code of an enterprise (91) registered in a county."""
    organisation = f"{serial:08d}"
    body = f"91{region}{organisation}{organisation_check(organisation)}"
    return body + credit_check(body)


def short_form(number: str) -> str | None:
    """The 15-digit number of before 1999, which lacks the century and the check digit; None for later births."""
    return number[:6] + number[8:17] if number[6:8] == "19" else None
