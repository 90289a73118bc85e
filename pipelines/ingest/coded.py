"""Columns as values and which of them each row has.

Agencies repeat themselves: a million rows hold a few thousand dates and a few hundred regions. Whatever is worked
out over the distinct values is spread over the rows by their indices, and text is never copied row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.conform.plain import Plain

Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Coded:
    """`values` are of any type, some may be missing, and one may stand there twice; a row whose index is missing has no
    value."""

    indices: pa.Array
    values: pa.Array

    def rows(self) -> pa.Array:
        """The value of each row; text stays a dictionary."""
        if not pa.types.is_string(self.values.type):
            return self.values.take(self.indices)
        indices = self.indices.cast(pa.int32())
        if self.values.null_count:
            # A dictionary must hold no missing value: rows that have it lose their index instead.
            indices = pc.if_else(self.values.is_valid().take(indices), indices, pa.scalar(None, pa.int32()))
        return pa.DictionaryArray.from_arrays(indices, self.values.fill_null(""))

    def flags(self) -> pa.Array:
        """Whether each row has a true value."""
        return self.rows().fill_null(False)

    def with_values(self, values: pa.Array) -> Coded:
        """Other values, aligned with these."""
        return Coded(self.indices, values)

    def distinct(self) -> Coded:
        """The same with every value once."""
        encoded = self.values.dictionary_encode()
        return Coded(encoded.indices.take(self.indices), encoded.dictionary)

    def over_values(self, function: Callable[[Any], Any], kind: pa.DataType, plain: Plain | None = None) -> Coded:
        """A scalar function applied to each value; those already known to be `plain` are not asked again."""
        if plain is None:
            return self.with_values(_results(self.values, function, kind))
        others = np.flatnonzero(~plain.flags)
        results = _results(self.values.take(pa.array(others)), function, kind)
        if not len(results):
            return self.with_values(plain.values.cast(kind))
        # Both parts one after the other, put back into the order of the values.
        places = np.empty(len(plain.flags), np.int64)
        places[plain.flags] = np.arange(len(plain.values))
        places[others] = np.arange(len(plain.values), len(places))
        return self.with_values(pa.concat_arrays([plain.values.cast(kind), results]).take(pa.array(places)))

    def codes(self) -> Places:
        """The index of each row, -1 where it has none."""
        codes: Places = self.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes


def _results(values: pa.Array, function: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
    return pa.array([None if value is None else function(value) for value in values.to_pylist()], kind)


def coded(column: pa.Array | pa.ChunkedArray) -> Coded:
    """A column of text, dictionary-encoded already or not."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    return Coded(encoded.indices, encoded.dictionary)


def _groups(columns: Sequence[Places]) -> Places:
    """A number per row, the same for rows with the same codes."""
    combined = columns[0] + 1
    for codes in columns[1:]:
        _, combined = np.unique(combined, return_inverse=True)
        combined = combined * (codes.max(initial=-1) + 2) + codes + 1
    return combined


def pairs(first: Coded, second: Coded, places: Places | None = None) -> tuple[pa.Array, list[tuple[Any, Any]]]:
    """Indices into the distinct pairs of two columns, and the pairs; at some places only, if given."""
    codes = [column.codes() if places is None else column.codes()[places] for column in (first, second)]
    _, where, indices = np.unique(_groups(codes), return_index=True, return_inverse=True)
    lists = [
        column.values.take(pa.array(side[where], mask=side[where] < 0)).to_pylist()
        for column, side in zip((first, second), codes, strict=True)
    ]
    return pa.array(indices), list(zip(*lists, strict=True))


def read_text(path: Path) -> pa.Table:
    """The rows the reader left, mapped from the file, each batch with dictionaries of its own."""
    with pa.memory_map(str(path)) as stream:
        return pa.ipc.open_stream(stream).read_all()


def repetitions(table: pa.Table, key: Sequence[str], headers: Sequence[str]) -> Places:
    """Places of rows of which an earlier one says exactly the same.

    Only rows that share their key, as written, with another can, so only those are compared in full.
    """
    parts = [table[name].cast(pa.string()) for name in key]
    keys = pc.binary_join_element_wise(*parts, "|", null_handling="replace").combine_chunks()
    codes = coded(keys).codes()
    shared: Places = np.flatnonzero(np.bincount(codes)[codes] > 1) if len(codes) else codes
    if not len(shared):
        return shared
    mask = np.zeros(table.num_rows, np.bool_)
    mask[shared] = True
    few = table.select(headers).filter(pa.array(mask))
    whole = np.stack([coded(few[name].cast(pa.string())).codes() for name in headers], axis=1)
    again = np.ones(len(shared), np.bool_)
    again[np.unique(whole, axis=0, return_index=True)[1]] = False
    found: Places = shared[again]
    return found
