"""The queue of doubts: order, masks, answers, workbooks, agreement and the log."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines import steps
from pipelines.link.clerk import Linkage
from pipelines.review.answer import agreement, answer, kappa, second_readings
from pipelines.review.queue import figures_by_dataset, importance, queue, uncertainty
from pipelines.review.view import masked, values
from pipelines.review.workbook import HEADER, import_workbook, read_workbook, write_workbook
from pipelines.settings import settings
from pipelines.store import Store
from tests.unit.link.province import mention, put_records, resident, table

NUMBERS = [resident("19900307", serial) for serial in (11, 13, 15)]
OTHER_BIRTH = {"birth_date": date(1985, 6, 1)}
# Three borrowed numbers; the second is used in four rows of two datasets.
ROWS = [
    mention("U1", "=1+1", id_no=NUMBERS[0]),
    mention("U2", "周小虎", id_no=NUMBERS[0], **OTHER_BIRTH),
    mention("U3", "黄海涛", id_no=NUMBERS[1]),
    mention("A1|1", "黄海涛", "police_case_suspect", id_no=NUMBERS[1]),
    mention("A2|1", "黄海涛", "police_case_suspect", id_no=NUMBERS[1], residence_code=None),
    mention("U4", "欧阳志远", id_no=NUMBERS[1], **OTHER_BIRTH),
    mention("U5", "李建华", id_no=NUMBERS[2]),
    mention("U6", "赵文军", id_no=NUMBERS[2], **OTHER_BIRTH),
]


@pytest.fixture
def linkage(store: Store) -> Linkage:
    put_records(store, ROWS)
    steps.link()
    return steps.linkage()


def relinked(linkage: Linkage) -> dict[str, Any]:
    steps.link()
    mentions = table(linkage.store, "mention")
    return dict(zip(mentions["record_key"], mentions["person_id"], strict=True))


def test_what_touches_more_rows_and_figures_comes_first(linkage: Linkage) -> None:
    pairs = queue(linkage)
    assert [pair.rows for pair in pairs] == [4, 2, 2]
    assert {"R4", "R17", "R24"} <= set(pairs[0].figures)
    assert "R4" not in pairs[1].figures
    assert pairs[0].importance == importance(4, None, len(pairs[0].figures))


def test_importance_is_rows_by_uncertainty_by_figures() -> None:
    assert [uncertainty(p) for p in (None, 0.5, 1.0, 0.25)] == [1.0, 1.0, 0.0, 0.5]
    assert importance(4, 0.5, 2) == 12.0
    assert importance(4, 1.0, 2) == 0.12


def test_figures_are_read_from_the_references_between_models() -> None:
    touches = figures_by_dataset(settings().warehouse)
    assert {"R17", "R24", "R26"} <= touches["police_drug_user"]
    assert "R8" in touches["court_judgment"]
    assert "R8" not in touches["police_drug_user"]


def test_values_are_masked_unless_asked_for(linkage: Linkage) -> None:
    seen = values(linkage, "police_drug_user/U3", unmasked=False)
    assert (seen["name"], seen["birth"]) == ("黄**", "1990****")
    assert seen["id_no"] == "4301*************" + NUMBERS[1][-1]
    assert values(linkage, "police_drug_user/U3", unmasked=True)["name"] == "黄海涛"
    assert [masked("id_no", "A1"), masked("name", None), masked("sex", "1")] == ["**", "", "1"]


def test_answers_become_decisions_and_leave_the_queue(linkage: Linkage) -> None:
    first, second, third = queue(linkage)
    assert answer(linkage, first.pair_id, "same", "file 1", "li") == 1
    assert answer(linkage, second.pair_id, "different", "file 2", "li") == 2
    assert answer(linkage, third.pair_id, "unsure", "nothing on file", "li") is None
    people = relinked(linkage)
    assert people["U3"] == people["U4"]
    assert queue(linkage) == []
    assert [row.kind for row in linkage.ledger.links_in_force()] == ["must", "cannot"]
    assert [row.action for row in linkage.ledger.casework.accesses()] == ["review decide"] * 3


def test_answers_that_cannot_be_taken_are_refused(linkage: Linkage) -> None:
    pair = queue(linkage)[0].pair_id
    answer(linkage, pair, "same", "file 1", "li")
    for wanted, said, reason, message in (
        (pair, "same", "again", "has answered"),
        (pair, "perhaps", "file", "no answer"),
        (pair, "same", " ", "a reason"),
        ("q0", "same", "file", "no pair q0"),
    ):
        with pytest.raises(ValueError, match=message):
            answer(linkage, wanted, said, reason, "li")


def test_a_second_reading_measures_agreement_and_changes_nothing(linkage: Linkage) -> None:
    pairs = [pair.pair_id for pair in queue(linkage)]
    for pair, said in zip(pairs, ("same", "different", "different"), strict=True):
        answer(linkage, pair, said, "file", "li")
    assert second_readings(linkage, "li") == []
    assert sorted(pair.pair_id for pair in second_readings(linkage, "wang")) == sorted(pairs)
    for pair, said in zip(pairs, ("same", "different", "same"), strict=True):
        assert answer(linkage, pair, said, "file", "wang") is None
    found = agreement(linkage)
    # By chance two readers with one and two `same` of three agree in 1/3·2/3 + 2/3·1/3 = 4/9 of cases.
    assert found == {
        "answers": 6,
        "pairs": 3,
        "read_twice": 3,
        "agreement": pytest.approx(2 / 3),
        "kappa": pytest.approx((2 / 3 - 4 / 9) / (5 / 9)),
    }
    assert len(linkage.ledger.links_in_force()) == 3


def test_kappa_of_readers_who_always_say_the_same_word_is_one() -> None:
    assert kappa([("same", "same")] * 3) == 1.0
    assert kappa([("same", "different"), ("different", "same")]) == -1.0


def filled(path: Path, *answers: tuple[str, str]) -> None:
    """Fill answers and reasons into the first rows of a workbook, as a clerk does."""
    book = openpyxl.load_workbook(path)
    for line, (said, reason) in enumerate(answers, 2):
        book.active.cell(line, 1).value, book.active.cell(line, 2).value = said, reason
    book.save(path)


def test_a_workbook_is_masked_holds_no_formula_and_is_its_owners_alone(linkage: Linkage, tmp_path: Path) -> None:
    path = tmp_path / "queue.xlsx"
    write_workbook(linkage, queue(linkage), path, unmasked=True)
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert any(cell.value == "=1+1" for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)
    assert all(cell.quotePrefix for cell in cells)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write_workbook(linkage, queue(linkage), path, unmasked=False)
    text = str([[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()])
    assert not any(secret in text for secret in ("黄海涛", *NUMBERS, "19900307"))


def test_answers_of_a_workbook_are_taken_once(linkage: Linkage, tmp_path: Path) -> None:
    path = tmp_path / "queue.xlsx"
    write_workbook(linkage, queue(linkage), path, unmasked=False)
    filled(path, ("same", "file 1"), ("different", "file 2"))
    assert import_workbook(linkage, path, "li") == {"taken": 2, "given before": 0}
    assert import_workbook(linkage, path, "li") == {"taken": 0, "given before": 2}
    people = relinked(linkage)
    assert people["U3"] == people["U4"]
    assert len(queue(linkage)) == 1


def test_a_workbook_with_a_wrong_line_is_not_taken_at_all(linkage: Linkage, tmp_path: Path) -> None:
    path = tmp_path / "queue.xlsx"
    write_workbook(linkage, queue(linkage), path, unmasked=False)
    filled(path, ("same", "file 1"), ("perhaps", "file 2"), ("same", ""))
    with pytest.raises(ValueError, match="lines 3, 4 need an answer"):
        import_workbook(linkage, path, "li")
    assert linkage.ledger.casework.answers() == []
    (tmp_path / "no.xlsx").write_text("no workbook")
    with pytest.raises(ValueError, match=r"no\.xlsx"):
        read_workbook(tmp_path / "no.xlsx")
    book = openpyxl.Workbook()
    book.active.title = "review"
    book.active.append(list(HEADER[1:]))
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(ValueError, match="no column answer"):
        read_workbook(tmp_path / "other.xlsx")
