"""Parquet of judged rows: typed columns, and under `raw` the text they came from."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 131_072
# A dictionary is written again with every row group, so only a small one saves anything.
LARGEST_DICTIONARY = 20_000


def _dense(table: pa.Table) -> tuple[dict[str, pa.Array], list[str]]:
    """Columns with large dictionaries spelled out, and the names of those that keep theirs."""
    columns: dict[str, pa.Array] = {}
    encoded: list[str] = []
    for name in table.column_names:
        column = table[name].combine_chunks()
        if pa.types.is_dictionary(column.type):
            if len(column.dictionary) > LARGEST_DICTIONARY:
                column = column.cast(pa.string())
            else:
                encoded.append(name)
        columns[name] = column
    return columns, encoded


def write_rows(typed: pa.Table, raw: pa.Table, path: Path) -> None:
    """Write rows of typed columns with their text; both tables have the same rows."""
    columns, encoded = _dense(typed)
    texts, encoded_texts = _dense(raw)
    columns["raw"] = pa.StructArray.from_arrays(list(texts.values()), list(texts))
    pq.write_table(
        pa.table(columns),
        path,
        row_group_size=ROW_GROUP,
        use_dictionary=[*encoded, *(f"raw.{name}" for name in encoded_texts)],
        store_schema=False,
    )
