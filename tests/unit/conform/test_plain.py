"""What is conformed many at once is what the scalar functions make of each value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.codes import code_tables
from pipelines.conform import case_numbers, dates, documents, names, plain, text
from tests.pipeline.exports import number

HAN = st.sampled_from("张三李四又名原绰号外本现曾用无不详字第号之一年月日公检禁〇")
DIGITS = st.sampled_from("0123456789")
DATES = (
    st.dates().map(str)
    | st.builds("{0:%Y}{1}{0:%m}{2}{0:%d}".format, st.dates(), st.sampled_from("-/."), st.sampled_from("-/."))
    | st.from_regex(r"(18|19|20|21)\d\d-[01]\d-[0-3]\d", fullmatch=True)
)
CLOCKS = st.times().map(lambda time: f"{time:%H:%M:%S}") | st.from_regex(r"[0-3]\d:[0-7]\d:[0-7]\d", fullmatch=True)
TEXTS = (
    st.text(HAN, max_size=8)
    | st.text(st.characters(codec="utf-8") | HAN | DIGITS | st.sampled_from(" '‘’`-./:()〔〕Xx·="), max_size=12)
    | st.sampled_from(sorted(text.NOTHING)).map(str.upper)
)
RESIDENTS = st.builds(number, st.integers(0, 999), st.from_regex(r"(19|20)[0-9]{2}[01][0-9][0-3][0-9]", fullmatch=True))
NOBODIES = ["000000199001010000", "111111199003070012", "123456199003070015", "11010119000101001X"]


def agree(found: plain.Plain, values: list[str], scalar: Callable[[str], Any]) -> None:
    flagged = [value for value, flag in zip(values, found.flags, strict=True) if flag]
    assert found.values.to_pylist() == [scalar(value) for value in flagged]


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS | DATES | RESIDENTS, max_size=20))
def test_clean_text_stays_as_it_is(values: list[str]) -> None:
    agree(plain.clean(pa.array(values, pa.string())), values, text.clean)


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, max_size=20))
def test_plain_names_have_no_other_spelling_and_no_other_name(values: list[str]) -> None:
    found = plain.person_names(pa.array(values, pa.string()))
    agree(found, values, names.person_name)
    assert not [v for v, flag in zip(values, found.flags, strict=True) if flag and names.other_name(v)]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.from_regex(
            r"[长公禁戒决字号第和及]{1,5}(\([禁公号]{1,2}\))?[强戒决]{0,2}字?〔[12]\d{3}〕0?\d{1,6}号?", fullmatch=True
        )
    )
)
def test_plain_case_numbers_are_canonical(values: list[str]) -> None:
    agree(plain.case_numbers(pa.array(values, pa.string())), values, case_numbers.case_number)


@settings(deadline=None, max_examples=300)
@given(st.lists(DATES | TEXTS, max_size=20))
@example(["1970-01-01", "1900-01-01", "2024-02-29", "2023-02-29", "2024-04-31", "2099-12-31", "9999-12-31"])
def test_plain_dates_are_the_days_they_say_and_no_placeholders(values: list[str]) -> None:
    found = plain.calendar_dates(pa.array(values, pa.string()))
    agree(found, values, dates.calendar_date)
    agree(found, values, dates.birth_date)
    assert not [v for v, flag in zip(values, found.flags, strict=True) if flag and dates.is_placeholder(v)]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(DATES, st.sampled_from(" T"), CLOCKS).map("".join) | TEXTS, max_size=20))
def test_plain_times_are_the_moments_they_say(values: list[str]) -> None:
    found = plain.timestamps(pa.array(values, pa.string()))
    agree(found, values, dates.timestamp)
    assert not [v for v, flag in zip(values, found.flags, strict=True) if flag and dates.is_placeholder(v)]


@settings(deadline=None, max_examples=300)
@given(st.lists(RESIDENTS | st.text(DIGITS | st.just("X"), min_size=18, max_size=18) | TEXTS, max_size=20))
@example(NOBODIES)
def test_plain_resident_numbers_are_valid_and_show_the_same(values: list[str]) -> None:
    tables = code_tables()
    found = plain.resident_numbers(pa.array(values, pa.string()))
    numbers = [value for value, flag in zip(values, found.flags, strict=True) if flag]
    for kind in (None, "居民身份证", "无证件"):
        judged = [documents.identity_document(kind, n, tables.id_types, tables.countries) for n in numbers]
        assert judged == [documents.Document("resident", n, "ok", None) for n in numbers]
    assert found.births.to_pylist() == [documents.birth_in_number(n) for n in numbers]
    assert found.rounded.tolist() == [documents.looks_rounded(n) for n in numbers]
    assert found.floated.tolist() == [documents.looks_floated(n) for n in numbers]


@pytest.mark.parametrize(
    ("conform", "value"),
    [
        (plain.clean, "2025-10-01 08:00:00"),
        (plain.person_names, "欧阳修"),
        (plain.case_numbers, "长公芙(禁)强戒决字〔2021〕123号"),
        (plain.calendar_dates, "2024-05-06"),
        (plain.timestamps, "2025-10-01 08:00:00"),
        (plain.resident_numbers, number(1)),
    ],
)
def test_the_usual_form_is_plain(conform: Callable[[pa.Array], Any], value: str) -> None:
    assert conform(pa.array([value, None, ""], pa.string())).flags.tolist() == [True, False, False]
