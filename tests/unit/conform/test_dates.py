"""Dates, times and months in the forms of the field."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from pipelines.conform import dates, numerals
from pipelines.conform.text import clean

FIFTH_OF_MARCH = date(2021, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2021-03-05",
        "2021-3-5",
        "2021/3/5",
        "2021.3.5",
        "２０２１．３．５",
        "20210305",
        "20210305.0",
        "2021年3月5日",
        "2021 年 3 月 5 日",
        "2021年3月5号",
        "21年3月5日",
        "二〇二一年三月五日",
        "二O二一年三月五日",
        "05-3月 -21",
        "44260",
        "44260.25",
        "2021-03-05 08:09:10",
        "2021-03-05+08:00",
        "2021年3月5日（星期五）",
        "2021-03-04T16:00:00.000Z",
    ],
)
def test_every_form_of_a_day_is_that_day(written: str) -> None:
    assert dates.calendar_date(clean(written)) == FIFTH_OF_MARCH


@pytest.mark.parametrize(
    "written",
    [
        "2021-02-30",
        "2021-13-01",
        "2021年3月",
        "21年3月",
        "202103",
        "2021",
        "3/5/2021",
        "21-3-5",
        "0201-03-05",
        "yesterday",
    ],
)
def test_what_is_not_a_whole_day_is_unreadable_and_no_placeholder(written: str) -> None:
    assert dates.calendar_date(clean(written)) is None
    assert not dates.is_placeholder(clean(written))


@pytest.mark.parametrize(
    "written",
    [
        "1900-01-01",
        "1900/1/0",
        "1970-01-01 08:00:00",
        "9999-12-31",
        "9999",
        "99991231",
        "9999-99-99",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "00000000",
        "0",
        "2099-12-31",
        "0001-01-01T00:00:00",
        "1899-12-30",
    ],
)
def test_a_placeholder_is_no_date(written: str) -> None:
    assert dates.is_placeholder(written)
    assert dates.calendar_date(written) is None
    assert dates.timestamp(written) is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2021-03-05", datetime(2021, 3, 5)),
        ("2021-03-05T08:09:10", datetime(2021, 3, 5, 8, 9, 10)),
        ("20210305080910", datetime(2021, 3, 5, 8, 9, 10)),
        ("2021年3月5日 8:09", datetime(2021, 3, 5, 8, 9)),
        ("2021年3月5日15时30分", datetime(2021, 3, 5, 15, 30)),
        ("2021/3/5 下午3:05", datetime(2021, 3, 5, 15, 5)),
        ("2021/3/5 上午12:05", datetime(2021, 3, 5, 0, 5)),
        ("2021/3/5 3:05:09 PM", datetime(2021, 3, 5, 15, 5, 9)),
        ("2021-03-05T08:09:10.5+08:00", datetime(2021, 3, 5, 8, 9, 10)),
        ("2021-03-05T00:09:10Z", datetime(2021, 3, 5, 8, 9, 10)),
        ("1988-05-31T15:00:00Z", datetime(1988, 6, 1)),
        ("44260.75", datetime(2021, 3, 5, 18)),
        ("2021-03-05 晚上12:00", None),
        ("2021-03-05 25:00:00", None),
        ("9999-12-31T23:00:00-08:00", None),
    ],
)
def test_a_time_of_day_is_read_on_chinese_clocks(written: str, moment: datetime | None) -> None:
    assert dates.timestamp(clean(written)) == moment


def test_the_epoch_of_serials_is_the_workbooks() -> None:
    assert dates.calendar_date("42798", epoch=dates.EPOCH_1904) == FIFTH_OF_MARCH
    assert dates.calendar_date("44260", epoch=dates.EPOCH_1900) == FIFTH_OF_MARCH


def test_a_two_digit_year_of_a_birth_is_of_the_last_century_sooner() -> None:
    assert dates.calendar_date("35年3月5日") == date(2035, 3, 5)
    assert dates.birth_date("35年3月5日") == date(1935, 3, 5)
    assert dates.birth_date("08年3月5日") == date(2008, 3, 5)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2025-3", "2025-03"),
        ("2025年03月", "2025-03"),
        ("202503", "2025-03"),
        ("25年3月", "2025-03"),
        ("2025-03-01", "2025-03"),
        ("45717", "2025-03"),
        ("2025-03-02", None),
        ("2025-13", None),
        ("20253", None),
    ],
)
def test_a_month_is_a_month(written: str, month: str | None) -> None:
    assert dates.month(written) == month


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿三", 23),
        ("二百零五", 205),
        ("贰佰零伍", 205),
        ("三万二千", 32_000),
        ("一百五", None),
        ("三〇", None),
        ("一百零", None),
        ("十百", None),
        ("三千万亿", None),
    ],
)
def test_numerals_are_read_when_they_mean_one_number(written: str, number: int | None) -> None:
    assert numerals.integer(written) == number
