"""Names: what counts as one error, and what does not."""

from __future__ import annotations

import pytest

from pipelines.link.names import best_relation, compare_names, name_key


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("张伟", "张伟", "equal"),
        ("張偉", "张伟", "equal"),
        ("买买提·阿不都", "买买提阿不都", "equal"),
        ("张伟", "章伟", "sound"),
        ("张伟", "张玮", "sound"),
        ("陈志明", "程志明", "sound"),
        ("刘兰", "牛兰", "sound"),
        ("李明", "季明", "shape"),
        ("王未", "王末", "shape"),
        ("张建国", "张国建", "order"),
        ("买买提·阿不都", "阿不都·买买提", "order"),
        ("买买提·阿不都", "麦麦提·阿卜杜", "sound"),
        ("买买提·阿不都", "买买提", "shortened"),
        ("买买提·阿不都·罗布", "买买提·阿不都", "shortened"),
        ("买买提·阿不都", "阿不都", "conflict"),
        ("ZHANG WEI", "WEI ZHANG", "order"),
        ("JOHN SMITH", "JOHN SMYTH", "shape"),
        ("JOHN SMITH", "JOAN SMYTH", "conflict"),
        ("LI MA", "LI NA", "conflict"),
        ("张伟", "章玮", "conflict"),
        ("张建国", "张建军", "conflict"),
        ("张建国", "张国", "conflict"),
        ("张伟", "李娜", "conflict"),
        ("张伟", None, "missing"),
    ],
)
def test_relation_of_two_names(left: str, right: str | None, relation: str) -> None:
    assert compare_names(left, right) == relation
    assert compare_names(right, left) == relation


def test_former_name_counts_as_a_name() -> None:
    assert best_relation(("王芳", "王招娣"), ("王招娣",)) == "equal"
    assert best_relation(("王芳",), ("王招娣",)) == "conflict"


def test_key_of_an_empty_name_is_missing() -> None:
    assert name_key("") is None
    assert name_key("·") is None


@pytest.mark.parametrize("masked", ["张某某", "李**", "王×", "无名氏"])
def test_a_masked_name_counts_as_missing(masked: str) -> None:
    assert compare_names(masked, masked) == "missing"
