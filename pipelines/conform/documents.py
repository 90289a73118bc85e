"""Identity documents: kind, comparable number, and what is wrong with it when something is.

Sources: GB 11643-1999 (resident number), the 15-digit form before it, residence permits 81/82/83, the foreign
permanent residence card before and after 2023-12, passes of Hong Kong, Macau and Taiwan residents.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from stdnum.cn import ric

KINDS = {
    "居民身份证": "resident",
    "护照": "passport",
    "港澳居民来往内地通行证": "hk_macau_permit",
    "台湾居民来往大陆通行证": "taiwan_permit",
    "外国人永久居留身份证": "foreign_permanent",
    "无证件": None,
}
_FORMS = {
    "passport": re.compile(r"^[A-Z0-9]{5,17}$"),
    "hk_macau_permit": re.compile(r"^[HM]\d{8}(\d{2})?$"),
    "taiwan_permit": re.compile(r"^\d{8}$"),
    "foreign_permanent": re.compile(r"^([A-Z]{3}\d{12}|9\d{16}[\dX])$"),
}
_FLOAT = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_RESIDENT = re.compile(r"^(\d{15}|\d{17}[\dX])$")
_REPEATED = re.compile(r"^(.)\1+$")


class Document(NamedTuple):
    """`status` is ok, missing, placeholder, malformed, check_digit or float_text; `number` only when ok."""

    kind: str | None
    number: str | None
    status: str


def birth_in_number(number: str) -> date | None:
    """The birth date inside an 18-digit resident number (positions 7 to 14); None when it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _resident(number: str) -> Document:
    if not _RESIDENT.match(number):
        return Document("resident", None, "malformed")
    if len(number) == 15:
        # GB 11643-1999: the short form lacks the century 19 and the check digit.
        body = f"{number[:6]}19{number[6:]}"
        number = body + ric.calc_check_digit(body + "0")
    if birth_in_number(number) is None:
        return Document("resident", None, "malformed")
    if ric.calc_check_digit(number) != number[17]:
        return Document("resident", None, "check_digit")
    return Document("resident", number, "ok")


def identity_document(kind_text: str | None, number_text: str | None) -> Document:
    """Kind and number of an identity document, both already cleaned.

    A placeholder (one digit repeated) counts as missing. A kind left out, or `无证件` beside a number, is read
    off the number when that is a resident number. A valid check digit proves the number, never the person.
    """
    kind = KINDS.get(kind_text) if kind_text else None
    if number_text is None:
        return Document(None, None, "missing")
    number = number_text.upper().replace(" ", "")
    if _REPEATED.match(number):
        return Document(None, None, "placeholder")
    if _FLOAT.match(number):
        return Document(kind, None, "float_text")
    if kind == "resident" or kind is None:
        return _resident(number)
    if kind == "foreign_permanent" and number[0] == "9" and len(number) == 18:
        valid = _FORMS[kind].match(number) and ric.calc_check_digit(number) == number[17]
        return Document(kind, number, "ok") if valid else Document(kind, None, "check_digit")
    if not _FORMS[kind].match(number):
        return Document(kind, None, "malformed")
    return Document(kind, number, "ok")


def looks_rounded(number_text: object) -> bool:
    """Whether a long number ends in 000, as every number does after a spreadsheet kept only 15 digits."""
    return isinstance(number_text, str) and len(number_text) == 18 and number_text.endswith("000")
