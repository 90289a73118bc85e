"""Names of persons: one spelling for comparison, remarks in brackets set apart.

Keys over a name (simplified characters, pinyin, order) belong to the linkage; here nothing is lost that tells two
names apart. The separator of transliterated names is U+00B7 (GB 18030 A1A4).
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_DOTS = re.compile(r" ?[·．•・‧∙⋅･・․⸱᛫・﹒.。｡][·．•・‧∙⋅･・․⸱᛫・﹒.。｡ ]*")
_SPACES = re.compile(r"\s+")
_BRACKETS = str.maketrans("[［【〔{<《〈「『", "((((((((((") | str.maketrans("]］】〕}>》〉」』", "))))))))))")
_REMARK = re.compile(r"\(([^()]*)\)?|\)")
# Words that open another name of the same person: those under which a person is registered elsewhere …
_OTHER_NAME = r"曾用名|原名|又名|别名|化名|亦名|本名|现名|自报名"
# … and those that name nobody in a register.
_NICKNAME = r"绰号|外号|诨号|小名|乳名|网名|昵称|人称"
# Of somebody without papers: `自报名张三`.
_SELF_REPORTED = re.compile(r"^自报名?\s*:?\s*(?=.{2})")
_OPENED = re.compile(rf"^(?:(?P<other>{_OTHER_NAME})|(?P<nick>{_NICKNAME}))\s*[:为是]?\s*(?P<name>.*)$")
_UNBRACKETED = re.compile(rf"^(?P<name>.{{2,}}?)[,、;/ ]*(?P<remark>(?:{_OTHER_NAME}|{_NICKNAME})\s*[:为是]?.{{2,}})$")
# The longest names of the standard have 50 characters; a text of several hundred has no remark to split off.
_LONGEST = 300


class NameParts(NamedTuple):
    """A name as registered, and the other name its remark gives, both ready for comparison."""

    name: str | None
    other_name: str | None


def _spelled(text: str) -> str | None:
    """One middle dot, no spaces or quotes within Han names, Latin names upper-case with single spaces."""
    dotted = _DOTS.sub("·", _SPACES.sub(" ", text)).strip("· ,、;:/")
    if _HAN.search(dotted):
        return dotted.replace(" ", "") or None
    return _latin(dotted)


def _latin(text: str) -> str | None:
    # Composed letters, so that a diacritic typed apart is the same letter; Han is never normalised.
    upper = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.replace(",", " ")).upper())
    return _SPACES.sub(" ", upper).strip() or None


def name_parts(text: str | None) -> NameParts:
    """Split `张三(曾用名李四)`, `张三又名李四`, `张三(外号老三)` or `张三(女)` into the name and the other name.

    Nicknames and other remarks are dropped here; the text as it came stays with the row. Text that is nothing but
    a bracket is a name in brackets.
    """
    if text is None:
        return NameParts(None, None)
    if len(text) > _LONGEST:
        return NameParts(_spelled(text), None)
    bracketed = _SELF_REPORTED.sub("", text.translate(_BRACKETS))
    outside, remarks = _REMARK.sub(" ", bracketed).strip(), _REMARK.findall(bracketed)
    if not outside:
        outside, remarks = next((remark for remark in remarks if remark.strip()), ""), []
    if split := _UNBRACKETED.match(outside):
        outside, remarks = split["name"], [split["remark"], *remarks]
    opened = (_OPENED.match(remark.strip()) for remark in remarks)
    other = next((found["name"] for found in opened if found and found["other"]), None)
    return NameParts(_spelled(outside), _spelled(other) if other else None)


def person_name(text: str | None) -> str | None:
    """The name for comparison, without its remarks."""
    return name_parts(text).name


def other_name(text: str | None) -> str | None:
    """The former or other name written as a remark beside the name."""
    return name_parts(text).other_name
