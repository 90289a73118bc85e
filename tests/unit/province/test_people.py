"""People: numbers that are valid and unique, relations that look alike and are two people."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from pipelines.province.days import END
from pipelines.province.justice import old_style
from pipelines.province.live import live
from pipelines.province.lives import Lives
from pipelines.province.numbers import check_digit, resident_number
from pipelines.province.people import RESIDENT
from pipelines.province.places import code_in_year, counties, places, reported_in


@pytest.fixture(scope="module")
def lives() -> Lives:
    return live(4000, 5, relations=4)


def test_numbers_are_unique_and_say_birth_and_sex(lives: Lives) -> None:
    assert len({person.number for person in lives.people}) == len(lives.people)
    for person in lives.people:
        if person.kind == RESIDENT:
            assert check_digit(person.number[:17]) == person.number[17]
            assert person.number[6:14] == f"{person.birth:%Y%m%d}"
            assert int(person.number[16]) % 2 == int(person.sex) % 2


def test_the_check_digit_of_a_published_example() -> None:
    # GB 11643-1999, appendix A.
    assert resident_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"


def test_twins_share_birth_household_and_surname_but_not_the_number(lives: Lives) -> None:
    pairs = [(a, b) for a, b in pairwise(lives.people) if a.trap == b.trap == "twin" and a.birth == b.birth]
    assert len(pairs) > 10
    for one, other in pairs:
        assert one.hukou == other.hukou
        assert one.name[0] == other.name[0]
        assert 1 <= abs(int(other.number[14:17]) - int(one.number[14:17])) <= 4


def test_common_names_collide(lives: Lives) -> None:
    counts = Counter(person.name for person in lives.people)
    assert counts.most_common(1)[0][1] > 5


def test_an_old_number_carries_the_code_the_county_had() -> None:
    assert code_in_year("430182", 2000) == "430124"
    assert code_in_year("430182", 2020) == "430182"
    former = [county for county in counties() if code_in_year(county, 1986) != county]
    assert len(former) > 30


def test_a_code_counts_in_county_prefecture_and_province() -> None:
    assert reported_in("430102") == ("430102", "430100", "430000")
    assert reported_in("430100") == ("430100", "430000")
    assert reported_in("441302") == ()
    assert all(place.short for place in places().values())


def test_nothing_happens_after_the_last_day_but_what_is_still_to_come(lives: Lives) -> None:
    assert all(suspect.arrested <= END for case in lives.cases for suspect in case.suspects)
    assert all(judgment.judged <= END for judgment in lives.judgments)
    assert all(admission.attempted <= END for admission in lives.admissions)
    assert all(since <= END for row in lives.registrations for since, _ in row.statuses)


def test_about_one_in_twenty_of_the_sentenced_is_not_admitted() -> None:
    many = live(20_000, 2)
    ripe = [s for s in many.sentences if (END - s.effective).days > 120]
    assert 0.035 < sum(s.held is None for s in ripe) / len(ripe) < 0.065


def test_the_old_style_of_a_court_number() -> None:
    assert old_style("(2021)湘0102刑初123号") == "（2021）湘0102刑初字第00123号"
    assert old_style("(2021)湘01刑终4号") == "（2021）湘01刑终字第00004号"
