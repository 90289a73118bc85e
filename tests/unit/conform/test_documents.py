"""Identity documents: kind, comparable number, and what is wrong."""

from __future__ import annotations

import pytest

from pipelines.codes import CodeTables
from pipelines.conform import documents
from pipelines.conform.text import clean
from tests.pipeline.exports import number

RESIDENT = "居民身份证"


def read(tables: CodeTables, kind: str | None, written: str | None) -> documents.Document:
    return documents.identity_document(clean(kind), clean(written), tables.id_types, tables.countries)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("34052419800101001X", "ok"),
        ("340524800101001", "ok"),
        ("34052419800101001x", "ok"),
        ("３４０５２４１９８００１０１００１Ｘ", "ok"),
        ("340524 19800101 001×", "ok"),
        ("身份证号：34052419800101001X", "ok"),
        ("340524800101001.0", "ok"),
        ("340524198001010010", "check_digit"),
        ("340524198002300010", "malformed"),
        ("340524178001010011", "malformed"),
        ("340524********0010", "malformed"),
        ("12345", "malformed"),
        ("G12345678", "malformed"),
        ("3.40524E+17", "float_text"),
        ("3.4052419800101002E17", "float_text"),
        ("340524198001010016.0", "float_text"),
        ("340,524,198,001,010,000", "float_text"),
        (None, "missing"),
    ],
)
def test_a_resident_number_is_ok_or_says_why_not(tables: CodeTables, written: str | None, status: str) -> None:
    document = read(tables, RESIDENT, written)
    assert document.status == status
    # Example of GB 11643-1999 itself.
    assert document.number == ("34052419800101001X" if status == "ok" else None)


@pytest.mark.parametrize(
    "written",
    [
        "000000000000000000",
        "111111111111111111",
        "999999999999999999",
        "111111111111111",
        "123456789012345678",
        "123456789012345",
        "123456199001011237",
        "987654321098765432",
        "999999199001010010",
        "430102000000000000",
        "430102000000000",
        "430102190001010014",
        "430102000101001",
        "0",
        "X",
    ],
)
def test_a_placeholder_counts_as_no_number(tables: CodeTables, written: str) -> None:
    assert read(tables, RESIDENT, written) == (None, None, "placeholder", None)


@pytest.mark.parametrize(
    ("kind", "written", "found"),
    [
        ("护照", "ma123456", ("passport", "MA123456", "ok", None)),
        ("缅甸护照", "MA123456", ("passport", "MA123456", "ok", "MMR")),
        ("护照（越南）", "B1234567", ("passport", "B1234567", "ok", "VNM")),
        ("护照", "MMR-MA123456", ("passport", "MA123456", "ok", "MMR")),
        ("护照", "缅甸MA123456", ("passport", "MA123456", "ok", "MMR")),
        ("护照", "MA-123", ("passport", None, "malformed", None)),
        ("护照", "34052419800101001X", ("resident", "34052419800101001X", "ok", None)),
        ("回乡证", "h12345678", ("hk_macau_permit", "H12345678", "ok", None)),
        ("港澳居民来往内地通行证", "H1234567802", ("hk_macau_permit", "H12345678", "ok", None)),
        ("港澳居民来往内地通行证", "X12345678", ("hk_macau_permit", None, "malformed", None)),
        ("台胞证", "12345670", ("taiwan_permit", "12345670", "ok", None)),
        ("台湾居民来往大陆通行证", "1234567001(B)", ("taiwan_permit", "12345670", "ok", None)),
        ("外国人永久居留证", "USA123456789012", ("foreign_permanent", "USA123456789012", "ok", None)),
        ("外国人永久居留身份证", "911124198108030024", ("foreign_permanent", "911124198108030024", "ok", None)),
        ("外国人永久居留身份证", "911124198108030025", ("foreign_permanent", None, "check_digit", None)),
        ("居民身份证", "911124198108030024", ("foreign_permanent", "911124198108030024", "ok", None)),
        ("无证件", "34052419800101001X", ("resident", "34052419800101001X", "ok", None)),
        ("无证件", None, (None, None, "missing", None)),
        (None, "34052419800101001X", ("resident", "34052419800101001X", "ok", None)),
    ],
)
def test_other_documents(
    tables: CodeTables, kind: str | None, written: str | None, found: tuple[str | None, str | None, str, str | None]
) -> None:
    assert read(tables, kind, written) == found


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residence_permits_share_the_number_space_of_residents(tables: CodeTables, region: str) -> None:
    for kind in ("港澳台居民居住证", RESIDENT):
        document = read(tables, kind, number(1, region=region))
        assert (document.kind, document.status) == ("resident", "ok")


def test_an_unknown_region_is_not_for_the_check_digit_to_say(tables: CodeTables) -> None:
    assert read(tables, RESIDENT, number(1, region="439999")).status == "ok"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("身份证", RESIDENT),
        ("二代身份证", RESIDENT),
        ("111", RESIDENT),
        ("户口簿", "居民户口簿"),
        ("回乡证", "港澳居民来往内地通行证"),
        ("台胞证", "台湾居民来往大陆通行证"),
        ("港澳居民居住证", "港澳台居民居住证"),
        ("缅甸护照", "护照"),
        ("火星护照", None),
        ("其他", None),
        ("无证", "无证件"),
    ],
)
def test_a_kind_has_many_words_and_an_unknown_one_is_unknown(
    tables: CodeTables, written: str, name: str | None
) -> None:
    assert documents.id_type(written, tables.id_types, tables.countries) == name


def test_what_a_spreadsheet_or_a_float_did_to_a_number_can_be_seen() -> None:
    whole = number(17, region="430102")
    assert documents.looks_rounded(whole[:15] + "000")
    assert documents.looks_floated(f"{float(whole):.0f}")
    assert not documents.looks_rounded(whole)
    assert not documents.looks_floated("430102199003070012")
    assert not documents.looks_floated(None)
    assert not documents.looks_rounded("34052419800101001X")
