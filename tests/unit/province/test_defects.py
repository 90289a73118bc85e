"""Defects: planted at their rate, of their class, and doing what they say."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pandas as pd
import pytest

from pipelines.province.broken import BROKEN
from pipelines.province.defects import DELIVERY, KIND, TABLE, Rates
from pipelines.province.numbers import check_digit
from pipelines.province.rewriting import rewritten_date, rewritten_name, rewritten_number
from pipelines.province.simulate import simulate

NUMBER = "430102199003070012"


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hard province, large enough for the rarest defect."""
    out = tmp_path_factory.mktemp("hard")
    simulate(out, 4000, 3, "hard", lambda what, share: None)
    return out


@pytest.mark.parametrize("defect", [d for d in TABLE if d.hard > 0], ids=lambda d: d.defect_id)
@pytest.mark.parametrize("level", ["default", "hard"])
def test_a_defect_strikes_at_its_rate(defect, level: str) -> None:
    rate, count = getattr(defect, level), 200_000
    struck = list(Rates(level, random.Random(defect.defect_id)).struck(defect.defect_id, count))
    assert len(set(struck)) == len(struck)
    assert all(0 <= place < count for place in struck)
    # Four standard deviations of a binomial: one false alarm in sixteen thousand.
    assert abs(len(struck) - rate * count) <= 4 * math.sqrt(count * rate * (1 - rate)) + 1e-9


def test_every_defect_of_the_table_is_planted_under_its_class(hard: Path) -> None:
    found = pd.read_parquet(hard / "truth" / "defect.parquet")
    assert dict(zip(found["defect"], found["class"], strict=True)) == KIND


def test_a_delivery_defect_is_planted_where_it_is_declared_and_is_about_no_row(hard: Path) -> None:
    found = pd.read_parquet(hard / "truth" / "defect.parquet")
    found = found[found["class"] == DELIVERY]
    planted = sorted(zip(found["defect"], found["dataset"], strict=True))
    assert planted == sorted((defect_id, dataset) for defect_id, dataset, _, _ in BROKEN)
    assert found["record_key"].isna().all()
    assert not found["delivery_id"].duplicated().any()


@pytest.mark.parametrize(
    ("defect", "dataset"), [("number_missing_court", "court_judgment"), ("borrowed_number", "police_case_suspect")]
)
def test_a_slip_is_planted_in_its_share_of_the_records(hard: Path, defect: str, dataset: str) -> None:
    found = pd.read_parquet(hard / "truth" / "defect.parquet").query("defect == @defect and dataset == @dataset")
    records = (pd.read_parquet(hard / "truth" / "mention.parquet")["dataset"] == dataset).sum()
    rate = next(d.hard for d in TABLE if d.defect_id == defect)
    planted = found["record_key"].nunique()
    assert 0 < planted <= rate * records + 4 * math.sqrt(records * rate)
    assert planted >= rate * records - 4 * math.sqrt(records * rate) - 0.1 * rate * records


def test_a_borrowed_number_is_marked_as_a_trap(hard: Path) -> None:
    found = pd.read_parquet(hard / "truth" / "defect.parquet").query("defect == 'borrowed_number'")
    keys = set(zip(found["dataset"], found["record_key"], strict=True))
    mentions = pd.read_parquet(hard / "truth" / "mention.parquet")
    traps = mentions[[key in keys for key in zip(mentions["dataset"], mentions["record_key"], strict=True)]]["trap"]
    assert len(traps) == len(keys)
    assert set(traps) == {"borrowed_number"}


def test_numbers_are_written_otherwise_and_stay_the_same_number() -> None:
    rng = random.Random(1)
    assert check_digit(NUMBER[:17]) == NUMBER[17]
    assert rewritten_number(rng, NUMBER, "number_of_15_digits") == "430102900307001"
    assert rewritten_number(rng, NUMBER, "number_apostrophe") == "'" + NUMBER
    assert rewritten_number(rng, NUMBER, "number_full_width") == "４３０１０２１９９００３０７００１２"
    assert rewritten_number(rng, "430102200503070017", "number_of_15_digits") is None
    assert rewritten_number(rng, "111111111111111111", "number_apostrophe") is None


def test_dates_and_names_are_written_otherwise_and_stay_the_same() -> None:
    rng = random.Random(1)
    forms = {rewritten_date(rng, "2021-03-05", "date_form") for _ in range(200)}
    assert forms == {"2021.3.5", "20210305", "21年3月5日", "2021/3/5", "2021年3月5日"}
    assert rewritten_date(rng, "2021-03-05", "date_serial") == "44260"
    assert rewritten_date(rng, "", "date_form") is None
    assert rewritten_name(rng, "买买提·艾力", "name_dot_variant") in {
        "买买提．艾力",
        "买买提•艾力",
        "买买提・艾力",
        "买买提‧艾力",
    }
