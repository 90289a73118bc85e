"""Text as agencies write it, and the words for nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.conform.text import clean, over_distinct


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("１２３（Ａ）", "123(A)"),
        ("\u3000 张三\u00a0", "张三"),
        ("'430102", "430102"),
        ("‘430102", "430102"),
        ("''430102", "430102"),
        ('="430102"', "430102"),
        ("430102\t", "430102"),
        ("张\u200b三\u200e", "张三"),
        ("\ufeff张三", "张三"),
        ("张\x00三\x07", "张三"),
        ("葛\U000e0100城", "葛城"),
        ("\uf900", "\uf900"),
        ("无名氏", "无名氏"),
        ("未知", "未知"),
        (None, None),
    ],
)
def test_what_cannot_be_seen_is_dropped_and_what_can_is_kept(written: str | None, cleaned: str | None) -> None:
    assert clean(written) == cleaned


@pytest.mark.parametrize(
    "written",
    ["不详", "无", "－", "-", "——", "", "暂缺", "N/A", "NULL", "\\N", "'不详", "　", "/", "（无）", "***", "#N/A"],
)
def test_a_word_for_nothing_is_nothing(written: str) -> None:
    assert clean(written) is None


def test_distinct_values_are_computed_once() -> None:
    calls: list[str] = []

    def once(value: str) -> str:
        calls.append(value)
        return value * 2

    result = over_distinct(pd.Series(["a", "b", None, "a"]), once)
    assert calls == ["a", "b"]
    assert list(result) == ["aa", "bb", None, "aa"]
