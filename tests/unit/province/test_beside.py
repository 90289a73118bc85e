"""Parts done beside each other: results by name, errors raised, nothing left."""

import os

import psutil
import pytest

from pipelines.province.beside import run_parts


def _fail() -> None:
    raise ValueError("no such place")


def test_every_part_gives_its_result_and_changes_nothing_here() -> None:
    seen: list[int] = []

    def note(number: int) -> tuple[int, int]:
        seen.append(number)
        return number, os.getpid()

    made = dict(run_parts({"one": lambda: note(1), "two": lambda: note(2), "three": lambda: note(3)}, workers=2))
    assert {name: number for name, (number, _) in made.items()} == {"one": 1, "two": 2, "three": 3}
    assert os.getpid() not in {process for _, process in made.values()}
    assert seen == []


def test_what_a_part_raises_is_raised_and_no_process_is_left() -> None:
    others = set(psutil.Process().children())
    with pytest.raises(ValueError, match="no such place"):
        list(run_parts({"bad": _fail, **{f"part {n}": int for n in range(20)}}, workers=2))
    assert set(psutil.Process().children()) <= others


def test_parts_of_another_work_are_forgotten() -> None:
    assert dict(run_parts({"one": lambda: 1}, workers=1)) == {"one": 1}
    assert dict(run_parts({"one": lambda: 2}, workers=1)) == {"one": 2}
