"""How two names stand to each other: equal, one sound, shape or order error apart, shortened, or in conflict."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

NameRelation = Literal["equal", "sound", "shape", "order", "shortened", "conflict", "missing"]

_MASK = re.compile("[某×*○XＸ]")
_FOLDER = Path(__file__).parent / "characters"
# Sounds that speakers of southern Mandarin do not tell apart (zh/z, ch/c, sh/s; n/l and h/f in Hunan; ng/n).
_BLUR_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "f": "h"}


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    with (_FOLDER / "simplified.csv").open(encoding="utf-8", newline="") as stream:
        return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(stream)}


@lru_cache(maxsize=1)
def _similar_shapes() -> frozenset[frozenset[str]]:
    with (_FOLDER / "similar_shapes.csv").open(encoding="utf-8", newline="") as stream:
        return frozenset(
            frozenset((row["character"], other)) for row in csv.DictReader(stream) for other in row["looks_like"]
        )


def name_key(name: str | None) -> str | None:
    """Key of equal names: simplified characters, no separators; traditional forms only serve as this key.

    A masked name (`张某某`, `李**`, 无名氏) says as little as none.
    """
    if not name or name == "无名氏" or (not name.isascii() and _MASK.search(name)):
        return None
    return name.translate(_simplified()).replace("·", "").replace(" ", "") or None


@lru_cache(maxsize=65536)
def _readings(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    return frozenset(_blurred(reading) for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def _blurred(reading: str) -> str:
    for initial, blurred in _BLUR_INITIAL.items():
        if reading.startswith(initial):
            reading = blurred + reading[len(initial) :]
            break
    return reading[:-1] if reading.endswith("ng") else reading


@lru_cache(maxsize=65536)
def _reading(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


def sound_key(key: str | None) -> str | None:
    """Pinyin of a name key without tones, one reading per character."""
    return " ".join(map(_reading, key)) if key else None


def order_key(key: str | None) -> str | None:
    """The characters of a name key in code order: equal for names that differ only in their order."""
    return "".join(sorted(key)) if key else None


def _is_han(key: str) -> bool:
    return not key.isascii()


def _one_edit(left: str, right: str) -> bool:
    """One letter replaced, left out, added, or two neighbours swapped (Latin names of five letters or more)."""
    if min(len(left), len(right)) < 5 or abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    a, b = left[start:], right[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def _same_length(left: str, right: str, *, transliterated: bool) -> NameRelation:
    """Two Han names of one length: a transliterated name is written by sound, whichever characters are chosen."""
    differing = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if transliterated and all(_readings(a) & _readings(b) for a, b in differing):
        return "sound"
    if len(differing) != 1:
        return "conflict"
    a, b = differing[0]
    if _readings(a) & _readings(b):
        return "sound"
    return "shape" if frozenset((a, b)) in _similar_shapes() else "conflict"


def _reordered(left: str, right: str, left_key: str, right_key: str) -> bool:
    parts = [sorted(name.replace("·", " ").split()) for name in (left, right)]
    if len(parts[0]) > 1 and parts[0] == parts[1]:
        return True
    # Two characters changed places; more than that is another name.
    differing = sum(a != b for a, b in zip(left_key, right_key, strict=False))
    return len(left_key) == len(right_key) and differing == 2 and sorted(left_key) == sorted(right_key)


def _shortened(left: str, right: str) -> bool:
    """One of two names with middle dots is the beginning of the other: 吐尔逊 for 吐尔逊·罗布."""
    short, long = sorted((left.split("·"), right.split("·")), key=len)
    return len(short) < len(long) and [*map(name_key, short)] == [*map(name_key, long[: len(short)])]


@lru_cache(maxsize=65536)
def compare_names(left: str | None, right: str | None) -> NameRelation:
    """The relation of two conformed names; symmetric."""
    left_key, right_key = name_key(left), name_key(right)
    if left is None or right is None or left_key is None or right_key is None:
        return "missing"
    if left_key == right_key:
        return "equal"
    if _reordered(left, right, left_key, right_key):
        return "order"
    if _shortened(left, right):
        return "shortened"
    if _is_han(left_key) and _is_han(right_key):
        transliterated = "·" in left and "·" in right
        same_length = len(left_key) == len(right_key)
        return _same_length(left_key, right_key, transliterated=transliterated) if same_length else "conflict"
    if not _is_han(left_key) and not _is_han(right_key) and _one_edit(left_key, right_key):
        return "shape"
    return "conflict"


def best_relation(left: tuple[str | None, ...], right: tuple[str | None, ...]) -> NameRelation:
    """The closest relation between any names (current or former) of two profiles."""
    order: tuple[NameRelation, ...] = ("equal", "order", "sound", "shape", "shortened", "conflict", "missing")
    found = {compare_names(a, b) for a in left for b in right}
    return next(relation for relation in order if relation in found)
