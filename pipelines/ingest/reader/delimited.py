"""CSV with a pinned dialect, in pieces of some megabytes.

A piece whose every line is one whole row goes through Arrow's parser at the speed of the disk. Anything else
(a line break within quotes, a quote where none belongs, too many or too few fields, two encodings) is read line by
line by the `csv` module, which gives the same rows more slowly. Delimiters, quotes and line breaks are ASCII and
never the second byte of a character of GB18030 or UTF-8, so lines are found before anything is decoded.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from pipelines.ingest.reader.containers import kind_of, readable, streams
from pipelines.ingest.reader.encodings import BOM, UTF8, decode_line, decode_values, encoding_named
from pipelines.ingest.reader.rows import LONGEST_CELL, UNDECODABLE, Rows, Unreadable

PIECE = 8 << 20
# Pieces parsed at the same time, and pieces cut before the rows of the first of them are kept.
_PARSERS = 2
_CUT_AHEAD = 3
# Blocks unpacked before they are asked for.
_UNPACKED_AHEAD = 8
# How often the end of the last whole row is looked for in a piece with line breaks within quotes.
_TRIES = 50
# Physical lines a header may have, where line breaks stand within its quotes.
_HEADER_LINES = 20
# The longest physical line: far beyond any row, far below what would hurt.
LONGEST_LINE = 8 << 20
# Share of lines in no known encoding above which the whole file is in a wrong one.
MOST_UNDECODABLE = 0.5
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34
# How many values of a piece show whether a column repeats itself, and the share of distinct ones above which not.
_SAMPLE = 8192
_HARDLY_REPEATED = 0.95

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[np.int64]]


def _refuse_nul(piece: bytes, name: str, first: int) -> None:
    if (zero := piece.find(b"\0")) >= 0:
        line = first + piece.count(b"\n", 0, zero)
        raise Unreadable(f"{name} line {line}: a NUL byte, which no text holds; export it again")


def _lines(blocks: Iterable[bytes], name: str, first: int) -> Iterator[bytes]:
    """Physical lines with their ends, counted from `first`. Raises Unreadable at an endless one."""
    rest, number = b"", first
    for block in blocks:
        _refuse_nul(block, name, number)
        *whole, rest = (rest + block).splitlines(keepends=True) or [b""]
        # A carriage return at the end of a block may be half of a line break.
        if rest.endswith(b"\n"):
            whole, rest = [*whole, rest], b""
        yield from whole
        number += len(whole)
        if len(rest) > LONGEST_LINE:
            raise Unreadable(f"{name} line {number} is longer than {LONGEST_LINE >> 20} MB; export one row a line")
    if rest:
        yield rest


class _Decoded:
    """Lines as text for the `csv` module, remembering the lines and flaws of the record it is reading."""

    def __init__(self, lines: Iterator[bytes], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self.record: list[str] = []
        self.flaws = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            text, flaws = decode_line(line, self._encoding)
            self.record.append(text)
            self.flaws |= flaws
            yield text

    def next_record(self) -> int:
        """Forget the record read; returns its flaws."""
        flaws, self.flaws, self.record = self.flaws, 0, []
        return flaws


def _opened_at(record: list[str], delimiter: str) -> int:
    """Which line of an unfinished record holds the quote that is not closed properly (0: its first)."""
    line, opened, quoted, before = 0, 0, False, delimiter
    for char in "".join(record):
        if char == '"' and (quoted or before in (delimiter, "\n")):
            quoted, opened = not quoted, opened if quoted else line
        line += char == "\n"
        before = char
    return opened


def _one_line_rows(data: Bytes, ends: Places, delimiter: int) -> bool:
    """Whether every line of a piece is a row: each quote opens or closes a field and none holds a line break.

    `ends` are the places of its line feeds.
    """
    returns = np.flatnonzero(data == _RETURN)
    if len(returns) and (returns[-1] + 1 == len(data) or (data[returns + 1] != _NEWLINE).any()):
        return False
    places = np.flatnonzero(data == _QUOTE)
    if not len(places):
        return True
    if len(places) % 2:
        return False
    around = np.concatenate(([_NEWLINE], data, [_NEWLINE])).astype(np.uint8)
    before, after = around[places[0::2]], around[places[1::2] + 2]
    edges = np.array([delimiter, _NEWLINE, _QUOTE], np.uint8)
    if not (np.isin(before, edges).all() and np.isin(after, [*edges, _RETURN]).all()):
        return False
    # A quote beside a quote is a doubled one only when they touch as close and open.
    twice = np.flatnonzero(before == _QUOTE)
    if not np.array_equal(places[0::2][twice] - 1, places[1::2][twice - 1]):
        return False
    return not (np.searchsorted(places, ends) % 2).any()


def _rows_begin(data: Bytes, ends: Places) -> tuple[Places, int]:
    """Which lines of a piece are no blank ones (from 0), and the number of its lines."""
    starts = np.concatenate(([0], ends + 1))
    if starts[-1] == len(data):
        starts = starts[:-1]
    first = data[starts]
    blank = (first == _NEWLINE) | (first == _RETURN)
    return np.flatnonzero(~blank), len(starts)


class _Piece(NamedTuple):
    """Rows of a piece: its agreed columns, which of its lines they stand on (from 0), and the number of its lines."""

    columns: dict[str, pa.Array]
    numbers: Places
    lines: int


def _cut(data: bytes) -> int:
    """Where the last whole row of some data ends: a line break with an even number of quotes before it; 0 if none."""
    cut = data.rfind(b"\n") + 1
    for _ in range(_TRIES):
        if data.count(b'"', 0, cut) % 2 == 0:
            return cut
        # In a well-formed file the last quote opened the field that goes on.
        cut = data.rfind(b"\n", 0, data.rfind(b'"', 0, cut)) + 1
    return 0


def _pieces(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of a file from `first` on, cut behind rows; an empty piece says that no cut was found in the next."""
    waiting, size = [first], len(first)
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size >= PIECE:
            data = b"".join(waiting)
            cut = _cut(data)
            yield data[:cut]
            waiting, size = [data[cut:]], len(data) - cut
            if not cut:
                yield data
                waiting, size = [], 0
    yield b"".join(waiting)


