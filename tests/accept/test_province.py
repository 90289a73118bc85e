"""A province of 100,000 people with every defect planted, through the whole pipeline, against the truth."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.settings import settings
from tests.e2e.conftest import huiliu
from tests.unit.warehouse.attacker import attack, read
from tests.unit.warehouse.behind import walk

pytestmark = pytest.mark.accept
PEOPLE = "100000"


class Province(NamedTuple):
    """A home with a release of the province, and how that release scores."""

    home: Path
    scores: dict[str, float]


def province(folder: Path, defects: str) -> Province:
    """Simulate, run and evaluate."""
    home = folder / "home"
    huiliu(home, "simulate", "--people", PEOPLE, "--seed", "1", "--defects", defects, "--out", str(folder))
    huiliu(home, "run", "--exports", str(folder / "exports"))
    said = huiliu(home, "evaluate", "--truth", str(folder / "truth"), "--json")
    return Province(home, json.loads(said.splitlines()[-1]))


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Province:
    return province(tmp_path_factory.mktemp("default"), "default")


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Province:
    return province(tmp_path_factory.mktemp("hard"), "hard")


@pytest.fixture(params=["default", "hard"])
def either(request: pytest.FixtureRequest) -> Province:
    found: Province = request.getfixturevalue(request.param)
    return found


def test_every_defect_to_refuse_or_repair_is_caught_and_clean_rows_pass(either: Province) -> None:
    assert either.scores["quarantine.caught_share"] == 1
    assert either.scores["quarantine.repaired_share"] == 1
    assert either.scores["quarantine.false_share"] <= 0.0001


def test_every_physical_row_of_every_delivery_is_accounted_for(either: Province) -> None:
    with sqlite3.connect(either.home / "private" / "ledger.db") as ledger:
        query = "select dataset, delivery_id, physical, staged + quarantined + duplicate + non_data from delivery"
        deliveries = ledger.execute(query).fetchall()
    assert len({dataset for dataset, *_ in deliveries}) == 27
    assert [found for found in deliveries if found[2] != found[3]] == []


def test_figures_differ_from_the_truth_only_where_planted_defects_explain_it(default: Province) -> None:
    assert default.scores["figures.unexplained"] == 0


def test_an_attacker_who_knows_all_sums_computes_no_suppressed_figure(default: Province) -> None:
    release = default.home / "releases" / "current"
    found = attack(*read(str(release / "mart.duckdb"), str(release / "warehouse.duckdb")))
    assert (found.rows, found.small) == ([], [])


def test_the_rows_behind_all_47_figures_make_them(default: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUILIU_HOME", str(default.home))
    settings.cache_clear()
    release = (default.home / "releases" / "current").resolve()
    vault = (default.home / "private" / "releases" / "current").resolve() / "vault.duckdb"
    # The province in a year, and in a quarter for which it signs values; a prefecture; a county in a year and a month.
    places = [("430000", "2025"), ("430000", "2025Q4"), ("430100", "2024"), ("430102", "2025"), ("430102", "2024-05")]
    wrong, with_rows = walk(release, vault, places)
    settings.cache_clear()
    assert wrong == []
    assert with_rows == {f"R{number}" for number in range(1, 48)}


def test_persons_and_cases_are_told_apart_and_found(default: Province) -> None:
    assert default.scores["person.precision"] >= 0.9999
    assert default.scores["person.recall"] >= 0.985
    assert default.scores["person.trap_merges"] == 0
    assert default.scores["cases.precision"] >= 0.999
    assert default.scores["cases.recall"] >= 0.98


def test_hand_offs_are_found_as_they_stand_and_the_cause_is_right(default: Province) -> None:
    assert default.scores["handoffs.precision"] >= 0.99
    assert default.scores["handoffs.recall"] >= 0.99
    assert default.scores["handoffs.cause_share"] >= 0.9


def test_the_truth_lies_within_the_range_of_nine_cells_in_ten_and_ranges_are_narrow(default: Province) -> None:
    assert default.scores["figures.in_range"] >= 0.9
    assert default.scores["figures.range_width"] <= 0.05


def test_with_hard_defects_no_innocent_person_is_merged_and_few_wait_for_a_clerk(hard: Province) -> None:
    assert hard.scores["person.precision"] >= 0.9999
    assert hard.scores["person.recall"] >= 0.985
    assert hard.scores["person.trap_merges"] == 0
    assert hard.scores["person.review_share"] <= 0.02
