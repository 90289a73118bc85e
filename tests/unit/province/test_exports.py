"""What the agencies write about the lives keeps every rule of its contract, and says what happened."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from pipelines.contracts import Contract
from pipelines.province import procurators
from pipelines.province.days import END
from pipelines.province.deliveries import make_deliveries
from pipelines.province.live import live
from pipelines.province.lives import APPROVED, CHARGED, NOT_APPROVED, NOT_CHARGED, Lives
from pipelines.province.records import TAIL, Dataset
from tests.contract.rows import broken_rules

DATASETS = (procurators.CHARGE,)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return live(1500, 4)


def _rows(dataset: Dataset, lives: Lives) -> list[dict[str, str]]:
    """The latest row of every record that still stands, by header."""
    records = dataset.records(lives, random.Random(dataset.name))
    return [dict(zip(dataset.header, record.row(END), strict=True)) for record in records if record.dropped is None]


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_row_of_every_delivery_keeps_every_rule(dataset: Dataset, lives: Lives, contracts: dict[str, Contract]):
    contract = contracts[dataset.name]
    names = {column.header: column.name for column in contract.columns}
    records = dataset.records(lives, random.Random(dataset.name))
    deliveries = make_deliveries(dataset, records, random.Random(1))
    assert len(deliveries) == 2
    for delivery in deliveries:
        assert delivery.rows
        rows = [
            {names[header]: cell for header, cell in zip((*dataset.header, *TAIL), row.cells, strict=True)}
            for row in delivery.rows
        ]
        assert Counter(rule for broken in broken_rules(contract, rows) for rule in broken) == {}


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_keys_are_unique(dataset: Dataset, lives: Lives) -> None:
    keys = [record.key for record in dataset.records(lives, random.Random(dataset.name))]
    assert len(set(keys)) == len(keys) > 0


def test_a_charge_follows_the_case_and_names_its_documents(lives: Lives) -> None:
    charges = {charge.number: charge for charge in lives.charges}
    rows = _rows(procurators.CHARGE, lives)
    assert len(rows) == len(charges)
    for row in rows:
        case = charges[row["部门受案号"]].suspect.case
        assert row["侦查文号"] == case.filing_number
        assert row["起诉书文号"] == (case.indictment_number if row["起诉决定"] == CHARGED else "")
    assert {row["批捕决定"] for row in rows} == {"", APPROVED, NOT_APPROVED}
    assert {row["起诉决定"] for row in rows} == {"", CHARGED, NOT_CHARGED}


def test_everybody_before_a_court_was_charged(lives: Lives) -> None:
    charged = {
        (charge.suspect.case.case_id, charge.suspect.person.person_id)
        for charge in lives.charges
        if charge.outcome == CHARGED
    }
    assert {(judgment.case.case_id, judgment.person.person_id) for judgment in lives.judgments} <= charged


def test_the_steps_of_a_charge_come_in_order(lives: Lives) -> None:
    for charge in lives.charges:
        steps = [charge.suspect.arrested, charge.requested, charge.decided, charge.received, charge.concluded]
        taken = [day for day in steps if day is not None]
        assert taken == sorted(taken)
        assert date(2023, 1, 1) <= charge.begun <= END