def _coded(column: pa.Array) -> pa.DictionaryArray:
    """Bytes as a dictionary; of a column that hardly repeats itself every value is its own entry."""
    if len(column) > _SAMPLE and len(column[:_SAMPLE].unique()) > _SAMPLE * _HARDLY_REPEATED:
        return pa.DictionaryArray.from_arrays(np.arange(len(column), dtype=np.int32), column)
    return column.dictionary_encode()


class _File:
    """One CSV file read into rows. `line` is the number of the last line read."""

    def __init__(self, options: dict[str, Any], name: str, rows: Rows, line: int) -> None:
        self.name = name
        self.rows = rows
        self.line = line
        self.undecodable = 0
        self.encoding = encoding_named(options["encoding"])
        self.delimiter = str(options["delimiter"])
        self.agreed = frozenset(rows.agreed)

    def read(self, blocks: Iterator[bytes]) -> None:
        """Read header and rows."""
        before = self.rows.count
        pieces = _pieces(self._header(self._start(blocks), blocks), blocks)
        with ThreadPoolExecutor(_PARSERS) as parsers:
            cut: deque[tuple[bytes, Future[_Piece | None]]] = deque()
            while True:
                fresh = islice(pieces, _CUT_AHEAD - len(cut))
                cut.extend((piece, parsers.submit(self._parsed, piece)) for piece in fresh)
                if not cut:
                    break
                piece, parsed = cut.popleft()
                if not self._piece(piece, parsed.result()):
                    # Where a row ends cannot be told from the quotes: from here on line by line.
                    rest = chain([piece], (later for later, _ in cut), pieces)
                    self._records(_lines(rest, self.name, self.line + 1))
                    break
        self.rows.flush()
        count = self.rows.count - before
        if self.undecodable > count * MOST_UNDECODABLE:
            raise Unreadable(
                f"{self.name} is not {self.encoding}: {self.undecodable} of {count} rows cannot be decoded; "
                f"export it as {self.encoding}"
            )

    def _start(self, blocks: Iterator[bytes]) -> bytes:
        first = next(blocks, b"")
        if not first:
            raise Unreadable(f"{self.name} holds an empty file (0 bytes); export it again")
        if kind := kind_of(first):
            raise Unreadable(f"{self.name} is not {self.encoding} CSV but {kind}; export it as {self.encoding} CSV")
        if first.startswith(BOM):
            self.encoding = UTF8
        return first.removeprefix(BOM)

    def _header(self, first: bytes, blocks: Iterator[bytes]) -> bytes:
        """Read the header line; returns what came behind it."""
        while b"\n" not in first and b"\r" not in first and (block := next(blocks, b"")):
            first += block
            if len(first) > LONGEST_LINE:
                raise Unreadable(f"{self.name} line 1 is longer than {LONGEST_LINE >> 20} MB; export one row a line")
        lines = first[:LONGEST_CELL].splitlines(keepends=True)[:_HEADER_LINES]
        _refuse_nul(lines[0], self.name, 1)
        reader = csv.reader(
            (decode_line(line, self.encoding)[0] for line in lines), delimiter=self.delimiter, strict=True
        )
        try:
            cells = next(reader, [])
        except csv.Error:
            raise Unreadable(f"{self.name} line 1: the header has a quote too many; export it again") from None
        header = [cell.strip() for cell in cells]
        if not self.rows.found:
            self.rows.header(header, self.name)
        elif header != self.rows.found:
            raise Unreadable(f"{self.name}: its parts have different headers; export them with one and the same")
        self.rows.non_data += 1
        self.line += reader.line_num
        return first[sum(map(len, lines[: reader.line_num])) :]

    def _piece(self, piece: bytes, parsed: _Piece | None) -> bool:
        """Keep the rows of one piece of whole lines, parsed by columns or, where that cannot be, line by line; False
        when it does not end with a row, and then nothing of it is kept."""
        if not piece:
            return False
        _refuse_nul(piece, self.name, self.line + 1)
        if parsed is None:
            try:
                self._records(iter(piece.splitlines(keepends=True)), whole=False)
            except csv.Error:
                return False
            return True
        lines = pa.array(parsed.numbers + self.line + 1)
        flaws = pa.repeat(pa.scalar(0, pa.uint8()), len(lines))
        self.rows.add_columns(lines, len(self.rows.found), flaws, parsed.columns)
        self.line += parsed.lines
        self.rows.non_data += parsed.lines - len(lines)
        return True

    def _parsed(self, piece: bytes) -> _Piece | None:
        """A piece by columns; None when a line is no whole row, or a row not like the others."""
        data = np.frombuffer(piece, np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        if not piece or not _one_line_rows(data, ends, ord(self.delimiter)):
            return None
        columns = self._columns(piece)
        return None if columns is None else _Piece(columns, *_rows_begin(data, ends))

    def _columns(self, piece: bytes) -> dict[str, pa.Array] | None:
        """The agreed columns of a piece; None when fields are too many, too few or in another encoding."""
        names = [str(place) for place in range(len(self.rows.found))]
        wanted = {name: header for name, header in zip(names, self.rows.found, strict=True) if header in self.agreed}
        if not wanted:
            return None
        try:
            table = pacsv.read_csv(
                pa.BufferReader(piece),
                read_options=pacsv.ReadOptions(column_names=names, block_size=len(piece) + 1, use_threads=False),
                parse_options=pacsv.ParseOptions(delimiter=self.delimiter),
                convert_options=pacsv.ConvertOptions(
                    include_columns=list(wanted), column_types=dict.fromkeys(wanted, pa.binary()), check_utf8=False
                ),
            )
        except pa.ArrowInvalid:
            return None
        columns = {header: self._text(table[name].combine_chunks()) for name, header in wanted.items()}
        return None if None in columns.values() else columns

    def _text(self, column: pa.Array) -> pa.Array | None:
        """A column of bytes as text: only the values of its dictionary are decoded."""
        coded = _coded(column)
        values = decode_values(coded.dictionary, self.encoding)
        return None if values is None else pa.DictionaryArray.from_arrays(coded.indices, values)

    def _records(self, lines: Iterator[bytes], *, whole: bool = True) -> None:
        """Read rows line by line. Without `whole` the lines are a piece: nothing is kept of it when it fails."""
        source = _Decoded(lines, self.encoding)
        reader = csv.reader(iter(source), delimiter=self.delimiter, strict=True)
        kept: list[tuple[int, list[str], int]] = []
        blank, read = 0, 0
        try:
            for cells in reader:
                first, read = self.line + read + 1, reader.line_num
                flaws = source.next_record()
                if not cells:
                    blank += 1
                elif whole:
                    self._keep(first, cells, flaws)
                else:
                    kept.append((first, cells, flaws))
        except csv.Error as error:
            if not whole:
                raise
            self._refuse_record(source, self.line + read + 1, error)
        for first, cells, flaws in kept:
            self._keep(first, cells, flaws)
        self.line += read
        self.rows.non_data += blank

    def _keep(self, line: int, cells: list[str], flaws: int) -> None:
        self.undecodable += bool(flaws & UNDECODABLE)
        self.rows.add(line, list(cells), flaws)

    def _refuse_record(self, source: _Decoded, line: int, error: csv.Error) -> None:
        """Refuse the file for the record that cannot be read; says where, never what stands there."""
        record = source.record
        if '"' not in "".join(record):
            raise Unreadable(f"{self.name} line {line}: {error}; export it again") from None
        opened = line + _opened_at(record, self.delimiter)
        raise Unreadable(
            f"{self.name} line {opened}: the quote opened here is not closed properly (read on to line "
            f"{line + len(record) - 1}); export it with every quote closed and quotes within a value doubled"
        ) from None


def _ahead(blocks: Iterator[bytes], unpacker: ThreadPoolExecutor) -> Iterator[bytes]:
    """Blocks, of which the next ones are unpacked while one is read."""
    waiting = deque(unpacker.submit(next, blocks, b"") for _ in range(_UNPACKED_AHEAD))
    while block := waiting.popleft().result():
        waiting.append(unpacker.submit(next, blocks, b""))
        yield block


def read_csv(job: dict[str, Any], rows: Rows) -> None:
    """CSV, plain or packed; the parts of a ZIP count their lines on, so that each line has one number."""
    path, options = Path(job["files"][0]), job["options"]
    csv.field_size_limit(LONGEST_CELL)
    line = 0
    with readable(path.name):
        parts = bool(options.get("parts", False))
        for blocks in streams(path, options.get("container"), job["limit_bytes"], parts=parts):
            file = _File(options, path.name, rows, line)
            with ThreadPoolExecutor(1) as unpacker:
                file.read(_ahead(blocks, unpacker))
            line = file.line
