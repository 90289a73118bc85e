"""Files that mean harm or are not what they are called, made for real; none is kept in the repository."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
import zlib

import openpyxl

from tests.pipeline import exports as make

# Values of a person that no refusal may repeat.
NAME, NUMBER = "欧阳修远", make.number(7)
ROWS = [make.drug_user(7, 姓名=NAME), make.drug_user(8, 姓名=NAME)]
TEXT = make.csv_text(ROWS)
GOOD = TEXT.encode("gb18030")
MEGABYTE = 1 << 20


def flat_bomb() -> bytes:
    """500 MB of rows in a ZIP of half a megabyte."""
    stream = io.BytesIO()
    line = b"," * (MEGABYTE - 1) + b"\n"
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as member,
    ):
        member.write(GOOD)
        for _ in range(500):
            member.write(line)
    return stream.getvalue()


def lying_bomb() -> bytes:
    """20 MB of blank lines whose directory claims a thousand bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(GOOD) + b"".join(packer.compress(b"\n" * MEGABYTE) for _ in range(20)) + packer.flush()
    name = b"a.csv"
    sizes = struct.pack("<III", 0, len(packed), 1000)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name
    central = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    central += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    start = len(local) + len(packed)
    return local + packed + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), start, 0)


def overlapping() -> bytes:
    """A directory of two names for one and the same stream."""
    data = make.zip_bytes(GOOD, "a.csv")
    end = data.rindex(b"PK\x05\x06")
    start = data.index(b"PK\x01\x02")
    entry = data[start:end]
    size = struct.pack("<HHHHIIH", 0, 0, 2, 2, 2 * len(entry), start, 0)
    return data[:start] + entry + entry.replace(b"a.csv", b"b.csv") + b"PK\x05\x06" + size


def encrypted() -> bytes:
    """An archive whose entry says that it is locked."""
    data = bytearray(make.zip_bytes(GOOD))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def gzip_bomb() -> bytes:
    """100 MB of line breaks behind good rows."""
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as packed:
        packed.write(TEXT.encode())
        for _ in range(100):
            packed.write(b"\n" * MEGABYTE)
    return stream.getvalue()


def long_line() -> bytes:
    """A line of 300 MB in the middle of a file, stored without packing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive, archive.open("a.csv", "w") as member:
        member.write(GOOD)
        for _ in range(300):
            member.write(b"x" * MEGABYTE)
        member.write(b"\r\n" + GOOD)
    return stream.getvalue()


def workbook() -> dict[str, bytes]:
    """The parts of a good workbook of the register."""
    book = openpyxl.Workbook()
    book.active.append(list(ROWS[0]))
    for row in ROWS:
        book.active.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    return make.unzipped(stream.getvalue())


def workbook_with(part: str, old: bytes, new: bytes) -> bytes:
    """A workbook in which one thing of one part is another."""
    parts = workbook()
    assert old in parts[part]
    return make.zip_of({**parts, part: parts[part].replace(old, new, 1)})


SHEET = "xl/worksheets/sheet1.xml"


def sparse_sheet() -> bytes:
    """A cell at the far corner of the sheet."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return workbook_with(SHEET, b"</sheetData>", far)


def huge_texts() -> bytes:
    """270 MB of shared strings."""
    texts = b"<sst>" + (b"<si><t>" + b"x" * 1000 + b"</t></si>") * 267_000 + b"</sst>"
    return make.zip_of({**workbook(), "xl/sharedStrings.xml": texts})


def workbook_with_entities() -> bytes:
    """A sheet that declares entities."""
    return workbook_with(SHEET, b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet')


def billion_laughs() -> bytes:
    """Ten entities, each ten times the one before."""
    entities = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 11))
    return f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><报送><记录><姓名>&e10;</姓名></记录></报送>'.encode()


def quadratic_blowup() -> bytes:
    """One long entity, named many times."""
    entity = f'<!ENTITY a "{"x" * 100_000}">'
    return f'<?xml version="1.0"?><!DOCTYPE r [{entity}]><报送>{"&a;" * 50_000}</报送>'.encode()


def external_entity() -> bytes:
    """An entity that is a file of the machine."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + "<报送><记录><姓名>&f;</姓名></记录></报送>".encode()
    )


def deep_xml() -> bytes:
    """A million elements, each within the other."""
    return "<?xml version='1.0'?><报送>".encode() + b"<a>" * 1_000_000


def endless_xml() -> bytes:
    """Comments without end where records should be."""
    return "<?xml version='1.0'?><报送>".encode() + b"<!--" + b"x" * (20 * MEGABYTE) + b"-->" + "</报送>".encode()


def deep_json() -> bytes:
    """A list in a list, half a million deep."""
    return b'{"items": ' + b"[" * 500_000 + b"]" * 500_000 + b"}"


def long_json_value() -> bytes:
    """A name of two million characters."""
    return json.dumps({"items": [{**ROWS[0], "姓名": "x" * 2_000_000}]}).encode()
