"""The truth table for two records with the same valid number."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.cn import ric

from pipelines.link.compatible import (
    birth_in_number,
    compare_births,
    compare_births_under,
    compare_sexes,
    compare_structure,
    judge_same_number,
    sex_in_number,
)
from tests.unit.link.province import resident


@pytest.mark.parametrize(
    ("name", "birth", "sex", "kind"),
    [
        ("equal", "equal", "agree", None),
        ("equal", "equal", "differ", None),
        ("equal", "missing", "agree", None),
        ("equal", "near", "agree", None),
        ("equal", "near", "differ", "typing_error"),
        ("equal", "far", "agree", "typing_error"),
        ("sound", "equal", "agree", None),
        ("shape", "equal", "agree", None),
        ("order", "equal", "agree", None),
        ("sound", "missing", "agree", None),
        ("sound", "equal", "differ", "borrowed_number"),
        ("sound", "near", "agree", "typing_error"),
        ("order", "far", "agree", "borrowed_number"),
        ("shortened", "equal", "agree", None),
        ("shortened", "equal", "differ", "borrowed_number"),
        ("shortened", "near", "agree", "typing_error"),
        ("conflict", "equal", "agree", "duplicate_number"),
        ("conflict", "near", "agree", "borrowed_number"),
        ("conflict", "far", "agree", "borrowed_number"),
        ("conflict", "missing", "agree", "borrowed_number"),
        ("missing", "equal", "agree", "name_missing"),
    ],
)
def test_same_number_is_one_person_only_with_a_compatible_name_and_birth(
    name: str, birth: str, sex: str, kind: str | None
) -> None:
    verdict = judge_same_number(name, birth, sex)
    assert verdict.same is (kind is None)
    assert verdict.kind == kind


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (date(1990, 3, 7), date(1990, 3, 7), "equal"),
        (date(1990, 3, 7), date(1990, 3, 17), "near"),
        (date(1990, 3, 7), date(1990, 8, 7), "near"),
        (date(1990, 3, 7), date(1980, 3, 7), "near"),
        (date(1990, 3, 7), date(1990, 7, 3), "near"),
        (date(1990, 1, 12), date(1991, 0 + 1, 12), "near"),
        (date(1990, 11, 23), date(1990, 12, 13), "near"),
        (date(1990, 3, 7), date(1991, 4, 7), "far"),
        (date(1990, 3, 7), date(1985, 12, 1), "far"),
        (date(1990, 3, 7), None, "missing"),
    ],
)
def test_births_one_field_or_one_transposition_apart_are_near(left: date, right: date | None, relation: str) -> None:
    assert compare_births(left, right) == relation
    assert compare_births(right, left) == relation


def test_two_slips_of_the_date_in_the_number_are_near_each_other() -> None:
    born = date(1990, 3, 7)
    assert compare_births_under(born, date(1980, 3, 7), date(1990, 3, 8)) == "near"
    assert compare_births_under(None, date(1980, 3, 7), date(1990, 3, 8)) == "far"
    assert compare_births_under(born, date(1975, 6, 1), date(1990, 3, 7)) == "far"
    assert compare_births_under(born, None, date(1990, 3, 7)) == "equal"


def test_unknown_sex_agrees_with_any() -> None:
    assert (
        compare_sexes("9", "2")
        == compare_sexes("0", "2")
        == compare_sexes(None, "1")
        == compare_sexes("1", "1")
        == "agree"
    )
    assert compare_sexes("1", "2") == "differ"


def test_birth_and_sex_are_read_from_a_resident_number_alone() -> None:
    assert birth_in_number("resident", resident("19900307", 2)) == date(1990, 3, 7)
    assert sex_in_number("resident", resident("19900307", 2)) == "2"
    assert birth_in_number("passport", "E12345678") is None
    assert sex_in_number("passport", "E12345678") is None


@pytest.mark.parametrize("serial", range(1, 200, 7))
def test_no_two_valid_numbers_are_one_slip_apart(serial: int) -> None:
    """Why no level of the comparison asks for it: the check digit finds every such slip, and its row goes back."""
    number = resident(serial=serial)
    assert ric.calc_check_digit(number) == number[17]
    replaced = {number[:i] + digit + number[i + 1 :] for i in range(18) for digit in "0123456789X"}
    swapped = {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(17)}
    slips = {slip for slip in replaced | swapped if slip != number and "X" not in slip[:17]}
    assert len(slips) > 160
    assert not any(ric.calc_check_digit(slip) == slip[17] for slip in slips)


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (resident(serial=11), resident(serial=12), "region equal, birth equal, sex other; 1 of 17 digits differ"),
        (resident(), resident("19900308"), "region equal, birth other, sex equal; 1 of 17 digits differ"),
        (
            resident(),
            resident(region="430201", serial=2),
            "region other, birth equal, sex other; 3 of 17 digits differ",
        ),
    ],
)
def test_two_numbers_are_compared_by_their_parts(left: str, right: str, told: str) -> None:
    assert compare_structure(left, right) == told
