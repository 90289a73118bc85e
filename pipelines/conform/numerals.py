"""Chinese numerals, everyday and formal, as they stand in dates and amounts."""

from __future__ import annotations

import re

_DIGITS = {
    character: digit
    for digit, group in enumerate(
        ("〇零○◯OoО", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in group
}
_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ABBREVIATED = str.maketrans({"廿": "二十", "卅": "三十"})
DIGIT = "[" + "".join(_DIGITS) + "]"
NUMERAL = "[" + "".join(_DIGITS) + "".join(_POWERS) + "廿卅万]"
_WHOLE = re.compile(f"^{NUMERAL}+$")
_NAMES = "零一二三四五六七八九"


def digits(text: str) -> str | None:
    """`二〇二一` read digit by digit; None when a character is no digit."""
    found = [_DIGITS.get(character) for character in text]
    return None if None in found else "".join(map(str, found))


def integer(text: str) -> int | None:
    """`三`, `十二`, `二百零五`, `三万二千`; None for anything else, also for digits in a row."""
    if not _WHOLE.match(text):
        return None
    ten_thousands, mark, rest = text.translate(_ABBREVIATED).rpartition("万")
    high = _below_ten_thousand(ten_thousands) if mark else 0
    low = _below_ten_thousand(rest) if rest else 0
    return None if high is None or low is None or "万" in ten_thousands else high * 10_000 + low


def _below_ten_thousand(text: str) -> int | None:
    total, pending, limit, zero = 0, 0, 10_000, False
    for character in text:
        power = _POWERS.get(character)
        if power is None:
            if pending:
                return None
            pending = _DIGITS[character]
            zero = zero or pending == 0
            continue
        if not pending:
            # A bare 十 stands for 一十; nothing else may stand bare.
            if power != 10 or zero:
                return None
            pending = 1
        if power >= limit:
            return None
        total, pending, limit, zero = total + pending * power, 0, power, False
    # 一百五 is 150 to one reader and 105 to another; 一百零 is a number cut off.
    cut_off = zero and not pending and total
    ambiguous = pending and 10 < limit < 10_000 and not zero
    return None if not text or cut_off or ambiguous else total + pending


def ordinal(number: int) -> str:
    """1 to 99 in everyday numerals: `一`, `十`, `二十三`."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NAMES[ones]
    return ("" if tens == 1 else _NAMES[tens]) + "十" + (_NAMES[ones] if ones else "")
