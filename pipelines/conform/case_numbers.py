"""Numbers of cases and legal documents, written the one way that makes them comparable.

Courts: `(2021)湘0102刑初123号` since 2016; before, `(2015)涟刑初字第45号`, a style prisons still write for
new numbers. Procuratorates and police put the year in 〔〕.
"""

from __future__ import annotations

import re

_OPEN = str.maketrans("[［【〔{", "(((((")
_CLOSE = str.maketrans("]］】〕}", ")))))")
_YEAR = re.compile(r"\((\d{4})\)")
_OLD_STYLE = re.compile(r"字第0*(\d+)号$")
_LEADING_ZEROS = re.compile(r"(?<=\D)0+(\d+)号$")


def case_number(text: str | None) -> str | None:
    """One spelling per number: narrow brackets, court years in (), other years in 〔〕, no 字第, no leading zeros."""
    if text is None:
        return None
    narrow = re.sub(r"\s+", "", text).translate(_OPEN).translate(_CLOSE)
    if narrow.startswith("("):
        # A court's number opens with the year; its serial follows the type letters directly.
        return _OLD_STYLE.sub(r"\1号", narrow)
    return _LEADING_ZEROS.sub(r"\1号", _YEAR.sub(r"〔\1〕", narrow))
