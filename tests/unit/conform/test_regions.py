"""Divisions by date: codes stay as written, names become the code of their day."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.codes import CodeTables
from pipelines.conform.regions import region_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("430102", "430102"),
        ("430102001", "430102"),
        ("430102001001", "430102"),
        ("430102000000", "430102"),
        ("430122", "430122"),
        ("430000000000", "430000"),
        ("441900003", "441900"),
        ("439999", None),
        ("430000000001", None),
        ("430", None),
        ("湖南省长沙市芙蓉区", "430102"),
        ("湖南长沙芙蓉区", "430102"),
        ("长沙市芙蓉区", "430102"),
        ("湖南省/长沙市/芙蓉区", "430102"),
        ("湖南省长沙市芙蓉区某路1号", "430102"),
        ("湖南省浏阳市", "430181"),
        ("湘西土家族苗族自治州吉首市", "433101"),
        ("湖南湘西州凤凰县", "433123"),
        ("北京市市辖区东城区", "110101"),
        ("海南省琼海市", "469002"),
        ("湖南省", "430000"),
        ("朝阳区", None),
        ("火星市某区", None),
    ],
)
def test_a_code_or_a_name_that_means_one_division(tables: CodeTables, written: str, code: str | None) -> None:
    assert region_code(written, tables.regions) == code


@pytest.mark.parametrize(
    ("written", "on", "code"),
    [
        # 430104 was 西区 until 1996 and has been 岳麓区 since; 西区 became three districts.
        ("湖南省长沙市西区", date(1990, 1, 1), "430104"),
        ("湖南省长沙市岳麓区", date(2000, 1, 1), "430104"),
        # 望城 changed from county to district, and its code with it.
        ("湖南省长沙市望城县", date(2005, 1, 1), "430122"),
        ("湖南省长沙市望城区", date(2015, 1, 1), "430112"),
        # The name of another day still means its one code.
        ("湖南省长沙市望城县", date(2020, 1, 1), "430122"),
    ],
)
def test_a_name_means_what_it_meant_on_its_day(tables: CodeTables, written: str, on: date, code: str) -> None:
    assert region_code(written, tables.regions, on) == code


@pytest.mark.parametrize(
    ("code", "on", "in_force"),
    [
        ("430122", date(2005, 1, 1), True),
        ("430122", date(2011, 6, 1), True),
        ("430112", date(2011, 6, 1), True),
        ("430122", date(2012, 1, 1), False),
        ("430112", date(2010, 12, 31), False),
        ("439999", date(2012, 1, 1), False),
    ],
)
def test_a_retired_code_is_known_and_not_in_force(tables: CodeTables, code: str, on: date, in_force: bool) -> None:
    assert tables.regions.in_force(code, on) is in_force


def test_every_county_in_force_is_found_by_its_full_path(tables: CodeTables) -> None:
    current = [
        division
        for divisions in tables.regions._divisions.values()
        for division in divisions
        if division.last_year is None and not division.code.endswith("00")
    ]
    wrong = []
    for division in current:
        prefecture = "" if division.prefecture == "直辖" else division.prefecture
        if region_code(division.province + prefecture + division.name, tables.regions) != division.code:
            wrong.append(division)
    assert wrong == []
