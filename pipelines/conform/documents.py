"""Identity documents: kind, comparable number, and what is wrong with it when something is.

Sources: GB 11643-1999 (resident number), the 15-digit form before it, residence permits 81/82/83 (2018), which
share its number space, the foreign permanent residence card before and after 2023-12, passes of Hong Kong, Macau
and Taiwan residents. Whether a region prefix is known and whether one number serves many names is judged later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from stdnum.cn import ric

from pipelines.conform import codes

_FORMS = {
    "passport": re.compile(r"^(?=.*\d)([A-Z0-9]{5,17})$", re.ASCII),
    # The last two digits count how often the pass was renewed; the number before them stays with the person.
    "hk_macau_permit": re.compile(r"^([HM]\d{8})(?:\d{2})?$", re.ASCII),
    "taiwan_permit": re.compile(r"^(\d{8})(?:\d{2})?(?:\([A-Z]\))?$", re.ASCII),
    "foreign_permanent": re.compile(r"^([A-Z]{3}\d{12})$", re.ASCII),
}
_CHECKED = re.compile(r"^\d{6}(?:18|19|20)\d{9}[\dX]$", re.ASCII)
_SHORT = re.compile(r"^\d{15}$", re.ASCII)
_FLOAT = re.compile(r"^(?:\d\.\d+E\+?\d{1,2}|\d(?:\.\d+)?E\+\d{1,2}|\d{16,}\.0+|\d{1,3}(?:,\d{3}){5})$", re.ASCII)
_WHOLE_FLOAT = re.compile(r"^(\d{1,15})\.0+$", re.ASCII)
_LABEL = re.compile(r"^([^\x00-\x7f]+)[:\-]?(.+)$")
_COUNTRY_CODE = re.compile(r"^([A-Z]{3})[-:/]([A-Z0-9]+)$", re.ASCII)
_PASSPORT = re.compile(r"^(.*?)[(\-]?护照[(\-]?(.*?)\)?$")
# Numbers nobody has: counted up or down, a region that never was, nothing after the region, a birth nobody knew.
_COUNTED = ("01234567890123456789012345", "98765432109876543210")
_NOBODY = re.compile(
    r"^(?:(?:123456|000000|111111|999999)\d{8,11}[\dX]|\d{6}(?:0{9}|0{12})|\d{6}(?:19000101\d{3}[\dX]|000101\d{3}))$",
    re.ASCII,
)
# A letter of another alphabet that looks like the check digit X.
_LOOKS_LIKE_X = str.maketrans("×ХΧ", "XXX")


class Document(NamedTuple):
    """`status` is ok, missing, placeholder, malformed, check_digit or float_text; `number` only when ok.

    `country` is the issuing country of a passport (ISO 3166-1 alpha-3) where the agency names it.
    """

    kind: str | None
    number: str | None
    status: str
    country: str | None = None


def document_kind(
    text: str | None, kinds: codes.Table, countries: Mapping[str, str]
) -> tuple[codes.Reading | None, str | None]:
    """The kind a word stands for and the country in it: `缅甸护照`, `护照(缅甸)`; None when the kind is unknown."""
    if text is None:
        return None, None
    if known := codes.reading(text, kinds):
        return known, None
    match = _PASSPORT.match(codes.key(text))
    if not match:
        return None, None
    country = countries.get(match.group(1) or match.group(2))
    return (codes.reading("护照", kinds), country) if country else (None, None)


def id_type(text: str | None, kinds: codes.Table, countries: Mapping[str, str]) -> str | None:
    """The canonical name of a kind of document, or None."""
    kind, _ = document_kind(text, kinds, countries)
    return kind.name if kind else None


def birth_in_number(number: str) -> date | None:
    """The birth date inside an 18-digit resident number (positions 7 to 14); None when it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _checked(kind: str, number: str) -> Document:
    """Form, birth date and check digit of an 18-digit number."""
    if not _CHECKED.match(number) or birth_in_number(number) is None:
        return Document(kind, None, "malformed")
    valid = ric.calc_check_digit(number) == number[17]
    return Document(kind, number, "ok") if valid else Document(kind, None, "check_digit")


def _resident(text: str) -> Document:
    number = text.replace("-", "")
    if _SHORT.match(number):
        # GB 11643-1999: the short form lacks the century 19 and the check digit.
        body = f"{number[:6]}19{number[6:]}"
        number = body + ric.calc_check_digit(body + "0")
    # No division starts with 9: that is the card for foreigners, whatever the kind says.
    return _checked("foreign_permanent" if number.startswith("9") and len(number) == 18 else "resident", number)


def _is_placeholder(number: str) -> bool:
    counted = len(number) > 5 and any(number in series for series in _COUNTED)
    return counted or len(set(number)) == 1 or _NOBODY.match(number) is not None


def _written(text: str, countries: Mapping[str, str]) -> tuple[str, str | None]:
    """The number as its form has it, and the country before it."""
    if _CHECKED.match(text):
        return text, None
    number, country = _without_label(text.replace(" ", "").translate(_LOOKS_LIKE_X).upper(), countries)
    whole = _WHOLE_FLOAT.match(number)
    return (whole.group(1) if whole else number), country


def _without_label(text: str, countries: Mapping[str, str]) -> tuple[str, str | None]:
    """The number without a word or country before it, and that country."""
    if match := _COUNTRY_CODE.match(text):
        country = countries.get(match.group(1))
        return (match.group(2), country) if country else (text, None)
    if match := _LABEL.match(text):
        return match.group(2), countries.get(match.group(1))
    return text, None


def identity_document(
    kind_text: str | None, number_text: str | None, kinds: codes.Table, countries: Mapping[str, str]
) -> Document:
    """Kind and number of an identity document, both already cleaned.

    A placeholder counts as missing. A kind left out, or `无证件` beside a number, is read off the number when that
    is a resident number; a resident number also overrules a kind whose form it does not have. A valid check digit
    proves the number, never the person.
    """
    if number_text is None:
        return Document(None, None, "missing")
    meant, country = document_kind(kind_text, kinds, countries)
    kind = (meant.code or None) if meant else None
    number, named = _written(number_text, countries)
    if _is_placeholder(number):
        return Document(None, None, "placeholder")
    if _FLOAT.match(number):
        return Document(kind, None, "float_text")
    if kind is None or kind == "resident":
        return _resident(number)
    if match := _FORMS[kind].match(number):
        return Document(kind, match.group(1), "ok", (country or named) if kind == "passport" else None)
    if kind == "foreign_permanent" and number.startswith("9"):
        return _checked(kind, number)
    resident = _checked("resident", number)
    return resident if resident.number else Document(kind, None, "malformed")


def _digits_of_long_number(number_text: object) -> str | None:
    if not isinstance(number_text, str) or len(number_text) != 18:
        return None
    return number_text if number_text.isascii() and number_text.isdigit() else None


def looks_rounded(number_text: object) -> bool:
    """Whether a long number ends in 000, as every number does after a spreadsheet kept only 15 digits.

    By chance one number in a thousand does, so this says something about a column, not about a number.
    """
    number = _digits_of_long_number(number_text)
    return number is not None and number.endswith("000")


def looks_floated(number_text: object) -> bool:
    """Whether a long number is one that a 64-bit float can hold, as every number is after passing through one.

    Between 4·10^17 and 5·10^17 floats lie 64 apart, so by chance one number in 64 does.
    """
    number = _digits_of_long_number(number_text)
    return number is not None and int(float(number)) == int(number)
