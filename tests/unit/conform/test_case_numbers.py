"""Numbers of cases and documents: one spelling, and their parts."""

from __future__ import annotations

import pytest

from pipelines.conform.case_numbers import CaseNumber, case_number, parse, parse_all
from pipelines.conform.text import clean


@pytest.mark.parametrize(
    ("written", "comparable"),
    [
        ("（2021）湘0102刑初123号", "(2021)湘0102刑初123号"),
        ("〔2021〕湘0102刑初 123号", "(2021)湘0102刑初123号"),
        ("（２０２１）湘０１０２刑初１２３号", "(2021)湘0102刑初123号"),
        ("(2021)湘0102刑初字第0123号", "(2021)湘0102刑初123号"),
        ("(2021)湘0102刑初123", "(2021)湘0102刑初123号"),
        ("2021湘0102刑初123号", "(2021)湘0102刑初123号"),
        ("案号：(2021)湘0102刑初123号", "(2021)湘0102刑初123号"),
        ("(2021)湘0102刑初123号-1", "(2021)湘0102刑初123号之一"),
        ("(2021)湘0102刑初123-1号", "(2021)湘0102刑初123号之一"),
        ("(2015)涟刑初字第45号", "(2015)涟刑初45号"),
        ("珠检公诉刑诉[2017]127号", "珠检公诉刑诉〔2017〕127号"),
        ("长公（禁）立字【2021】0123号", "长公(禁)立字〔2021〕123号"),
        ("长公(禁)强戒决字〔2021〕第12号", "长公(禁)强戒决字〔2021〕12号"),
        ("长公(禁)立字〔2021〕123", "长公(禁)立字〔2021〕123号"),
        ("(2021)湘0102刑初1号、2号", "(2021)湘0102刑初1号、(2021)湘0102刑初2号"),
        ("(2021)湘0102刑初1号；(2021)湘01刑终9号", "(2021)湘0102刑初1号、(2021)湘01刑终9号"),
        ("湘查移〔2021〕012号", "湘查移〔2021〕12号"),
        ("H0001", "H0001"),
        ("F1-2021-0001", "F1-2021-0001"),
    ],
)
def test_a_number_has_one_spelling(written: str, comparable: str) -> None:
    assert case_number(clean(written)) == comparable


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("(2021)湘0102刑初123号", CaseNumber("court", 2021, "湘0102", None, "刑初", "123", None)),
        ("(2021)湘0102刑初123号之二", CaseNumber("court", 2021, "湘0102", None, "刑初", "123", 2)),
        ("(2021)湘01刑终9号", CaseNumber("court", 2021, "湘01", None, "刑终", "9", None)),
        ("(2020)湘刑终12号", CaseNumber("court", 2020, "湘", None, "刑终", "12", None)),
        ("(2020)最高法刑核12345号", CaseNumber("court", 2020, "最高法", None, "刑核", "12345", None)),
        ("(2015)涟刑初字第45号", CaseNumber("court", 2015, "涟", None, "刑初", "45", None)),
        ("(2014)长中刑一终字第00045号", CaseNumber("court", 2014, "长中", None, "刑一终", "45", None)),
        ("珠检公诉刑诉〔2017〕127号", CaseNumber("procuratorate", 2017, "珠检", "公诉", "刑诉", "127", None)),
        ("芙检一部刑诉〔2021〕Z12号", CaseNumber("procuratorate", 2021, "芙检", "一部", "刑诉", "Z12", None)),
        ("望城检刑不诉〔2021〕45号", CaseNumber("procuratorate", 2021, "望城检", None, "刑不诉", "45", None)),
        ("长公(禁)立字〔2021〕123号", CaseNumber("police", 2021, "长公", "禁", "立字", "123", None)),
        ("长公芙(禁)强戒决字〔2021〕第12号", CaseNumber("police", 2021, "长公芙", "禁", "强戒决字", "12", None)),
        ("长公立字〔2021〕123号", CaseNumber("police", 2021, "长公", None, "立字", "123", None)),
        ("湘查移〔2021〕12号", None),
        ("(2021)湘0102刑初1号、2号", None),
        ("H0001", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_taken_apart(written: str | None, parts: CaseNumber | None) -> None:
    assert parse(written) == parts


def test_a_text_of_several_numbers_gives_each() -> None:
    found = parse_all("(2021)湘0102刑初1号、2号和(2021)湘01刑终9号")
    assert [(number.office, number.serial) for number in found] == [("湘0102", "1"), ("湘0102", "2"), ("湘01", "9")]
