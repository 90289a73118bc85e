"""What means harm or is not what it is called is refused with a reason, and nothing else suffers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import settings
from tests.pipeline import exports as make
from tests.pipeline.reader import hostile
from tests.pipeline.reader.conftest import Register

CSV_ZIP = ("csv", {"container": "zip", "encoding": "gb18030", "delimiter": ","})
CSV_GZ = ("csv", {"container": "gzip", "encoding": "utf-8", "delimiter": ","})
CSV = ("csv", {"encoding": "gb18030", "delimiter": ","})
XLSX = ("xlsx", {"totalsLabel": "合计"})
XML = ("xml", {"recordPath": "报送/记录"})
JSON = ("json", {"itemsKey": "items"})
HTML = "<!DOCTYPE html><html><body>请重新登录</body></html>".encode("gb18030")
OLD_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
QUOTED = hostile.TEXT.replace(hostile.NAME, '"' + hostile.NAME, 1).encode("gb18030")

Agreement = tuple[str, dict[str, object]]
CASES: dict[str, tuple[Agreement, Callable[[], bytes], str]] = {
    "a ZIP of 500 MB": (CSV_ZIP, hostile.flat_bomb, "unpacks to more than 400 MB; send it in smaller deliveries"),
    "a ZIP that lies about its size": (CSV_ZIP, hostile.lying_bomb, "is damaged or cut off"),
    "a ZIP in a ZIP": (CSV_ZIP, lambda: make.zip_bytes(make.zip_bytes(hostile.GOOD)), "pack the export itself"),
    "a ZIP whose files overlap": (CSV_ZIP, hostile.overlapping, "its files overlap; pack it again"),
    "a ZIP with a name above it": (
        CSV_ZIP,
        lambda: make.zip_bytes(hostile.GOOD, "../../evil.csv"),
        "whose name points outside the archive; pack the plain file",
    ),
    "a ZIP with an absolute name": (
        CSV_ZIP,
        lambda: make.zip_bytes(hostile.GOOD, "/tmp/evil.csv"),
        "whose name points outside the archive; pack the plain file",
    ),
    "a ZIP with a Windows path": (
        CSV_ZIP,
        lambda: make.zip_bytes(hostile.GOOD, "..\\evil.csv"),
        "whose name points outside the archive; pack the plain file",
    ),
    "a locked ZIP": (CSV_ZIP, hostile.encrypted, "is locked with a password; send it unlocked"),
    "a gzip bomb": (CSV_GZ, hostile.gzip_bomb, "unpacks to more than 250 times its size; send the real export"),
    "a line of 300 MB": (CSV_ZIP, hostile.long_line, "line 4 is longer than 8 MB; export one row a line"),
    "an unterminated quote": (CSV, lambda: QUOTED, "line 2: the quote opened here is not closed properly"),
    "a NUL byte": (CSV, lambda: hostile.GOOD + b"U\0,\r\n", "line 4: a NUL byte"),
    "UTF-16 with a mark": (CSV, lambda: hostile.TEXT.encode("utf-16"), "not gb18030 CSV but text in UTF-16"),
    "UTF-16 without a mark": (CSV, lambda: hostile.TEXT.encode("utf-16-le"), "not gb18030 CSV but text in UTF-16"),
    "a web page": (CSV, lambda: HTML, "not gb18030 CSV but a web page (HTML); export it as gb18030 CSV"),
    "an old workbook": (CSV, lambda: OLD_XLS, "not gb18030 CSV but an old or password-protected Office file"),
    "a workbook called CSV": (
        CSV,
        lambda: make.zip_of(hostile.workbook()),
        "not gb18030 CSV but a ZIP archive or a workbook",
    ),
    "an old workbook called xlsx": (XLSX, lambda: OLD_XLS, "Office file (such as .xls); save it as .xlsx"),
    "a web page called xlsx": (XLSX, lambda: HTML, "is a web page (HTML); save it as .xlsx"),
    "a CSV called xlsx": (XLSX, lambda: hostile.GOOD, "is no .xlsx workbook; save it as .xlsx"),
    "a ZIP called xlsx": (XLSX, lambda: make.zip_bytes(hostile.GOOD), "no whole .xlsx workbook; send the workbook"),
    "a sparse sheet": (XLSX, hostile.sparse_sheet, "a cell at row 1,048,576, column 16,384, far from its data"),
    "huge shared strings": (XLSX, hostile.huge_texts, "over 256 MB of texts; send it in smaller deliveries"),
    "a workbook with entities": (XLSX, hostile.workbook_with_entities, "declares a document type (DOCTYPE)"),
    "billion laughs": (XML, hostile.billion_laughs, "declares a document type (DOCTYPE); send plain XML"),
    "quadratic blow-up": (XML, hostile.quadratic_blowup, "declares a document type (DOCTYPE); send plain XML"),
    "an external entity": (XML, hostile.external_entity, "declares a document type (DOCTYPE); send plain XML"),
    "deep XML": (XML, hostile.deep_xml, "is nested over 50 deep; send the agreed document"),
    "XML that never comes to a record": (XML, hostile.endless_xml, "record 1 is over 8 MB; send the agreed document"),
    "deep JSON": (JSON, hostile.deep_json, "is not valid JSON in UTF-8; fetch it again"),
    "a JSON value without end": (JSON, hostile.long_json_value, "a value of over 1,000,000 characters"),
    "a web page called JSON": (JSON, lambda: HTML, "is a web page (HTML); fetch it again"),
}
GOOD_FILE: dict[str, Callable[[], bytes]] = {
    "csv": lambda: make.csv_text([make.drug_user(1)]).encode(),
    "xlsx": lambda: make.zip_of(hostile.workbook()),
    "xml": lambda: _xml(make.drug_user(1)).encode(),
    "json": lambda: make.page_bytes([make.drug_user(1)]),
}


def _xml(row: make.Row) -> str:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in row.items())
    return f"<?xml version='1.0'?><报送><记录>{fields}</记录></报送>"


def _packed(data: bytes, container: object) -> bytes:
    if container == "zip":
        return make.zip_bytes(data)
    return make.gzip_bytes(data.decode()) if container == "gzip" else data


@pytest.mark.parametrize("case", sorted(CASES))
def test_it_is_refused_by_name_without_a_value_of_it_and_the_next_delivery_goes_through(
    register: Register, agreed: Callable[..., None], monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.setenv("HUILIU_READER_MAX_MB", "400")
    (format_name, properties), made, wanted = CASES[case]
    agreed(format_name, **properties)
    account = register.deliver("bad", {"bad.file": made()})
    said = register.said("bad")
    assert account["status"] == "rejected"
    assert "bad.file" in said
    assert wanted in said
    assert hostile.NAME not in said
    assert hostile.NUMBER not in said
    assert account["staged"] == 0
    assert not list(register.store.staging.rglob("bad/rows.parquet"))
    assert not list(register.store.judged.rglob("bad/*.arrows"))
    data = _packed(GOOD_FILE[format_name](), properties.get("container"))
    good = register.deliver("good", {"good.file": data}, received_at="2025-11-01T00:00:00")
    assert (good["status"], good["quarantined"]) == ("accepted", 0)


def test_a_file_that_takes_too_much_memory_is_refused_and_the_worker_goes_on(
    register: Register, agreed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed("json", itemsKey="items")
    monkeypatch.setenv("HUILIU_READER_MEMORY_MB", "300")
    settings.cache_clear()
    items = [make.drug_user(i % 1000) for i in range(200_000)]
    account = register.deliver("bad", {"bad.json": make.page_bytes(items)})
    assert account["status"] == "rejected"
    assert "bad.json" in register.said("bad")
    assert "more memory than allowed" in register.said("bad")
    assert register.deliver("good", {"good.json": make.page_bytes(items[1:2])})["staged"] == 1


def test_a_file_that_takes_too_long_is_refused(
    register: Register, agreed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed("json", itemsKey="items")
    monkeypatch.setattr(settings(), "reader_seconds", 1)
    items = [make.drug_user(i % 1000) for i in range(300_000)]
    account = register.deliver("bad", {"bad.json": make.page_bytes(items)})
    assert account["status"] == "rejected"
    assert "bad.json: the reader was stopped (reading it takes more time than allowed)" in register.said("bad")


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('../outside.txt', 'w')",
        "import pathlib; pathlib.Path('/tmp/outside.txt').write_text('x')",
    ],
)
def test_the_reader_reaches_neither_the_network_nor_programs_nor_files_elsewhere(tmp_path: Path, attempt: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    guarded = (
        f"from pathlib import Path\nfrom pipelines.ingest.reader.__main__ import forbid\nforbid(Path({str(out)!r}))\n"
    )
    inside = f"open({str(out / 'inside.txt')!r}, 'w').close()\n"
    ended = subprocess.run(
        [sys.executable, "-c", guarded + inside + attempt], cwd=out, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "is forbidden while a delivery is read" in ended.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "inside.txt"]


def test_the_reader_does_not_see_the_environment_of_its_parent(register: Register) -> None:
    from pipelines.ingest.sandbox import READER_ENVIRONMENT

    assert not [name for name in READER_ENVIRONMENT if name.startswith(("HUILIU_", "AIRFLOW"))]
