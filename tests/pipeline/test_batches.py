"""Rows come in batches with dictionaries of their own; what is found and written must not depend on where they end."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.contracts import contract_of
from pipelines.contracts.corrections import OwnCorrection
from pipelines.ingest import row_file
from pipelines.ingest.amend import amend
from pipelines.ingest.coded import repetitions
from pipelines.ingest.row_file import stacked, write_rows

ROWS = [("1", "张三"), ("2", "李四"), ("1", "张三"), ("2", "王五"), (None, "张三"), ("", "张三"), ("1", "张三")]
CUTS = [[0, 7], [0, 2, 7], [0, 1, 2, 3, 4, 5, 6, 7]]


def in_batches(rows: list[tuple[str | None, ...]], names: list[str], cuts: list[int]) -> pa.Table:
    """A table of dictionary-encoded text cut at these places."""
    text = pa.dictionary(pa.int32(), pa.string())
    columns = [
        pa.chunked_array(
            [pa.array([row[place] for row in rows[first:end]], pa.string()).cast(text) for first, end in pairwise(cuts)]
        )
        for place in range(len(names))
    ]
    return pa.table(columns, names=names)


@pytest.mark.parametrize("cuts", CUTS)
def test_a_repetition_is_found_in_another_batch(cuts: list[int]) -> None:
    assert repetitions(in_batches(ROWS, ["key", "name"], cuts), ["key"], ["key", "name"]).tolist() == [2, 6]


def test_a_value_that_stands_twice_in_a_dictionary_is_one_value() -> None:
    keys = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.int32()), pa.array(["1", "2", "1"]))
    assert repetitions(pa.table({"key": keys}), ["key"], ["key"]).tolist() == [2]


@pytest.mark.parametrize("cuts", CUTS)
def test_a_correction_reaches_the_rows_of_every_batch(cuts: list[int], tmp_path: Path) -> None:
    contract = contract_of("police_drug_user")
    names = [contract.column("drug_user_no").header, contract.column("name").header]
    match, fixed = {"drug_user_no": "1", "name": "张三"}, {"name": "张三丰"}
    correction = OwnCorrection("c1", contract.dataset, match, fixed, "", "active", tmp_path)
    lines = pa.array(range(2, 9))
    text, done = amend(in_batches(ROWS, names, cuts), lines, contract, [correction], tmp_path)
    assert text[names[1]].to_pylist() == ["张三丰", "李四", "张三丰", "王五", "张三", "张三", "张三丰"]
    assert done["corrected"] == 3


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("wanted", [[True] * 7, [False] * 7, [True, False, False, True, False, True, False]])
def test_the_wanted_rows_are_written_with_their_text(
    cuts: list[int], wanted: list[bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_file, "ROW_GROUP", 3)
    monkeypatch.setattr(row_file, "LARGEST_DICTIONARY", 1)
    raw = in_batches(ROWS, ["key", "name"], cuts)
    typed = stacked(
        [raw[first:end].append_column("line_number", pa.array(range(first, end))) for first, end in pairwise(cuts)]
    )
    path = tmp_path / "rows.parquet"
    write_rows(typed, raw, pa.chunked_array([wanted]), path)
    found = duckdb.sql(f"select line_number, key, name, raw.key, raw.name from read_parquet('{path}')").fetchall()
    assert found == [(place, *row, *row) for place, row in enumerate(ROWS) if wanted[place]]
