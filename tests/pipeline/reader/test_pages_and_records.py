"""JSON pages, numbered or chained, and XML records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from tests.pipeline import exports as make
from tests.pipeline.reader.conftest import Register


def chained(rows: list[make.Row], following: str | None, **extra: object) -> bytes:
    return json.dumps({"items": rows, "next_cursor": following, **extra}, ensure_ascii=False).encode()


def test_pages_chained_by_cursors_make_one_delivery(register: Register, agreed: Callable[..., None]) -> None:
    agreed("json", itemsKey="items")
    files = {
        "page-00001.json": chained([make.drug_user(1), make.drug_user(2)], "c2", total=3),
        "page-00002.json": chained([make.drug_user(3)], None, total=3),
    }
    assert register.deliver("d1", files)["staged"] == 3
    assert register.rows("d1", "record_key, line_number") == [("U0001", 1), ("U0002", 2), ("U0003", 3)]


@pytest.mark.parametrize(
    "cursors", [("c2", "c3"), (None, None), ("c2",)], ids=["the last is missing", "two ends", "one of many"]
)
def test_a_chain_that_does_not_end_with_its_last_page_is_refused(
    register: Register, agreed: Callable[..., None], cursors: tuple[str | None, ...]
) -> None:
    agreed("json", itemsKey="items")
    files = {f"page-{i}.json": chained([make.drug_user(i)], cursor) for i, cursor in enumerate(cursors)}
    assert register.deliver("d1", files)["status"] == "rejected"
    assert "fetch the set again" in register.said("d1")


def xml_of(rows: list[make.Row], encoding: str = "utf-8") -> bytes:
    records = "".join(
        "<r:记录>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items()) + "</r:记录>"
        for row in rows
    )
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<r:报送 xmlns:r="urn:x"><r:数据>{records}</r:数据></r:报送>'
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "GB2312"])
def test_xml_records_are_rows_by_the_path_of_the_contract(
    register: Register, agreed: Callable[..., None], encoding: str
) -> None:
    agreed("xml", recordPath="报送/数据/记录", container="gzip")
    rows = [make.drug_user(1, 曾用名="A&B"), make.drug_user(2, 姓名="")]
    account = register.deliver("d1", {"d1.xml.gz": gzip.compress(xml_of(rows, encoding), mtime=0)})
    assert (account["staged"], account["quarantined"]) == (1, 1)
    assert register.rows("d1", 'line_number, raw."曾用名"') == [(1, "A&B")]
    assert register.quarantined("d1") == [(2, "name_required")]


def test_xml_with_another_root_is_refused(register: Register, agreed: Callable[..., None]) -> None:
    agreed("xml", recordPath="报送/明细/记录")
    assert register.deliver("d1", {"d1.xml": xml_of([make.drug_user(1)])})["status"] == "rejected"
    assert "d1.xml has no element /报送/明细; send the agreed document" in register.said("d1")


def test_a_field_missing_from_every_xml_record_is_a_missing_column(
    register: Register, agreed: Callable[..., None]
) -> None:
    agreed("xml", recordPath="报送/数据/记录")
    row = {name: value for name, value in make.drug_user(1).items() if name != "现状"}
    assert register.deliver("d1", {"d1.xml": xml_of([row])})["status"] == "rejected"
    assert "column 现状 is missing" in register.said("d1")
