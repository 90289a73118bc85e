"""Rows of text to typed, comparable columns, column by column as the contract says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines.codes import CodeTables
from pipelines.conform import case_numbers, codes, dates, documents, names, numbers, quantities, regions, text
from pipelines.contracts import Column, Contract

# Suffix of the boolean column that says whether the agency wrote anything at all in a column.
GIVEN = "__given"
# What the reader knows about a row beside its text: as many fields as the header, decodable at all, in the agreed
# encoding, without spreadsheet errors.
ROW_FACTS = ("whole", "decoded", "agreed_encoding", "computed")
# Suffix of the boolean column that says whether a code was in force on the day its rule names.
IN_FORCE = "__in_force"


def _scalar(column: Column, tables: CodeTables) -> Callable[[Any], Any]:
    """The pure function that conforms one cleaned value of a column."""
    match column.semantic:
        case "person_name":
            return names.person_name
        case "sex":
            return partial(codes.code_of, table=tables.sexes)
        case "id_type":
            return partial(documents.id_type, kinds=tables.id_types, countries=tables.countries)
        case "birth_date":
            return dates.birth_date
        case "region_code":
            return partial(regions.region_code, regions=tables.regions)
        case "case_number":
            return case_numbers.case_number
        case "month":
            return dates.month
        case "drug":
            return partial(codes.drug_name, table=tables.drugs)
        case "offence":
            return partial(codes.offence_name, table=tables.offences)
        case "case_type":
            return partial(codes.code_of, table=tables.case_types)
        case "quantity_unit":
            return partial(quantities.unit_name, units=tables.units)
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


def _documents(rows: pd.DataFrame, kind_column: Column | None, column: Column, tables: CodeTables) -> pd.DataFrame:
    """Kind, number, status and birth date of the identity document of each row."""
    kinds = rows[kind_column.header] if kind_column else pd.Series(None, index=rows.index, dtype=object)
    pairs = list(zip(kinds, rows[column.header], strict=True))
    known = {
        (kind, number): documents.identity_document(
            None if pd.isna(kind) else kind, None if pd.isna(number) else number, tables.id_types, tables.countries
        )
        for kind, number in set(pairs)
    }
    found = [known[pair] for pair in pairs]
    parts = ["id_no_kind", "id_no", "id_no_status", "id_no_country"]
    frame = pd.DataFrame(found, columns=parts, index=rows.index, dtype=object)
    births = [
        documents.birth_in_number(document.number) if document.kind == "resident" and document.number else None
        for document in found
    ]
    for name in frame.columns:
        frame[name] = _arrow(frame[name], pa.string())
    frame["id_no_birth"] = _arrow(pd.Series(births, index=rows.index, dtype=object), pa.date32())
    for name, looks in (("id_no_rounded", documents.looks_rounded), ("id_no_floated", documents.looks_floated)):
        frame[name] = [
            document.kind == "resident" and looks(number)
            for document, number in zip(found, rows[column.header], strict=True)
        ]
    return frame


def _quantities(amounts: pd.Series, units: pd.Series, tables: CodeTables) -> pd.DataFrame:
    """Amount and unit as written, and in the base unit of their kind (gram, millilitre, plant, piece)."""
    pairs = list(zip(amounts, units, strict=True))
    known = {
        (amount, unit): quantities.quantity(
            None if pd.isna(amount) else amount, None if pd.isna(unit) else unit, tables.units
        )
        for amount, unit in set(pairs)
    }
    frame = pd.DataFrame([known[pair] for pair in pairs], columns=list(quantities.Quantity._fields), dtype=object)
    return frame.set_index(amounts.index)


def _date_column(column: Column, contract: Contract) -> str | None:
    """The column whose date the region of a column is judged by, where a rule of the contract names one."""
    dated = (rule for rule in contract.rules if rule.check == "in_force" and rule.column == column.name)
    return next((rule.parameters["on"] for rule in dated), None)


def _regions(values: pd.Series, days: pd.Series, tables: CodeTables) -> tuple[pd.Series, pd.Series]:
    """Codes of regions as of the date of each row, and whether they were in force then (missing without a date)."""
    pairs = [(None if pd.isna(v) else v, None if pd.isna(d) else d) for v, d in zip(values, days, strict=True)]
    known: dict[tuple[Any, Any], tuple[str | None, bool | None]] = {}
    for value, day in set(pairs):
        code = regions.region_code(value, tables.regions, day)
        known[value, day] = code, tables.regions.in_force(code, day) if code and day else None
    codes_then, in_force = ([known[pair][part] for pair in pairs] for part in (0, 1))
    return (
        _arrow(pd.Series(codes_then, index=values.index, dtype=object), pa.string()),
        _arrow(pd.Series(in_force, index=values.index, dtype=object), pa.bool_()),
    )


def _drug_codes(out: dict[str, pd.Series], contract: Contract, tables: CodeTables) -> pd.Series:
    """The substance of each row: what a laboratory found, in the second column of drugs, else what it was called."""
    columns = [column.name for column in contract.columns if column.semantic == "drug"]
    called, *found = (text.over_distinct(out[name], partial(codes.code_of, table=tables.drugs)) for name in columns)
    return found[0].where(found[0].notna(), called) if found else called


def conform_rows(raw: pd.DataFrame, contract: Contract, tables: CodeTables) -> pd.DataFrame:
    """Typed and conformed columns of a delivery's text rows.

    `raw` holds `line_number`, the row facts and one text column per header of the contract. The result has the
    same index, our column names, a `<name>__given` flag per column, `record_key`, and the parts a domain adds
    (`id_no_kind`, `id_no_status`, `drug_code`, `quantity_value`, …). A value that cannot be read is missing while
    its flag says it was given: the verdicts make a rule of that.
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
        if column.semantic == "person_name":
            out[column.name + "_other"] = _arrow(text.over_distinct(source, names.other_name), pa.string())
    for column in contract.columns:
        if day := _date_column(column, contract):
            found_on = _regions(cleaned[column.header], out[day], tables)
            out[column.name], out[column.name + IN_FORCE] = found_on
    if number := contract.semantic("resident_id"):
        found = _documents(cleaned, contract.semantic("id_type"), number, tables)
        out |= {name: found[name] for name in found.columns}
    if contract.semantic("drug"):
        out["drug_code"] = _drug_codes(out, contract, tables)
        out["drug_category"] = text.over_distinct(out["drug_code"], tables.drug_categories.get)
    if offence := contract.semantic("offence"):
        drug_offence = partial(codes.is_drug_offence, table=tables.offences, drug_offences=tables.drug_offences)
        out["is_drug_offence"] = _arrow(text.over_distinct(out[offence.name], drug_offence), pa.bool_())
    amount, unit = contract.semantic("quantity"), contract.semantic("quantity_unit")
    if amount and unit:
        found = _quantities(cleaned[amount.header], cleaned[unit.header], tables)
        out[amount.name], out[unit.name] = _typed(found["amount"], amount), _typed(found["unit"], unit)
        # A unit beside the amount is given, too.
        out[unit.name + GIVEN] |= found["unit"].notna()
        out["quantity_kind"] = _arrow(found["kind"], pa.string())
        out["quantity_value"] = _arrow(found["base"], _ARROW_TYPES["number"])
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
