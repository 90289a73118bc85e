"""Names for comparison, and the other names written beside them."""

from __future__ import annotations

import pytest

from pipelines.conform.names import name_parts, other_name, person_name
from pipelines.conform.text import clean
from pipelines.link.names import name_key


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张 三", "张三"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽··买买提", "阿依古丽·买买提"),
        ("阿依古丽。买买提", "阿依古丽·买买提"),
        ("𠮷田", "𠮷田"),
        ("張三", "張三"),
        ("㐀 三", "㐀三"),
        ("maung  maung", "MAUNG MAUNG"),
        # Neither Han nor ASCII: what stands between blocks of Han is not Han.
        ("0 ʇ", "0 Ʇ"),
        ("Smith, John", "SMITH JOHN"),
        ("Ｊ. Smith", "J·SMITH"),
        ("Jose\u0301", "JOSÉ"),
        ("张某某", "张某某"),
        ("李**", "李**"),
        ("()", None),
    ],
)
def test_a_name_has_one_spelling(written: str, name: str | None) -> None:
    assert person_name(clean(written)) == name


@pytest.mark.parametrize(
    ("written", "name", "other"),
    [
        ("张三(曾用名李四)", "张三", "李四"),
        ("张三（曾用名：李 四）", "张三", "李四"),
        ("张三【又名李四】", "张三", "李四"),
        ("张三(曾用名李四", "张三", "李四"),
        ("张三又名李四", "张三", "李四"),
        ("张三，化名李四", "张三", "李四"),
        ("张三（外号老三）", "张三", None),
        ("张三绰号老三", "张三", None),
        ("张三(女)", "张三", None),
        ("张三（绰号老三）（曾用名李四）", "张三", "李四"),
        ("（张三）", "张三", None),
        ("自报名张三", "张三", None),
        ("阿依古丽・买买提(又名阿依古丽)", "阿依古丽·买买提", "阿依古丽"),
        ("MAUNG MAUNG (a.k.a. Aung)", "MAUNG MAUNG", None),
        ("王原名", "王原名", None),
        ("张三别名", "张三别名", None),
    ],
)
def test_a_remark_is_split_off_and_only_another_name_is_kept(written: str, name: str, other: str | None) -> None:
    assert name_parts(clean(written)) == (name, other)
    assert other_name(clean(written)) == other


@pytest.mark.parametrize("written", ["阿依古丽．买买提", "阿依古丽 买买提", "阿依古丽·買買提"])
def test_names_that_conforming_leaves_apart_share_the_key_of_the_linkage(written: str) -> None:
    assert name_key(person_name(clean(written))) == name_key("阿依古丽·买买提")
