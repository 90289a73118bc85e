"""Parquet of judged rows: typed columns, and under `raw` the text they came from."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 131_072
# A dictionary is written again with every row group, so only a small one saves anything.
LARGEST_DICTIONARY = 20_000


def spelled_out(table: pa.Table) -> pa.Schema:
    """The schema of a table, but that text of large dictionaries is spelled out."""

    def is_large(field: pa.Field) -> bool:
        chunks = table[field.name].chunks if _is_encoded(field) else ()
        return any(len(chunk.dictionary) > LARGEST_DICTIONARY for chunk in chunks)

    return pa.schema([field.with_type(pa.string()) if is_large(field) else field for field in table.schema])


def _is_encoded(field: pa.Field) -> bool:
    return bool(pa.types.is_dictionary(field.type))


def stacked(tables: list[pa.Table]) -> pa.Table:
    """Tables of the same columns, one below the other; text spelled out in one of them is so in all."""
    fields = zip(*(table.schema for table in tables), strict=True)
    schema = pa.schema([next((one for one in same if pa.types.is_string(one.type)), same[0]) for same in fields])
    return pa.concat_tables([table.cast(schema) for table in tables])


def _groups(typed: pa.Table, raw: pa.Table, wanted: pa.ChunkedArray, texts: pa.Schema) -> Iterator[pa.Table]:
    """The wanted rows, a row group at a time."""
    for start in range(0, max(1, typed.num_rows), ROW_GROUP):
        these = slice(start, start + ROW_GROUP)
        columns = {name: typed[name][these].filter(wanted[these]) for name in typed.column_names}
        written = [column.combine_chunks() for column in raw[these].filter(wanted[these]).cast(texts).columns]
        columns["raw"] = pa.StructArray.from_arrays(written, texts.names)
        yield pa.table(columns).combine_chunks()


def write_rows(typed: pa.Table, raw: pa.Table, wanted: pa.ChunkedArray, path: Path) -> None:
    """Write the wanted rows of typed columns with the text they came from; both tables have the same rows."""
    texts = spelled_out(raw)
    encoded = [field.name for field in typed.schema if _is_encoded(field)]
    encoded += [f"raw.{field.name}" for field in texts if _is_encoded(field)]
    # Statistics of what is in no order narrow nothing down, and to find them takes a third of writing.
    options = {"use_dictionary": encoded, "write_statistics": ["line_number"], "store_schema": False}
    groups = _groups(typed, raw, wanted, texts)
    with ThreadPoolExecutor(1) as ahead:
        rows = next(groups)
        with pq.ParquetWriter(path, rows.schema, **options) as writer:
            while rows is not None:
                following = ahead.submit(next, groups, None)
                if len(rows):
                    writer.write_table(rows)
                rows = following.result()
