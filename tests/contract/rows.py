"""A row that keeps every rule of a contract, made from the contract, and for each rule a row that breaks only it."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pyarrow as pa

from pipelines.codes import code_list, code_tables
from pipelines.contracts import Column, Contract, Rule
from pipelines.ingest.conform_rows import ROW_FACTS, conform_rows
from pipelines.ingest.verdicts import rules_of, verdict_sql
from tests.pipeline.exports import Row, number

# One connection for all: making one costs more than the verdicts of a row.
DUCK = duckdb.connect()
TAIL = {"exported_at": "2025-10-31 23:00:00", "record_status": "增", "updated_at": "2025-10-01 08:00:00"}
AFTER_EXPORT = "2025-11-02"
FIRST_DAY = date(2024, 3, 1)
MEANINGS = {
    "person_name": "张三",
    "id_type": "居民身份证",
    "resident_id": number(1),
    "birth_date": "1990-03-07",
    "sex": "男",
    "region_code": "430102",
    "month": "2025-09",
    "drug": "海洛因",
    "quantity_unit": "克",
    "offence": "非法持有毒品罪",
}


def _depth(name: str, contract: Contract) -> int:
    """How many columns the order rules put before a column."""
    before = [r.parameters["first"] for r in contract.rules if r.check == "order" and r.parameters["second"] == name]
    return max((_depth(first, contract) + 1 for first in before), default=0)


def _value(column: Column, contract: Contract) -> str:
    if column.name in TAIL:
        return TAIL[column.name]
    if column.semantic in MEANINGS:
        return MEANINGS[column.semantic]
    if column.examples:
        return column.examples[0]
    if column.enum:
        return column.enum[0]
    depth = _depth(column.name, contract)
    match column.type:
        case "date":
            # No two dates are equal, and a later column of a chain comes well after all that lie before it.
            place = contract.columns.index(column)
            return (FIRST_DAY + timedelta(days=60 * depth + place)).isoformat()
        case "integer" | "number":
            return str(1 + depth)
        case "boolean":
            return "是"
    return f"某{column.header}"


def valid_row(contract: Contract) -> Row:
    """Every column filled in, every rule kept."""
    row = {column.name: _value(column, contract) for column in contract.columns}
    for rule in contract.rules:
        if rule.check == "one_of":
            row[rule.column] = code_list(rule.parameters["seed"])[0][rule.parameters["code"]]
        if rule.check == "lookup":
            row[rule.column] = _listed(rule, row[rule.parameters["code"]])
    return row


def _listed(rule: Rule, code: str) -> str:
    return next(r[rule.column] for r in code_list(rule.parameters["seed"]) if r[rule.parameters["code"]] == code)


def _mentioned(rule: Rule) -> set[str]:
    extra = {
        str(rule.parameters[name]) for name in ("first", "second", "when", "on", "code") if name in rule.parameters
    }
    return {rule.column, *extra} - {None}


def _spelt(value: object) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _codes(name: str, contract: Contract) -> list[str]:
    """The codes a column may have by a list; none where no list judges it."""
    lists = (rule.parameters for rule in contract.rules if rule.check == "one_of" and rule.column == name)
    return [listed[one["code"]] for one in lists for listed in code_list(one["seed"])]


def _quiet(row: Row, kept: set[str], contract: Contract) -> Row:
    """Values that make no `filled_when` rule ask for a column that is not kept, where there are any."""
    rules = [rule for rule in contract.rules if rule.check == "filled_when"]
    chosen = {}
    for when in {str(rule.parameters["when"]) for rule in rules} & kept:
        asks = [rule for rule in rules if rule.parameters["when"] == when and rule.column not in kept]
        asked = {_spelt(value) for rule in asks for value in rule.parameters["values"]}
        values = contract.column(when).enum or _codes(when, contract) or ("是", "否")
        quiet = [value for value in (row[when], *values) if value not in asked]
        chosen[when] = quiet[0] if quiet else row[when]
    return chosen


def minimal_row(contract: Contract, rule: Rule) -> Row:
    """The valid row without the columns that neither the rule nor a rule of completeness asks for."""
    row = valid_row(contract)
    kept = {column.name for column in contract.columns if column.required} | _mentioned(rule)
    kept |= {r.column for r in contract.rules if r.check == "fill_rate"}
    if rule.check in ("birth_matches_number", "document_number", "float_damage"):
        kept.add("id_no")
    row |= _quiet(row, kept, contract)
    if rule.check == "filled_when":
        row[rule.parameters["when"]] = _spelt(rule.parameters["values"][0])
    for asking in (r for r in contract.rules if r.check == "filled_when"):
        when = asking.parameters["when"]
        if when in kept and row[when] in map(_spelt, asking.parameters["values"]):
            kept.add(asking.column)
    return {name: value if name in kept else "" for name, value in row.items()}


def _day_before(text: str) -> str:
    return (date.fromisoformat(text[:10]) - timedelta(days=1)).isoformat()


def _rounded_number() -> str:
    """A resident number with a right check digit that ends in 000, as 1 in 1,000 does by chance."""
    days = (date(1980, 1, 1) + timedelta(days=n) for n in range(400))
    return next(found for day in days if (found := number(100, f"{day:%Y%m%d}")).endswith("000"))


def _out_of_range(rule: Rule, contract: Contract) -> str:
    column = contract.column(rule.column or "")
    if column.type == "date":
        return _day_before(rule.parameters["min"])
    bounds_others = column.semantic == "quantity" or _depth(column.name, contract) > 0
    return str(rule.parameters["max"] + 1) if bounds_others else str(rule.parameters["min"] - 1)


def _out_of_order(row: Row, rule: Rule, contract: Contract) -> Row:
    first, second = rule.parameters["first"], rule.parameters["second"]
    if contract.column(first).type != "date":
        return {first: str(int(row[second]) + 1)}
    return {first: AFTER_EXPORT} if second in TAIL else {second: _day_before(row[first])}


def _violation(row: Row, rule: Rule, contract: Contract) -> Row:
    column = rule.column or ""
    match rule.check:
        case "required" | "fill_rate" | "filled_when":
            return {column: ""}
        case "readable" | "pattern" | "one_of":
            return {column: "x?y"}
        case "between":
            return {column: _out_of_range(rule, contract)}
        case "lookup":
            values = {listed[column] for listed in code_list(rule.parameters["seed"])}
            return {column: sorted(values - {row[column]})[0]}
        case "document_number":
            return {column: row[column][:-1] + ("0" if row[column][-1] != "0" else "1")}
        case "float_damage":
            return {column: _rounded_number()}
        case "order":
            return _out_of_order(row, rule, contract)
        case "birth_matches_number":
            return {column: "1990-03-08"}
        case "net_within_gross":
            return {column: "2"}
    raise NotImplementedError(f"no violation is known for check {rule.check}")


def violating_rows(contract: Contract, rule: Rule) -> list[Row]:
    """A delivery in which every row breaks the rule and no other: one row, or two where one is not enough."""
    row = minimal_row(contract, rule)
    if rule.check == "unique_key":
        return [row, {**row, "updated_at": "2025-10-02 08:00:00"}]
    return [{**row, **_violation(row, rule, contract)}]


def conformed(contract: Contract, rows: list[Row], flaw: str | None = None) -> pa.Table:
    """Rows by our column names as `judge` conforms them; `flaw` is a fact about rows that fails them."""
    texts = {
        column.header: pa.array([row[column.name] or None for row in rows], pa.string()) for column in contract.columns
    }
    facts = {fact: pa.array([fact != flaw] * len(rows)) for fact in ROW_FACTS}
    raw = pa.table({"line_number": pa.array(range(2, len(rows) + 2), pa.int64()), **facts, **texts})
    return conform_rows(raw, contract, code_tables())


def broken_rules(contract: Contract, rows: list[Row], flaw: str | None = None) -> list[set[str]]:
    """For each row of a delivery, the rules it breaks."""
    DUCK.register("conformed", conformed(contract, rows, flaw))
    verdicts = DUCK.sql(verdict_sql(contract, "conformed")).df()
    return [
        {rule.rule_id for rule in rules_of(contract) if not verdict[rule.rule_id]} for _, verdict in verdicts.iterrows()
    ]
