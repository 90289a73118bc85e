"""Administrative divisions by date: a code or a name path to a code in force.

Source of the intervals: GB/T 2260 of every year since 1981, to the year. Codes are reused and divide, so a code is
never mapped to another code: a retired one stays as it was written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple


class Division(NamedTuple):
    """One code under one name from `first_year` to `last_year` (None: still in force)."""

    code: str
    name: str
    province: str
    prefecture: str
    first_year: int
    last_year: int | None


# Six digits, or nine or twelve with the township and village; a province has no townships of its own.
_CODE = re.compile(r"^(\d{6})(?:0{3}|0{6}|(?<!0000)\d{3}(?:\d{3})?)?(?:\.0+)?$", re.ASCII)
_SEPARATORS = re.compile(r"[\s/>|,、·.\-_]+")
# Levels that the standard inserts and nobody lives in.
_INSERTED = re.compile(r"(?<=.)(?:市辖区|(?:省|自治区)?直辖县级行政(?:区划|单位)|市辖县)(?=.)")
_ETHNIC = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|"
    "景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|"
    "保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_SUFFIX = re.compile(
    rf"^(.{{2,}}?)(?:(?:(?:{_ETHNIC})族?)*(?:自治区|自治州|自治县|自治旗)|特别行政区|省|地区|林区|市|盟|县|区|旗)$"
)
# No path of divisions is longer; what follows is a street.
_LONGEST = 45


def _spellings(name: str) -> tuple[str, ...]:
    """A name and its short forms: 湘西土家族苗族自治州, 湘西自治州, 湘西州, 湘西."""
    match = _SUFFIX.match(name)
    if not match:
        return (name,)
    short = match.group(1)
    return (name, f"{short}自治州", f"{short}州", short) if name.endswith("自治州") else (name, short)


def _above(division: Division) -> frozenset[str]:
    """What may stand before a division's own name in a path; never nothing."""
    prefectures = _spellings(division.prefecture) if division.prefecture not in ("", "直辖") else ()
    provinces = _spellings(division.province)
    both = {province + prefecture for province in provinces for prefecture in prefectures}
    return frozenset(both | set(provinces) | set(prefectures))


class Regions:
    """The divisions of the country with the years they were in force."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._divisions: dict[str, list[Division]] = defaultdict(list)
        for row in rows:
            last = row["valid_to_year"]
            self._divisions[row["region_code"]].append(
                Division(
                    row["region_code"],
                    row["region_name"],
                    row["province_name"],
                    "" if row["prefecture_name"] == row["region_name"] else row["prefecture_name"],
                    int(row["valid_from_year"]),
                    int(last) if last else None,
                )
            )

    @cached_property
    def _by_name(self) -> dict[str, list[Division]]:
        """Divisions under each spelling of their own name."""
        found: dict[str, list[Division]] = defaultdict(list)
        for divisions in self._divisions.values():
            for division in divisions:
                for spelling in _spellings(division.name):
                    found[spelling].append(division)
        return found

    def __len__(self) -> int:
        """How many codes there have been."""
        return len(self._divisions)

    def existed(self, code: str) -> bool:
        """Whether the code has been in force at some time."""
        return code in self._divisions

    def in_force(self, code: str, on: date) -> bool:
        """Whether the code was in force on a date. The year a code changed in belongs to the old and the new."""
        return any(_covers(division, on) for division in self._divisions.get(code, ()))

    def named(self, path: str) -> list[Division]:
        """Divisions a name path may mean: `湖南省长沙市芙蓉区`, `湖南长沙芙蓉区`, `长沙市芙蓉区`, `芙蓉区`.

        A street may follow a path of two levels or more. A short form without its suffix needs a level above it.
        """
        text = _INSERTED.sub("", _SEPARATORS.sub("", path))
        whole = [found for found in self._by_name.get(text, ()) if found.name == text or found.code.endswith("0000")]
        return whole or next(filter(None, (list(self._below(head)) for head in _heads(text))), [])

    def _below(self, path: str) -> Iterator[Division]:
        for cut in range(2, len(path) - 1):
            for division in self._by_name.get(path[cut:], ()):
                if path[:cut] in _above(division):
                    yield division


def _heads(text: str) -> Iterator[str]:
    """The text, then its beginnings that end like a division, longest first."""
    yield text[:_LONGEST]
    for end in range(min(len(text) - 1, _LONGEST), 3, -1):
        if text[end - 1] in "县区市旗":
            yield text[:end]


def _covers(division: Division, on: date) -> bool:
    return division.first_year <= on.year and (division.last_year is None or on.year <= division.last_year)


def _only_code(divisions: Iterable[Division]) -> str | None:
    found = {division.code for division in divisions}
    return found.pop() if len(found) == 1 else None


def _code_of_name(text: str, regions: Regions, on: date | None) -> str | None:
    """The one code that bears the name at the date, or else the one code that ever bore it."""
    named = regions.named(text)
    then = [division for division in named if (division.last_year is None if on is None else _covers(division, on))]
    return _only_code(then) or _only_code(d for d in then if d.last_year != (on and on.year)) or _only_code(named)


def region_code(text: str | None, regions: Regions, on: date | None = None) -> str | None:
    """The six digits of a 6-, 9- or 12-digit code that has ever been in force, or of a name that means one code.

    None when the code never existed, or when the name is unknown or means several divisions at the date.
    """
    if text is None:
        return None
    if match := _CODE.match(text):
        return match.group(1) if regions.existed(match.group(1)) else None
    return _code_of_name(text, regions, on)
