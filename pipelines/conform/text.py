"""Text as agencies write it: full-width forms, invisible characters, spreadsheet quotes, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

# Full-width ASCII (U+FF01..U+FF5E) lies exactly 0xFEE0 above ASCII; NFKC is not used because it would also
# change characters inside names (compatibility ideographs) and the middle dots we map ourselves.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys(
    (0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x2800, 0x3000, 0x3164), " "
)
# Control characters, soft hyphen, zero-width and direction marks, word joiners, variation selectors, BOM.
_INVISIBLE = dict.fromkeys(
    (
        *(code for code in range(0x20) if code != 0x09),
        *range(0x7F, 0xA0),
        0xAD,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE0100, 0xE01F0),
    )
)
_TABLE = {**_NARROW, **_SPACES, **_INVISIBLE}
# Quotes that force a spreadsheet to keep a number as text; an input method often makes the curly ones.
_QUOTES = "'‘’` "
# The other way to force text: `="430102…"`.
_FORMULA = re.compile(r'^="(.*)"$')

# Every spelling is in lower case. `未知` is not among them: it is a code of GB/T 2261.1.
NOTHING = frozenset(
    {
        *("", "-", "--", "---", "—", "——", "–", "_", "/", "//", "\\", ".", "..", "...", "…", "……"),
        *("*", "**", "***", "?", "??", "???", "。", "、", ",", "~"),
        *("无", "(无)", "空", "(空)", "空白", "缺", "暂缺", "暂无", "没有", "无数据", "无记录", "无此项"),
        *(
            "不详",
            "不祥",
            "不明",
            "未详",
            "未填",
            "未填写",
            "未录入",
            "未登记",
            "未提供",
            "待查",
            "待核",
            "待核实",
            "待补",
        ),
        *("null", "(null)", "<null>", "[null]", "\\n", "none", "nil", "nan", "nat", "n/a", "#n/a", "na", "undefined"),
    }
)


def clean(text: str | None) -> str | None:
    """Narrow full-width characters, drop invisible ones and what forces a spreadsheet to keep text; nothing → None."""
    if text is None:
        return None
    narrowed = text.translate(_TABLE).lstrip(_QUOTES).rstrip(" ")
    while forced := _FORMULA.match(narrowed):
        narrowed = forced.group(1).lstrip(_QUOTES).rstrip(" ")
    return None if narrowed.lower() in NOTHING else narrowed


def over_distinct(values: pd.Series, function: Callable[[Any], Any]) -> pd.Series:
    """Apply a scalar function once per distinct value; the cost follows the distinct values, not the rows."""
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    results = [function(value) for value in distinct]
    # The sentinel -1 of a missing value picks the None appended at the end.
    results.append(None)
    return pd.Series([results[code] for code in codes], index=values.index, dtype=object)
