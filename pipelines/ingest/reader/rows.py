"""What every format is read into: rows of text under the agreed headers, each with where it stood in its file.

`text.arrows` is an Arrow stream with `line_number` (the physical line, sheet row, item or record), `fields`
(how many the row had), `flaws` (bits below) and one dictionary-encoded text column per agreed header. Each batch has
dictionaries of its own; where values hardly repeat themselves, a dictionary may hold one of them twice.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

# A cell longer than this is no cell of any dataset.
LONGEST_CELL = 1_000_000
TEXT_ROWS = "text.arrows"
TEXT = pa.dictionary(pa.int32(), pa.string())

# Bits of `flaws`: the row is in the other encoding, in none, or holds a spreadsheet error such as #N/A.
OTHER_ENCODING = 1
UNDECODABLE = 2
ERROR_CELL = 4

_BATCH = 50_000


class Unreadable(ValueError):
    """The file cannot be read as what its contract says; the message says why and what to do."""


class Rows:
    """Writes rows of text batch by batch, and counts them and what is no data (titles, headers, totals, blanks)."""

    def __init__(self, folder: Path, agreed: list[str]) -> None:
        self.agreed = agreed
        self.found: list[str] = []
        self.width = 0
        self.count = 0
        self.non_data = 0
        self._places: list[int | None] = []
        self._waiting: list[tuple[int, int, int, list[str | None]]] = []
        names = [("line_number", pa.int64()), ("fields", pa.int32()), ("flaws", pa.uint8())]
        self.schema = pa.schema([*names, *((header, TEXT) for header in agreed)])
        self._stream = pa.ipc.new_stream(str(folder / TEXT_ROWS), self.schema)

    def header(self, found: list[str], name: str) -> None:
        """Set the headers of file `name`, in its order. Raises Unreadable when one is there twice."""
        repeated = sorted({name for name in found if name and found.count(name) > 1})
        if repeated:
            # Named only when agreed: a file without a header shows its first row here, which may name a person.
            named = [name for name in repeated if name in self.agreed] or f"{len(repeated)} columns"
            raise Unreadable(f"{name}: the header names {named} more than once; keep one column of each")
        self.found = found
        self.width = len(found)
        self._places = [found.index(name) if name in found else None for name in self.agreed]

    def add(self, line: int, cells: list[str | None], flaws: int = 0) -> None:
        """Keep one row in the order of the file's headers; what it lacks is missing, what it has beyond is counted."""
        kept = [cells[place] if place is not None and place < len(cells) else None for place in self._places]
        self._waiting.append((line, len(cells), flaws, kept))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def add_columns(self, lines: pa.Array, fields: int, flaws: pa.Array, columns: dict[str, pa.Array]) -> None:
        """Keep rows that are columns already; all of them have `fields` fields."""
        self.flush()
        empty = pa.DictionaryArray.from_arrays(pa.nulls(len(lines), pa.int32()), pa.array([], pa.string()))
        arrays = [lines, pa.repeat(pa.scalar(fields, pa.int32()), len(lines)), flaws]
        arrays += [columns.get(header, empty) for header in self.agreed]
        self._write(pa.record_batch(arrays, schema=self.schema))

    def flush(self) -> None:
        """Write the rows that wait for their batch to fill."""
        if not self._waiting:
            return
        lines, fields, flaws, cells = zip(*self._waiting, strict=True)
        arrays = [pa.array(lines, pa.int64()), pa.array(fields, pa.int32()), pa.array(flaws, pa.uint8())]
        arrays += [pa.array(column, pa.string()).dictionary_encode() for column in zip(*cells, strict=True)]
        self._waiting = []
        self._write(pa.record_batch(arrays, schema=self.schema))

    def _write(self, batch: pa.RecordBatch) -> None:
        self._stream.write_batch(batch)
        self.count += batch.num_rows

    def close(self) -> None:
        """Write what waits and end the stream."""
        self.flush()
        self._stream.close()
