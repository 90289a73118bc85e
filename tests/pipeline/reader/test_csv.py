"""CSV as agencies write it: encodings, quotes, line breaks, parts; every row with its physical line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.reader import delimited
from pipelines.ingest.reader.rows import TEXT_ROWS, Rows, Unreadable
from tests.pipeline import exports as make
from tests.pipeline.reader.conftest import Register

USERS = [make.drug_user(i, 姓名=name) for i, name in enumerate(["张三", "李四", "王五", "赵六"], start=1)]


def lines_of(rows: list[make.Row]) -> list[str]:
    return make.csv_text(rows).splitlines(keepends=True)


def test_utf8_with_a_mark_is_read_though_gb18030_was_agreed(register: Register) -> None:
    data = make.csv_text(USERS).encode("utf-8-sig")
    assert register.deliver("d1", {"d1.zip": make.zip_bytes(data)})["staged"] == 4
    assert register.rows("d1", "name") == [("张三",), ("李四",), ("王五",), ("赵六",)]


def test_a_line_in_the_other_encoding_is_read_in_it_and_counted(register: Register) -> None:
    lines = lines_of(USERS)
    data = b"".join(line.encode("utf-8" if place in (2, 4) else "gb18030") for place, line in enumerate(lines))
    assert register.deliver("d1", {"d1.zip": make.zip_bytes(data)})["staged"] == 4
    assert register.rows("d1", "name, line_number") == [("张三", 2), ("李四", 3), ("王五", 4), ("赵六", 5)]
    assert "2 of 4 rows fail row_encoding" in register.said("d1")


def test_a_utf8_file_may_hold_gb18030_lines(register: Register, agreed: Callable[..., None]) -> None:
    agreed("csv", encoding="utf-8", delimiter=",")
    lines = lines_of(USERS)
    data = b"".join(line.encode("gb18030" if place == 3 else "utf-8") for place, line in enumerate(lines))
    assert register.deliver("d1", {"d1.csv": data})["staged"] == 4
    assert register.rows("d1", "name")[2] == ("王五",)


def test_a_line_in_no_encoding_is_quarantined_alone(register: Register) -> None:
    lines = [line.encode("gb18030") for line in lines_of(USERS)]
    lines[2] = lines[2].replace("李四".encode("gb18030"), b"\xc0\xff\xfe")
    account = register.deliver("d1", {"d1.zip": make.zip_bytes(b"".join(lines))})
    assert (account["staged"], account["quarantined"]) == (3, 1)
    assert register.quarantined("d1") == [(3, "row_decoded")]


def test_a_file_whose_lines_are_mostly_in_no_encoding_is_refused(register: Register) -> None:
    lines = [line.encode("gb18030") for line in lines_of(USERS)]
    broken = [lines[0], *(line.replace(b",", b"\xff\xff,", 1) for line in lines[1:])]
    account = register.deliver("d1", {"d1.zip": make.zip_bytes(b"".join(broken))})
    assert account["status"] == "rejected"
    assert "d1.zip is not gb18030: 4 of 4 rows cannot be decoded; export it as gb18030" in register.said("d1")


def test_line_breaks_in_quotes_and_blank_lines_keep_the_physical_line_numbers(register: Register) -> None:
    rows = [make.drug_user(1, 曾用名="张\r\n三"), make.drug_user(2), make.drug_user(3, 姓名="")]
    lines = make.csv_text(rows)
    text = lines.replace("\r\nU0002", "\r\n\r\n\r\nU0002")
    account = register.deliver("d1", {"d1.zip": make.zip_bytes(text.encode("gb18030"))})
    assert (account["staged"], account["quarantined"], account["non_data"]) == (2, 1, 3)
    assert register.rows("d1", 'record_key, line_number, raw."曾用名"') == [
        ("U0001", 2, "张\r\n三"),
        ("U0002", 6, ""),
    ]
    assert register.quarantined("d1") == [(7, "name_required")]


def test_a_quote_within_a_value_is_part_of_it(register: Register) -> None:
    text = make.csv_text(USERS).replace("李四", '李"四')
    assert register.deliver("d1", {"d1.zip": make.zip_bytes(text.encode("gb18030"))})["staged"] == 4
    assert register.rows("d1", 'raw."姓名"')[1] == ('李"四',)


def test_an_unterminated_quote_is_named_by_the_line_it_opens_on(register: Register) -> None:
    text = make.csv_text(USERS).replace("王五", '"王五')
    account = register.deliver("d1", {"d1.zip": make.zip_bytes(text.encode("gb18030"))})
    assert account["status"] == "rejected"
    said = register.said("d1")
    assert "d1.zip line 4: the quote opened here is not closed properly (read on to line 5)" in said
    assert "王五" not in said


def test_the_parts_of_a_zip_are_one_delivery_where_that_is_agreed(
    register: Register, agreed: Callable[..., None]
) -> None:
    agreed("csv", container="zip", parts=True, encoding="gb18030", delimiter=",")
    parts = {f"part{i}.csv": make.csv_text(USERS[2 * i : 2 * i + 2]).encode("gb18030") for i in range(2)}
    account = register.deliver("d1", {"d1.zip": make.zip_of(parts)})
    assert (account["staged"], account["non_data"]) == (4, 2)
    assert register.rows("d1", "record_key, line_number") == [
        ("U0001", 2),
        ("U0002", 3),
        ("U0003", 5),
        ("U0004", 6),
    ]


HEADER = ["a", "b", "c"]


def read(data: bytes, folder: Path, encoding: str = "gb18030") -> list[tuple[object, ...]]:
    """(line, fields, a, b, c) of each row as the reader finds them."""
    path = folder / "t.csv"
    path.write_bytes(data)
    rows = Rows(folder, HEADER)
    job = {"files": [str(path)], "options": {"encoding": encoding, "delimiter": ","}, "limit_bytes": 1 << 30}
    delimited.read_csv(job, rows)
    rows.close()
    table = pa.ipc.open_stream((folder / TEXT_ROWS).read_bytes()).read_all()
    return [(r["line_number"], r["fields"], r["a"], r["b"], r["c"]) for r in table.to_pylist()]


def expected(text: str) -> list[tuple[object, ...]]:
    """The same by the `csv` module alone."""
    reader, found, line = csv.reader(io.StringIO(text, newline=""), strict=True), [], 0
    for cells in reader:
        if cells and line:
            padded = [*cells, None, None, None][:3]
            found.append((line + 1, len(cells), *padded))
        line = reader.line_num
    return found


CELLS = st.text(st.sampled_from('ab张·", \r\n龘'), max_size=6)


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=30),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    piece=st.integers(20, 200),
    tail=st.sampled_from(["", "\r\n", '"open', 'x,"y"z,w\r\n', 'x"y,z,w"\r\n', "a\rb,c,d\r\n"]),
)
def test_pieces_of_any_size_give_the_rows_and_lines_of_the_whole(
    rows: list[list[str]], quoting: int, piece: int, tail: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=quoting)
    writer.writerows([HEADER, *rows])
    text = stream.getvalue() + tail
    try:
        wanted: object = expected(text)
    except csv.Error:
        wanted = "refused"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "PIECE", piece)
        patch.setattr("pipelines.ingest.reader.containers.BLOCK", 17)
        try:
            found: object = read(text.encode("gb18030"), tmp_path_factory.mktemp("csv"))
        except Unreadable:
            found = "refused"
    assert found == wanted
