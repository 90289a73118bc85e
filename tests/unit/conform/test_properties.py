"""Whatever the text: nothing raises, twice is once, and the width of characters does not matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.codes import CodeTables, code_tables
from pipelines.conform import case_numbers, codes, dates, documents, names, numbers, quantities, regions
from pipelines.conform.text import clean

TABLES: CodeTables = code_tables()

# Any text, and text made of what the functions look for.
PIECES = st.sampled_from(
    [
        *"0123456789XxEe.-/,:+%()[]〔〕（）【】 '\"=·．•年月日时分号第字之一二三十百两半克检公刑初终罪毒品",
        "2021",
        "1990",
        "430102",
        "湖南省",
        "长沙市",
        "芙蓉区",
        "护照",
        "缅甸",
        "曾用名",
        "下午",
        "贩卖毒品罪",
        "冰毒",
        "\u3000",
        "\ufeff",
    ]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=12).map("".join))

FUNCTIONS: dict[str, Callable[[str | None], object]] = {
    "clean": clean,
    "person_name": names.person_name,
    "other_name": names.other_name,
    "case_number": case_numbers.case_number,
    "parse_all": case_numbers.parse_all,
    "calendar_date": dates.calendar_date,
    "birth_date": dates.birth_date,
    "timestamp": dates.timestamp,
    "is_placeholder": dates.is_placeholder,
    "month": dates.month,
    "number": numbers.number,
    "integer": numbers.integer,
    "yes_no": numbers.yes_no,
    "sex": lambda text: codes.code_of(text, TABLES.sexes),
    "drug": lambda text: codes.drug_name(text, TABLES.drugs),
    "offence": lambda text: codes.offence_name(text, TABLES.offences),
    "case_type": lambda text: codes.code_of(text, TABLES.case_types),
    "id_type": lambda text: documents.id_type(text, TABLES.id_types, TABLES.countries),
    "resident": lambda text: documents.identity_document("居民身份证", text, TABLES.id_types, TABLES.countries),
    "passport": lambda text: documents.identity_document("护照", text, TABLES.id_types, TABLES.countries),
    "foreign": lambda text: documents.identity_document("永居证", text, TABLES.id_types, TABLES.countries),
    "region": lambda text: regions.region_code(text, TABLES.regions),
    "region_on": lambda text: regions.region_code(text, TABLES.regions, date(2011, 6, 1)),
    "quantity": lambda text: quantities.quantity(text, None, TABLES.units),
}
TWICE_IS_ONCE = (
    "clean",
    "person_name",
    "case_number",
    "calendar_date",
    "timestamp",
    "month",
    "number",
    "sex",
    "drug",
    "offence",
    "case_type",
    "id_type",
    "region",
)


def wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(text=TEXTS)
def test_no_text_makes_it_raise(name: str, text: str) -> None:
    FUNCTIONS[name](text)
    FUNCTIONS[name](clean(text))


@pytest.mark.parametrize("name", TWICE_IS_ONCE)
@given(text=TEXTS)
def test_what_it_made_it_keeps(name: str, text: str) -> None:
    once = FUNCTIONS[name](clean(text))
    if once is not None:
        again = once.isoformat() if isinstance(once, date | datetime) else f"{once}"
        assert FUNCTIONS[name](again) == once


@pytest.mark.parametrize("name", FUNCTIONS)
@given(text=TEXTS)
def test_the_width_of_characters_does_not_matter(name: str, text: str) -> None:
    assert FUNCTIONS[name](clean(wide(text))) == FUNCTIONS[name](clean(text))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "piece", ["0", "1", "一", "A", " ", "(", "、", "。", "曾用名", "县", "湖南省", "(2021)", "罪、", "0-"]
)
def test_a_cell_of_a_hundred_thousand_characters_holds_nothing_up(name: str, piece: str) -> None:
    started = process_time()
    FUNCTIONS[name](piece * (100_000 // len(piece)) + "x")
    assert process_time() - started < 2


@given(st.dates(date(1901, 1, 1), date(2098, 12, 31)).filter(lambda day: day not in dates.PLACEHOLDERS))
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    serial = (day - dates.EPOCH_1900).days
    forms = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        *([str(serial)] if serial >= 10_000 else []),
    ]
    assert {dates.calendar_date(form) for form in forms} == {day}


@given(st.integers(1, 9999))
def test_a_long_number_and_its_short_form_are_one(serial: int) -> None:
    short = f"4301029003{serial % 28 + 1:02d}{serial % 1000:03d}"
    found = documents.identity_document("居民身份证", short, TABLES.id_types, TABLES.countries)
    assert found.number is not None
    assert documents.identity_document(None, found.number, TABLES.id_types, TABLES.countries) == found
