"""Rows of text to typed, comparable columns, column by column as the contract says.

Every domain is a scalar function applied once per distinct value; values in the plain form of their domain, which
nearly all have, are conformed many at once.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.codes import CodeTables
from pipelines.conform import case_numbers, codes, dates, documents, names, numbers, plain, quantities, regions, text
from pipelines.contracts import Column, Contract
from pipelines.ingest.coded import Coded, coded, pairs

# Suffix of the boolean column that says whether the agency wrote anything at all in a column.
GIVEN = "__given"
# What the reader knows about a row beside its text: as many fields as the header, decodable at all, in the agreed
# encoding, without spreadsheet errors.
ROW_FACTS = ("whole", "decoded", "agreed_encoding", "computed")
# Suffix of the boolean column that says whether a code was in force on the day its rule names.
IN_FORCE = "__in_force"
_UNKNOWN = codes.Reading("", "")


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


def _kind(column: Column) -> pa.DataType:
    """The storage type of a conformed column, which an all-empty one has too."""
    return _ARROW_TYPES.get(column.type, pa.string())


def _thousandths(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.001"))


def _plain(column: Column, values: pa.Array) -> plain.Plain | None:
    """Which values of a column have the plain form of its domain; None where no domain has one."""
    if column.semantic == "person_name":
        return plain.person_names(values)
    if column.semantic == "case_number":
        return plain.case_numbers(values)
    if column.type == "date":
        return plain.calendar_dates(values)
    return plain.timestamps(values) if column.type == "timestamp" else None


def _typed(column: Column, source: Coded, plainly: plain.Plain | None, tables: CodeTables) -> Coded:
    function = _scalar(column, tables)
    if function is str:
        return source
    if column.type == "number":
        return source.over_values(lambda value: _thousandths(function(value)), _kind(column))
    return source.over_values(function, _kind(column), plainly)


def _given(column: Column, source: Coded, plainly: plain.Plain | None) -> pa.Array:
    """Which rows say anything: a placeholder date is a way of writing nothing, not an unreadable date."""
    written = source.with_values(source.values.is_valid())
    if plainly is None or column.type not in ("date", "timestamp"):
        return written.flags()
    real = plain.Plain(plainly.flags, pa.repeat(False, len(plainly.values)))
    nothing = source.over_values(dates.is_placeholder, pa.bool_(), real)
    return pc.and_not(written.flags(), nothing.flags())


def _documents(kinds: Coded, numbers_written: Coded, tables: CodeTables) -> dict[str, Coded]:
    """Kind, number, status, country and birth date of the identity document of each row, and signs of rounding."""
    found = plain.resident_numbers(numbers_written.values)
    meant = kinds.over_values(
        lambda word: (documents.document_kind(word, tables.id_types, tables.countries)[0] or _UNKNOWN).code or "",
        pa.string(),
    )
    # A plain number needs no other look where the kind is a resident's or left open.
    open_kind = pc.is_in(meant.rows().cast(pa.string()).fill_null(""), pa.array(["resident", ""]))
    is_plain = np.append(found.flags, False)[numbers_written.codes()] & open_kind.to_numpy(zero_copy_only=False)
    others = np.flatnonzero(~is_plain)
    indices, written = pairs(kinds, numbers_written, others)
    judged = [documents.identity_document(*pair, tables.id_types, tables.countries) for pair in written]
    places = np.empty(len(is_plain), np.int64)
    places[is_plain] = np.append(np.cumsum(found.flags) - 1, 0)[numbers_written.codes()[is_plain]]
    places[others] = indices.to_numpy() + len(found.births)
    whole = numbers_written.values.filter(pa.array(found.flags))
    return _document_columns(pa.array(places), whole, found, judged, written)


def _document_columns(
    indices: pa.Array,
    numbers_found: pa.Array,
    found: plain.Numbers,
    judged: list[documents.Document],
    written: list[tuple[Any, Any]],
) -> dict[str, Coded]:
    """Columns over the plain numbers, then over the documents judged one by one."""
    residents = [document.kind == "resident" for document in judged]
    births = [
        documents.birth_in_number(document.number) if is_resident and document.number else None
        for document, is_resident in zip(judged, residents, strict=True)
    ]

    def column(plain_values: pa.Array, others: list[Any]) -> Coded:
        return Coded(indices, pa.concat_arrays([plain_values, pa.array(others, plain_values.type)]))

    def signs(plain_signs: plain.Flags, looks: Callable[[object], bool]) -> Coded:
        others = [resident and looks(number) for resident, (_, number) in zip(residents, written, strict=True)]
        return column(pa.array(plain_signs), others)

    count = len(found.births)
    return {
        "id_no_kind": column(pa.repeat("resident", count), [document.kind for document in judged]).distinct(),
        "id_no": column(numbers_found, [document.number for document in judged]),
        "id_no_status": column(pa.repeat("ok", count), [document.status for document in judged]).distinct(),
        "id_no_country": column(pa.nulls(count, pa.string()), [document.country for document in judged]).distinct(),
        "id_no_birth": column(found.births, births),
        "id_no_rounded": signs(found.rounded, documents.looks_rounded),
        "id_no_floated": signs(found.floated, documents.looks_floated),
    }


def _quantities(amounts: Coded, units: Coded, tables: CodeTables) -> list[Coded]:
    """Amount and unit as written, and kind and amount in the base unit (gram, millilitre, plant, piece)."""
    indices, written = pairs(amounts, units)
    found = [quantities.quantity(amount, unit, tables.units) for amount, unit in written]
    decimal = _ARROW_TYPES["number"]
    parts = (
        ([_thousandths(quantity.amount) for quantity in found], decimal),
        ([quantity.unit for quantity in found], pa.string()),
        ([quantity.kind for quantity in found], pa.string()),
        ([quantity.base for quantity in found], decimal),
    )
    return [Coded(indices, pa.array(values, kind)) for values, kind in parts]


def _date_column(column: Column, contract: Contract) -> str | None:
    """The column whose date the region of a column is judged by, where a rule of the contract names one."""
    dated = (rule for rule in contract.rules if rule.check == "in_force" and rule.column == column.name)
    return next((rule.parameters["on"] for rule in dated), None)


def _regions(names_or_codes: Coded, days: Coded, tables: CodeTables) -> tuple[Coded, Coded]:
    """Codes of regions as of the date of each row, and whether they were in force then (missing without a date)."""
    indices, written = pairs(names_or_codes, days)
    found = [regions.region_code(value, tables.regions, day) for value, day in written]
    in_force = [
        tables.regions.in_force(code, day) if code and day else None
        for code, (_, day) in zip(found, written, strict=True)
    ]
    return Coded(indices, pa.array(found, pa.string())), Coded(indices, pa.array(in_force, pa.bool_()))


def _drug_codes(out: dict[str, Coded], contract: Contract, tables: CodeTables) -> Coded:
    """The substance of each row: what a laboratory found, in the second column of drugs, else what it was called."""
    columns = [column.name for column in contract.columns if column.semantic == "drug"]
    substance = partial(codes.code_of, table=tables.drugs)
    called, *found = (out[name].over_values(substance, pa.string()).distinct() for name in columns)
    if not found:
        return called
    return coded(pc.coalesce(*(column.rows().cast(pa.string()) for column in (found[0], called))))


def _additions(out: dict[str, Coded], cleaned: dict[str, Coded], contract: Contract, tables: CodeTables) -> None:
    """Add the columns that a domain derives from one or two columns of text."""
    if number := contract.semantic("resident_id"):
        kind = contract.semantic("id_type")
        numbers_written = cleaned[number.name]
        nothing = Coded(pa.nulls(len(numbers_written.indices), pa.int32()), pa.array([], pa.string()))
        out |= _documents(cleaned[kind.name] if kind else nothing, numbers_written, tables)
    if contract.semantic("drug"):
        out["drug_code"] = _drug_codes(out, contract, tables)
        out["drug_category"] = out["drug_code"].over_values(tables.drug_categories.get, pa.string()).distinct()
    if offence := contract.semantic("offence"):
        drug_offence = partial(codes.is_drug_offence, table=tables.offences, drug_offences=tables.drug_offences)
        out["is_drug_offence"] = out[offence.name].over_values(drug_offence, pa.bool_())
    amount, unit = contract.semantic("quantity"), contract.semantic("quantity_unit")
    if amount and unit:
        found = _quantities(cleaned[amount.name], cleaned[unit.name], tables)
        out[amount.name], out[unit.name], out["quantity_kind"], out["quantity_value"] = found


def _columns(
    cleaned: dict[str, Coded], plainly: dict[str, plain.Plain | None], contract: Contract, tables: CodeTables
) -> dict[str, Coded]:
    out: dict[str, Coded] = {}
    for column in contract.columns:
        source = cleaned[column.name]
        if column.semantic != "resident_id":
            out[column.name] = _typed(column, source, plainly[column.name], tables)
        if column.semantic == "person_name" and (names_alone := plainly[column.name]):
            none = plain.Plain(names_alone.flags, pa.nulls(len(names_alone.values), pa.string()))
            out[column.name + "_other"] = source.over_values(names.other_name, pa.string(), none).distinct()
    for column in contract.columns:
        if day := _date_column(column, contract):
            found = _regions(cleaned[column.name], out[day], tables)
            out[column.name], out[column.name + IN_FORCE] = found
    _additions(out, cleaned, contract, tables)
    return out


def conform_rows(raw: pa.Table, contract: Contract, tables: CodeTables) -> pa.Table:
    """Typed and conformed columns of a delivery's text rows.

    `raw` holds `line_number`, the row facts and one text column per header of the contract. The result has the
    same rows, our column names, a `<name>__given` flag per column, `record_key`, and the parts a domain adds
    (`id_no_kind`, `id_no_status`, `drug_code`, `quantity_value`, …). A value that cannot be read is missing while
    its flag says it was given: the verdicts make a rule of that.
    """
    cleaned = {}
    for column in contract.columns:
        written = coded(raw[column.header])
        cleaned[column.name] = written.over_values(text.clean, pa.string(), plain.clean(written.values))
    plainly = {column.name: _plain(column, cleaned[column.name].values) for column in contract.columns}
    found = _columns(cleaned, plainly, contract, tables)
    out = {name: raw[name] for name in ("line_number", *ROW_FACTS)}
    for column in contract.columns:
        out[column.name + GIVEN] = _given(column, cleaned[column.name], plainly[column.name])
    amount, unit = contract.semantic("quantity"), contract.semantic("quantity_unit")
    if amount and unit:
        # A unit beside the amount is given, too.
        out[unit.name + GIVEN] = pc.or_(out[unit.name + GIVEN], found[unit.name].rows().is_valid())
    out |= {name: column.rows() for name, column in found.items()}
    out["record_key"] = _record_key(found, cleaned, contract)
    return pa.table(out)


def _record_key(found: dict[str, Coded], cleaned: dict[str, Coded], contract: Contract) -> pa.Array:
    """Key parts joined by `|`: as conformed, or as written where a part cannot be read."""
    parts = []
    for column in contract.key:
        conformed = found[column.name]
        if not pa.types.is_string(conformed.values.type):
            conformed = conformed.over_values(str, pa.string())
        readable, written = (one.rows().cast(pa.string()) for one in (conformed, cleaned[column.name]))
        parts.append(pc.coalesce(readable, written, ""))
    return pc.binary_join_element_wise(*parts, "|")
