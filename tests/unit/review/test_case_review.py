"""Doubts about cases in the same queue: shown, answered, read a second time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipelines import steps
from pipelines.link.clerk import Linkage, undo
from pipelines.review.answer import answer, second_readings
from pipelines.review.queue import is_about_case, queue
from pipelines.review.view import comparisons
from pipelines.review.workbook import import_workbook, write_workbook
from pipelines.store import Store
from tests.unit.link.province import mention, put_records, resident, table

NUMBER, OTHER = resident("19900307", 11), resident("19850601", 13)
# One man, two cases of the police and a trial that fits both; and a borrowed number.
ROWS = [
    mention(
        f"P{place}", dataset="police_case_suspect", id_no=NUMBER, police_case_no=f"A{place}",
        filed_date=date(2024, 3, place), handling_region_code="430102",
    )
    for place in (1, 2)
] + [
    mention(
        "J1", dataset="court_judgment", id_no=NUMBER, court_case_no="(2024)湘0102刑初1号",
        received_date=date(2024, 6, 10), judgment_date=date(2024, 8, 1), court_region_code="430102",
    ),
    mention("U1", "周小虎", id_no=OTHER, birth_date=date(1985, 6, 1)),
    mention("U2", "黄海涛", id_no=OTHER, birth_date=date(1970, 1, 2)),
]  # fmt: skip
FIRST = "police_case_suspect/P1"


@pytest.fixture
def linkage(store: Store) -> Linkage:
    put_records(store, ROWS)
    steps.link()
    return steps.linkage()


def cases(linkage: Linkage) -> dict[str, str]:
    steps.link()
    mentions = table(linkage.store, "mention")
    return dict(zip(mentions["record_key"], mentions["case_id"], strict=True))


def test_doubts_about_cases_wait_beside_those_about_persons(linkage: Linkage) -> None:
    kinds = {(pair.kind, is_about_case(pair.pair_id)) for pair in queue(linkage)}
    assert kinds == {("case_ambiguous", True), ("borrowed_number", False)}
    pair = next(pair for pair in queue(linkage) if pair.left_record == FIRST)
    assert (pair.right_record, pair.rows) == ("court_judgment/J1", 2)
    assert {"R4", "R8"} <= set(pair.figures)


def test_what_a_clerk_sees_of_a_case_are_its_steps_and_no_value(linkage: Linkage) -> None:
    pair = next(pair for pair in queue(linkage) if pair.left_record == FIRST)
    told = {part.field: part.level for part in comparisons(linkage, pair)}
    assert (told["days between"], told["region"], told["number"]) == ("101", "same", "equal")
    assert not {NUMBER, "陈国强"} & set(told.values())


def test_an_answer_is_a_decision_about_the_case_and_undo_brings_the_doubt_back_as_it_was(linkage: Linkage) -> None:
    before, waiting = cases(linkage), table(linkage.store, "case_review")
    pair = next(pair for pair in queue(linkage) if pair.left_record == FIRST)
    number = answer(linkage, pair.pair_id, "same", "one file", "li")
    assert number is not None
    assert [(row.kind, row.decision_id) for row in linkage.ledger.links_in_force()] == [("case_must", number)]
    after = cases(linkage)
    assert after["P1"] == after["J1"] != after["P2"]
    assert [pair.kind for pair in queue(linkage)] == ["borrowed_number"]
    assert [one.pair_id for one in second_readings(linkage, "wang")] == [pair.pair_id]
    undo(linkage, number, "wrong file", "li")
    assert cases(linkage) == before
    assert table(linkage.store, "case_review").equals(waiting)


def test_different_settles_the_other_choice(linkage: Linkage) -> None:
    pair = next(pair for pair in queue(linkage) if pair.left_record == FIRST)
    answer(linkage, pair.pair_id, "different", "two files", "li")
    after = cases(linkage)
    assert after["P2"] == after["J1"] != after["P1"]


def test_a_workbook_takes_answers_about_cases(linkage: Linkage, tmp_path: Path) -> None:
    pair = next(pair for pair in queue(linkage) if pair.left_record == FIRST)
    write_workbook(linkage, [pair], tmp_path / "queue.xlsx", unmasked=False)
    book = openpyxl.load_workbook(tmp_path / "queue.xlsx")
    book.active["A2"], book.active["B2"] = "same", "one file"
    book.save(tmp_path / "queue.xlsx")
    assert import_workbook(linkage, tmp_path / "queue.xlsx", "li") == {"taken": 1, "given before": 0}
    assert linkage.ledger.links_in_force()[0].kind == "case_must"
