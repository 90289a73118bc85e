"""Rows of text to typed, comparable columns, column by column as the contract says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines.codes import CodeTables, Unit
from pipelines.conform import case_numbers, codes, dates, documents, numbers, text
from pipelines.contracts import Column, Contract

# Suffix of the boolean column that says whether the agency wrote anything at all in a column.
GIVEN = "__given"
# What the reader knows about a row beside its text: as many fields as the header, decodable at all, in the agreed
# encoding, without spreadsheet errors.
ROW_FACTS = ("whole", "decoded", "agreed_encoding", "computed")


def _scalar(column: Column, tables: CodeTables) -> Callable[[Any], Any]:
    """The pure function that conforms one cleaned value of a column."""
    match column.semantic:
        case "person_name":
            return text.person_name
        case "sex":
            return codes.sex
        case "region_code":
            return partial(codes.region_code, known=tables.regions)
        case "case_number":
            return case_numbers.case_number
        case "month":
            return numbers.month
        case "drug":
            return partial(codes.listed, table={name: name for name in tables.drugs})
        case "offence":
            return partial(codes.listed, table={name: name for name in tables.offences})
    match column.type:
        case "date":
            return dates.calendar_date
        case "timestamp":
            return dates.timestamp
        case "integer":
            return numbers.integer
        case "number":
            return numbers.number
        case "boolean":
            return numbers.yes_no
    if column.enum:
        return partial(codes.listed, table={value: value for value in column.enum})
    return str


_ARROW_TYPES = {
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "number": pa.decimal128(18, 3),
}


def _arrow(values: pd.Series, kind: pa.DataType) -> pd.Series:
    """Values as a column of one Arrow type, also when every one of them is missing."""
    plain = [None if value is None or value is pd.NA else value for value in values]
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(plain, kind)), index=values.index)


def _typed(values: pd.Series, column: Column) -> pd.Series:
    """Give a conformed column its storage type, so that an all-empty column has one too."""
    if column.type == "number":
        values = text.over_distinct(values, _thousandths)
    return _arrow(values, _ARROW_TYPES.get(column.type, pa.string()))


def _thousandths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.001"))


def _documents(rows: pd.DataFrame, kind_column: Column | None, column: Column) -> pd.DataFrame:
    """Kind, number, status and birth date of the identity document of each row."""
    kinds = rows[kind_column.header] if kind_column else pd.Series(None, index=rows.index, dtype=object)
    pairs = list(zip(kinds, rows[column.header], strict=True))
    known = {pair: documents.identity_document(*(None if pd.isna(v) else v for v in pair)) for pair in set(pairs)}
    found = [known[pair] for pair in pairs]
    frame = pd.DataFrame(found, columns=["id_no_kind", "id_no", "id_no_status"], index=rows.index, dtype=object)
    births = [
        documents.birth_in_number(document.number) if document.kind == "resident" and document.number else None
        for document in found
    ]
    for name in frame.columns:
        frame[name] = _arrow(frame[name], pa.string())
    frame["id_no_birth"] = _arrow(pd.Series(births, index=rows.index, dtype=object), pa.date32())
    frame["id_no_rounded"] = [
        document.kind == "resident" and documents.looks_rounded(number)
        for document, number in zip(found, rows[column.header], strict=True)
    ]
    return frame


def _quantities(amounts: pd.Series, units: pd.Series, tables: CodeTables) -> pd.DataFrame:
    """Amounts in the base unit of their kind (gram, millilitre, plant); a count of pieces is an estimate."""
    found: list[tuple[str | None, Decimal | None]] = []
    for amount, name in zip(amounts, units, strict=True):
        unit: Unit | None = tables.units.get(name) if isinstance(name, str) else None
        if unit is None or amount is None or pd.isna(amount):
            found.append((None, None))
        else:
            found.append((unit.kind, (Decimal(amount) * Decimal(unit.factor)).quantize(Decimal("0.001"))))
    frame = pd.DataFrame(found, columns=["quantity_kind", "quantity_value"], index=amounts.index, dtype=object)
    frame["quantity_kind"] = _arrow(frame["quantity_kind"], pa.string())
    frame["quantity_value"] = _arrow(frame["quantity_value"], _ARROW_TYPES["number"])
    return frame


def conform_rows(raw: pd.DataFrame, contract: Contract, tables: CodeTables) -> pd.DataFrame:
    """Typed and conformed columns of a delivery's text rows.

    `raw` holds `line_number`, the row facts and one text column per header of the
    contract. The result has the same index, our column names, a `<name>__given` flag per column, `record_key`, and the parts a domain adds
    (`id_no_kind`, `id_no_status`, `drug_code`, `quantity_value`, …). A value that cannot be read is missing
    while its flag says it was given: the verdicts make a rule of that.
    """
    cleaned = raw.copy()
    out: dict[str, pd.Series] = {"line_number": raw["line_number"], **{name: raw[name] for name in ROW_FACTS}}
    for column in contract.columns:
        cleaned[column.header] = text.over_distinct(raw[column.header], text.clean)
    for column in contract.columns:
        source = cleaned[column.header]
        given = source.notna()
        if column.type in ("date", "timestamp"):
            # A placeholder date is a way of writing nothing, not an unreadable date.
            given &= ~text.over_distinct(source, dates.is_placeholder).eq(True)
        if column.semantic != "resident_id":
            out[column.name] = _typed(text.over_distinct(source, _scalar(column, tables)), column)
        out[column.name + GIVEN] = given
    if number := contract.semantic("resident_id"):
        found = _documents(cleaned, contract.semantic("id_type"), number)
        out |= {name: found[name] for name in found.columns}
    if drug := contract.semantic("drug"):
        out["drug_code"] = text.over_distinct(out[drug.name], lambda name: tables.drugs[name][0])
        out["drug_category"] = text.over_distinct(out[drug.name], lambda name: tables.drugs[name][1])
    amount, unit = contract.semantic("quantity"), contract.semantic("quantity_unit")
    if amount and unit:
        found = _quantities(out[amount.name], out[unit.name], tables)
        out |= {name: found[name] for name in found.columns}
    frame = pd.DataFrame(out)
    frame["record_key"] = _record_key(frame, cleaned, contract)
    return frame


def _record_key(frame: pd.DataFrame, cleaned: pd.DataFrame, contract: Contract) -> pd.Series:
    """Key parts joined by `|`: as conformed, or as written where a part cannot be read."""
    parts = []
    for column in contract.key:
        conformed = frame[column.name]
        readable = [None if pd.isna(value) else str(value) for value in conformed]
        written = ["" if pd.isna(value) else str(value) for value in cleaned[column.header]]
        parts.append([good if good is not None else bad for good, bad in zip(readable, written, strict=True)])
    return pd.Series(["|".join(values) for values in zip(*parts, strict=True)], index=frame.index, dtype=object)
