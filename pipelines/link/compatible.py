"""Whether two profiles with the same document number are one person: the truth table of the identity rules."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from pipelines.link.names import NameRelation

BirthRelation = Literal["equal", "near", "far", "missing"]
SexRelation = Literal["agree", "differ"]
Kind = Literal["borrowed_number", "duplicate_number", "typing_error", "name_missing"]

# GB/T 2261.1: unknown, and not stated.
UNKNOWN_SEXES = frozenset({"0", "9"})


class Verdict(NamedTuple):
    """`same` means certain; otherwise `kind` says what a clerk is to look at."""

    same: bool
    kind: Kind | None


SAME = Verdict(True, None)


def compare_births(left: date | None, right: date | None) -> BirthRelation:
    """Equal, one field or one transposition apart (`near`), further apart, or one of them unknown."""
    if left is None or right is None:
        return "missing"
    if left == right:
        return "equal"
    fields = (left.year != right.year) + (left.month != right.month) + (left.day != right.day)
    if fields != 2:
        return "near" if fields == 1 else "far"
    a, b = f"{left:%Y%m%d}", f"{right:%Y%m%d}"
    differing = [i for i in range(8) if a[i] != b[i]]
    swapped = len(differing) == 2 and differing[1] == differing[0] + 1 and sorted(a) == sorted(b)
    day_and_month = left.year == right.year and left.month == right.day and left.day == right.month
    return "near" if swapped or day_and_month else "far"


def compare_births_under(number_birth: date | None, left: date | None, right: date | None) -> BirthRelation:
    """The relation of two births under one number: each is measured against the birth inside the number.

    Two different slips of one date are both near it, though they may be far from each other. A birth left out
    counts as the one in the number.
    """
    relation = compare_births(left or number_birth, right or number_birth)
    if relation == "far" and number_birth is not None:
        around = {compare_births(number_birth, left), compare_births(number_birth, right)}
        return "near" if around <= {"equal", "near"} else "far"
    return relation


def compare_sexes(left: str | None, right: str | None) -> SexRelation:
    """Differ only when both are known and unequal."""
    known = {left, right} - {None} - UNKNOWN_SEXES
    return "differ" if len(known) == 2 else "agree"


def judge_same_number(name: NameRelation, birth: BirthRelation, sex: SexRelation) -> Verdict:
    """The truth table for two profiles that carry the same valid number.

    A birth left out counts as the one in the number. A name one error apart, or a shortened one, needs the same
    sex: twins of different sex have such names.
    """
    if name == "missing":
        return Verdict(False, "name_missing")
    births_agree = birth in ("equal", "missing")
    if name == "equal":
        if births_agree or (birth == "near" and sex == "agree"):
            return SAME
        return Verdict(False, "typing_error")
    if name in ("sound", "shape", "order", "shortened"):
        if births_agree and sex == "agree":
            return SAME
        return Verdict(False, "typing_error" if sex == "agree" and birth == "near" else "borrowed_number")
    # Two names that have nothing to do with each other: the number was issued twice when both were born on the
    # day it says; otherwise one of them used the other's.
    return Verdict(False, "duplicate_number" if birth == "equal" else "borrowed_number")


def birth_in_number(kind: str | None, number: str | None) -> date | None:
    """The birth date inside an 18-digit resident number (GB 11643, positions 7 to 14)."""
    if kind != "resident" or number is None or len(number) != 18:
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_in_number(kind: str | None, number: str | None) -> str | None:
    """The sex inside an 18-digit resident number: an odd 17th digit is male (GB 11643)."""
    if kind != "resident" or number is None or len(number) != 18:
        return None
    return "1" if int(number[16]) % 2 else "2"


def compare_structure(left: str, right: str) -> str:
    """How two different resident numbers stand to each other, part by part (GB 11643), in words without any digit."""
    parts = (("region", slice(0, 6)), ("birth", slice(6, 14)))
    told = [f"{part} {'equal' if left[place] == right[place] else 'other'}" for part, place in parts]
    sexes = compare_sexes(sex_in_number("resident", left), sex_in_number("resident", right))
    # The last digit follows from the others.
    digits = sum(a != b for a, b in zip(left[:17], right[:17], strict=True))
    return f"{', '.join(told)}, sex {'equal' if sexes == 'agree' else 'other'}; {digits} of 17 digits differ"
