"""Truth tables of the conforming functions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from pipelines.conform import case_numbers, codes, dates, documents, numbers, text


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("１２３", "123"),
        ("\u3000 张三\u00a0", "张三"),
        ("'430102", "430102"),
        ("张\u200b三", "张三"),
        ("不详", None),
        ("无", None),
        ("-", None),
        ("", None),
        (None, None),
        ("无名氏", "无名氏"),
    ],
)
def test_clean(written: str | None, cleaned: str | None) -> None:
    assert text.clean(written) == cleaned


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张 三", "张三"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("maung  maung", "MAUNG MAUNG"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_person_name(written: str, name: str) -> None:
    assert text.person_name(text.clean(written)) == name


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-03-05", date(2021, 3, 5)),
        ("2021/3/5", date(2021, 3, 5)),
        ("2021.3.5", date(2021, 3, 5)),
        ("20210305", date(2021, 3, 5)),
        ("2021年3月5日", date(2021, 3, 5)),
        ("21年3月5日", date(2021, 3, 5)),
        ("85年3月5日", date(1985, 3, 5)),
        ("44260", date(2021, 3, 5)),
        ("2021-03-05 00:00:00", date(2021, 3, 5)),
        ("2021-02-30", None),
        ("2021-13-01", None),
        ("21年3月", None),
        ("1900-01-01", None),
        ("9999-12-31", None),
        ("yesterday", None),
    ],
)
def test_calendar_date(written: str, day: date | None) -> None:
    assert dates.calendar_date(written) == day


def test_timestamp_takes_a_time_or_midnight() -> None:
    assert dates.timestamp("2021-03-05 08:09:10") == datetime(2021, 3, 5, 8, 9, 10)
    assert dates.timestamp("2021-03-05T08:09:10") == datetime(2021, 3, 5, 8, 9, 10)
    assert dates.timestamp("2021年3月5日 8:09") == datetime(2021, 3, 5, 8, 9)
    assert dates.timestamp("2021-03-05") == datetime(2021, 3, 5)
    assert dates.timestamp("2021-03-05 25:00:00") is None


@pytest.mark.parametrize(
    ("kind", "written", "found"),
    [
        ("居民身份证", "110101199003070012", ("resident", "check_digit")),
        ("居民身份证", "11010119900307001X", ("resident", "check_digit")),
        ("居民身份证", "110101900307001", ("resident", "ok")),
        ("居民身份证", "110101199002300010", ("resident", "malformed")),
        ("居民身份证", "12345", ("resident", "malformed")),
        ("居民身份证", "111111111111111111", (None, "placeholder")),
        ("居民身份证", "4.30102E+17", ("resident", "float_text")),
        ("居民身份证", None, (None, "missing")),
        ("无证件", None, (None, "missing")),
        ("护照", "MA123456", ("passport", "ok")),
        ("护照", "MA-123", ("passport", "malformed")),
        ("港澳居民来往内地通行证", "H12345678", ("hk_macau_permit", "ok")),
        ("港澳居民来往内地通行证", "X12345678", ("hk_macau_permit", "malformed")),
        ("台湾居民来往大陆通行证", "12345670", ("taiwan_permit", "ok")),
        ("外国人永久居留身份证", "USA123456789012", ("foreign_permanent", "ok")),
    ],
)
def test_identity_document(kind: str, written: str | None, found: tuple[str | None, str]) -> None:
    document = documents.identity_document(kind, written)
    assert (document.kind, document.status) == found
    assert (document.number is not None) == (document.status == "ok")


def test_the_short_and_the_long_form_of_a_number_are_one() -> None:
    # Example of GB 11643-1999 itself: 34052419800101001X.
    assert documents.identity_document("居民身份证", "340524800101001").number == "34052419800101001X"
    assert documents.identity_document("居民身份证", "34052419800101001x").number == "34052419800101001X"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("（2021）湘0102刑初123号", "(2021)湘0102刑初123号"),
        ("〔2021〕湘0102刑初 123号", "(2021)湘0102刑初123号"),
        ("(2021)湘0102刑初字第0123号", "(2021)湘0102刑初123号"),
        ("(2015)涟刑初字第45号", "(2015)涟刑初45号"),
        ("珠检公诉刑诉[2017]127号", "珠检公诉刑诉〔2017〕127号"),
        ("长公（禁）立字【2021】0123号", "长公(禁)立字〔2021〕123号"),
    ],
)
def test_case_number(written: str, number: str) -> None:
    assert case_numbers.case_number(text.clean(written)) == number


def test_numbers() -> None:
    assert numbers.number("1,234.5") == Decimal("1234.5")
    assert numbers.number("92.5%") == Decimal("92.5")
    assert numbers.number("1.2.3") is None
    assert numbers.integer("12.0") == 12
    assert numbers.integer("12.5") is None
    assert (numbers.yes_no("是"), numbers.yes_no("否"), numbers.yes_no("也许")) == (True, False, None)
    assert (numbers.month("2025-3"), numbers.month("2025年03月"), numbers.month("2025-13")) == (
        "2025-03",
        "2025-03",
        None,
    )


def test_codes_are_known_or_nothing() -> None:
    known = frozenset({"430102"})
    assert codes.region_code("430102000000", known) == "430102"
    assert codes.region_code("439999", known) is None
    assert codes.sex("男") == "1"
    assert codes.sex("x") is None


def test_distinct_values_are_computed_once() -> None:
    calls: list[str] = []

    def once(value: str) -> str:
        calls.append(value)
        return value * 2

    result = text.over_distinct(pd.Series(["a", "b", None, "a"]), once)
    assert calls == ["a", "b"]
    assert list(result) == ["aa", "bb", None, "aa"]
