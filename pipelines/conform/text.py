"""Text as agencies write it: full-width forms, invisible spaces, spreadsheet quotes, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

# Full-width ASCII (U+FF01..U+FF5E) lies exactly 0xFEE0 above ASCII; NFKC is not used because it would also
# change characters inside names (compatibility ideographs) and the middle dots we map ourselves.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys((0x3000, 0x00A0, 0x2002, 0x2003, 0x2007, 0x202F, 0x0009), " ")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF, 0x000D, 0x000A))
_TABLE = {**_NARROW, **_SPACES, **_INVISIBLE}

NOTHING = frozenset({"", "不详", "无", "-", "--", "—", "——", "/", "\\", "未填", "暂无", "null", "none", "nan"})


def clean(text: str | None) -> str | None:
    """Narrow full-width characters, drop invisible ones and a spreadsheet's leading quote; nothing → None."""
    if text is None:
        return None
    narrowed = text.translate(_TABLE).strip()
    if narrowed.startswith("'"):
        narrowed = narrowed[1:].strip()
    return None if narrowed.lower() in NOTHING else narrowed


def over_distinct(values: pd.Series, function: Callable[[Any], Any]) -> pd.Series:
    """Apply a scalar function once per distinct value; the cost follows the distinct values, not the rows."""
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    results = [function(value) for value in distinct]
    # The sentinel -1 of a missing value picks the None appended at the end.
    results.append(None)
    return pd.Series([results[code] for code in codes], index=values.index, dtype=object)


_DOTS = re.compile(r"\s*[·．•・‧∙⋅･.]\s*")
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003134f]")


def person_name(text: str | None) -> str | None:
    """A name for comparison: one middle dot (U+00B7), no spaces within Han names, Latin names upper-case."""
    if text is None:
        return None
    dotted = _DOTS.sub("·", text).strip("·")
    if _HAN.search(dotted):
        return re.sub(r"\s+", "", dotted) or None
    return re.sub(r"\s+", " ", dotted).upper() or None
