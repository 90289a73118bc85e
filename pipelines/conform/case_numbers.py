"""Numbers of cases and legal documents, written the one way that makes them comparable, and taken apart.

Courts: `(2021)湘0102刑初123号` since 2016; before, `(2015)涟刑初字第45号`, a style prisons still write for new
numbers. Procuratorates (`珠检公诉刑诉〔2017〕127号`) and police (`长公(禁)立字〔2021〕123号`) put the year in 〔〕.
Other registers' numbers (`H0001`) pass through.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from pipelines.conform import numerals


class CaseNumber(NamedTuple):
    """The parts of a number.

    `office` is a court's or office's short name (湘0102, 珠检, 长公); `section` the department that numbers
    (禁, 公诉, 一部), `letters` the type (刑初, 刑诉, 立字); `serial` digits, with the letter Z procuratorates put
    before them; `suffix` numbers the documents of one case (之一 is 1).
    """

    kind: Literal["court", "procuratorate", "police"]
    year: int
    office: str
    section: str | None
    letters: str
    serial: str
    suffix: int | None


_NARROW = str.maketrans("[［【〔{<《（]］】〕}>》）", "((((((((" + "))))))))")
_SPACES = re.compile(r"\s+")
_LABEL = re.compile(r"^(?:案号|文号|案件编号|编号|判决书?号?|裁定书?号?):")
_BARE_YEAR = re.compile(r"^(\d{4})(?=[^\W\d_].*[刑民执行].*号)")
_YEAR = re.compile(r"\((\d{4})\)")
# A serial at the end: 第0123号, 123号之一, 123号-1, 123-1号, 123.
_END = re.compile(
    rf"(?:字第|第|字(?=0*\d+号?$))?(?P<letter>Z?)(?P<serial>\d+)"
    rf"(?:-(?P<inner>\d{{1,2}}))?号?(?:(?:之|-)(?P<outer>\d{{1,2}}|{numerals.NUMERAL}{{1,3}}))?$"
)
_BETWEEN = re.compile(r"[、,;/]|(?<=号)[和及与]|(?<=号)(?=\(\d{4}\))")
_CONTINUED = re.compile(r"^Z?\d+(?:-\d{1,2})?号?(?:之.{1,3})?$")

# Most numbers come in the one spelling already; this sees it in a tenth of the time.
_PLAIN = r"[^\d\s()\[\]{}<>（）［］【】〔〕｛｝《》字第号、,;/:]"
_SETTLED = re.compile(
    rf"^(?:\(\d{{4}}\){_PLAIN}{{1,4}}\d{{0,4}}{_PLAIN}{{1,8}}|{_PLAIN}+(?:\({_PLAIN}+\){_PLAIN}+)?字?〔\d{{4}}〕)[1-9]\d*号$",
    re.ASCII,
)
# No list of numbers is longer; a longer text is no number and is left as it is.
_LONGEST = 500

_COURT = re.compile(
    r"^\((?P<year>\d{4})\)(?P<office>\D{1,4}?\d{0,4})(?P<letters>少?[刑民执行减假赔监财辖认知破清请保援][^\d号]{0,6}?)(?:字第)?"
    r"(?P<serial>\d+)号(?:之(?P<suffix>.{1,3}))?$"
)
_OFFICE = re.compile(
    r"^(?P<office>[^()〔〕]*?(?:(?P<procuratorate>检)|(?P<police>公)))(?P<middle>[^〔〕]*)〔(?P<year>\d{4})〕"
    r"(?P<serial>Z?\d+)号(?:之(?P<suffix>.{1,3}))?$"
)
_PROCURATORATE_SECTION = re.compile(
    r"^(公诉|侦监|未检|审查逮捕|批捕监督|诉讼监督|执检|刑检|第?[一二三四五六七八九十]+(?:检察)?部)(?=.)"
)
_POLICE_SECTION = re.compile(r"^(?P<place>[^()]*)\((?P<section>[^()]+)\)(?P<letters>.+)$")


def _suffix(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if written.isdecimal() else numerals.integer(written)


def _ended(text: str, *, court: bool) -> str:
    """The end of a number in one spelling: no 第, no leading zeros, 号, the suffix in Chinese numerals."""
    match = _END.search(text)
    if not match:
        return text
    head = text[: match.start()]
    # The type letters of police documents end in 字; those of courts did only before 2016.
    if not court and match.group().startswith("字"):
        head += "字"
    suffix = _suffix(match["inner"] or match["outer"])
    tail = f"之{numerals.ordinal(suffix)}" if suffix and suffix < 100 else ""
    return f"{head}{match['letter']}{match['serial'].lstrip('0') or '0'}号{tail}"


def _one(text: str) -> str:
    if _BARE_YEAR.match(text):
        text = _BARE_YEAR.sub(r"(\1)", text)
    if not _YEAR.search(text):
        return re.sub(r"(?<=\D)0+(\d+)号$", r"\1号", text)
    if _YEAR.match(text):
        # A court's number opens with the year; its serial follows the type letters directly.
        return _ended(text, court=True)
    return _ended(_YEAR.sub(r"〔\1〕", text), court=False)


def _several(text: str) -> list[str]:
    """Each number of a text; `…刑初123号、124号` continues the number before it."""
    narrow = _LABEL.sub("", _SPACES.sub("", text).translate(_NARROW))
    if not _YEAR.search(narrow) and not _BARE_YEAR.match(narrow):
        return [_one(narrow)] if narrow else []
    found: list[str] = []
    for part in filter(None, _BETWEEN.split(narrow)):
        continues = found and _CONTINUED.match(part)
        found.append(_one(_head(found[-1]) + part if continues else part))
    return found


def _head(number: str) -> str:
    match = _END.search(number)
    return number[: match.start()] if match else number


def case_number(text: str | None) -> str | None:
    """One spelling per number: narrow brackets, court years in (), other years in 〔〕, no 字第, no leading zeros,
    号 at the end, 之一 for -1. Several numbers are joined by `、`."""
    if text is None or _SETTLED.match(text) or len(text) > _LONGEST:
        return text
    return "、".join(dict.fromkeys(_several(text))) or None


def parse_all(text: str | None) -> tuple[CaseNumber, ...]:
    """The parts of every number in a text that is a number of a court, a procuratorate or the police."""
    found = (_parse_one(number) for number in _several(text)) if text and len(text) <= _LONGEST else ()
    return tuple(number for number in found if number)


def parse(text: str | None) -> CaseNumber | None:
    """The parts of a text that holds exactly one such number, else None."""
    numbers = _several(text) if text and len(text) <= _LONGEST else []
    return _parse_one(numbers[0]) if len(numbers) == 1 else None


def _parse_one(number: str) -> CaseNumber | None:
    if match := _COURT.match(number):
        return CaseNumber(
            "court",
            int(match["year"]),
            match["office"],
            None,
            match["letters"],
            match["serial"],
            _suffix(match["suffix"]),
        )
    match = _OFFICE.match(number)
    if not match:
        return None
    kind: Literal["procuratorate", "police"] = "procuratorate" if match["procuratorate"] else "police"
    split = _procuratorate(match) if match["procuratorate"] else _police(match)
    if split is None:
        return None
    return CaseNumber(kind, int(match["year"]), *split, match["serial"], _suffix(match["suffix"]))


def _procuratorate(match: re.Match[str]) -> tuple[str, str | None, str] | None:
    middle = match["middle"].replace("(", "").replace(")", "")
    section = _PROCURATORATE_SECTION.match(middle)
    letters = middle[section.end() :] if section else middle
    return (match["office"], section.group() if section else None, letters) if letters else None


def _police(match: re.Match[str]) -> tuple[str, str | None, str] | None:
    """`长公芙(禁)强戒决字`: the station may follow 公, the section stands in brackets."""
    middle = match["middle"]
    if section := _POLICE_SECTION.match(middle):
        return match["office"] + section["place"], section["section"], section["letters"]
    return (match["office"], None, middle) if middle and "(" not in middle else None
