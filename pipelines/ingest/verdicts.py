"""Verdicts: the rules of a contract compiled into one SQL query with one boolean column per rule.

True means the row keeps the rule. Tolerances are asserted over this frame, rows are sent to quarantine by it,
so both judge by the same bits.
"""

from __future__ import annotations

from collections import defaultdict

from pipelines.codes import code_list
from pipelines.contracts import Contract, Rule
from pipelines.ingest.conform_rows import GIVEN, IN_FORCE

# Share of long numbers ending in 000 above which the whole column was rounded by a spreadsheet. By chance it
# is one in a thousand.
ROUNDED_SHARE = 0.5
# A gross weight given in a coarser unit is rounded; net may exceed it by so much.
GROSS_ROUNDING = "1.005"

ROW_SHAPE = Rule(
    rule_id="row_shape",
    check="row_shape",
    severity="error",
    tolerance=0.2,
    sentence_en="The row must have as many fields as the header.",
    sentence_zh="该行的字段数应与表头一致。",
)

ROW_DECODED = Rule(
    rule_id="row_decoded",
    check="row_decoded",
    severity="error",
    tolerance=0.2,
    sentence_en="The line must be readable in the agreed encoding.",
    sentence_zh="该行无法按约定的字符编码读取。",
)
ROW_ENCODING = Rule(
    rule_id="row_encoding",
    check="row_encoding",
    severity="warning",
    tolerance=0.0,
    sentence_en="The line is in another encoding than agreed and was read in that one.",
    sentence_zh="该行的字符编码与约定不符,已按实际编码读取。",
)
ROW_COMPUTED = Rule(
    rule_id="row_computed",
    check="row_computed",
    severity="error",
    tolerance=0.2,
    sentence_en="No cell of the row may hold a spreadsheet error such as #N/A.",
    sentence_zh="该行含有电子表格错误值(如 #N/A),请修正公式后重新导出。",
)
ROW_RULES = (ROW_SHAPE, ROW_DECODED, ROW_ENCODING, ROW_COMPUTED)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _between(rule: Rule, contract: Contract) -> str:
    column = contract.column(rule.column or "")
    name = quoted(column.name)
    limits = []
    for key, operator in (("min", ">="), ("max", "<=")):
        if key in rule.parameters:
            value = rule.parameters[key]
            literal = f"date {_literal(value)}" if column.type == "date" else str(float(value))
            limits.append(f"{name} {operator} {literal}")
    return " and ".join(limits)


def _damage_sql(table: str) -> str:
    """Whether most numbers of the column were rounded, by a spreadsheet or by a 64-bit float.

    One number in 64 looks like a float by chance, so that needs a broken check digit in the column besides.
    """
    resident = "count(*) filter (where id_no_kind = 'resident')"
    mostly_rounded, mostly_floated = (
        f"count(*) filter (where {flag}) > {ROUNDED_SHARE} * {resident}" for flag in ("id_no_rounded", "id_no_floated")
    )
    broken = "count(*) filter (where id_no_floated and id_no_status = 'check_digit') > 0"
    return f"select {mostly_rounded} as rounded, {mostly_floated} and {broken} as floated from {table}"


def _one_of(rule: Rule) -> str:
    """The code is in its list, and was in force on the day of column `on`; a missing day allows every code."""
    intervals: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in code_list(rule.parameters["seed"]):
        intervals[row["valid_from"], row["valid_to"]].append(row[rule.parameters["code"]])
    name, day = quoted(rule.column or ""), rule.parameters.get("on")
    parts = []
    for (first, end), codes in intervals.items():
        part = f"{name} in ({', '.join(map(_literal, codes))})"
        if day and first:
            part += f" and coalesce({quoted(day)} >= date {_literal(first)}, true)"
        if day and end:
            part += f" and coalesce({quoted(day)} < date {_literal(end)}, true)"
        parts.append(f"({part})")
    return " or ".join(parts)


def _lookup(rule: Rule) -> str:
    """The value is the one the list has for the code; an unknown code is judged by `one_of` alone."""
    code, name = quoted(rule.parameters["code"]), quoted(rule.column or "")
    pairs = [(row[rule.parameters["code"]], row[rule.column or ""]) for row in code_list(rule.parameters["seed"])]
    known = ", ".join(_literal(one) for one in dict.fromkeys(one for one, _ in pairs))
    agreed = ", ".join(f"({_literal(one)}, {_literal(value)})" for one, value in pairs)
    return f"{name} is null or {code} not in ({known}) or ({code}, {name}) in ({agreed})"


def _filled_when(rule: Rule, contract: Contract) -> str:
    when = contract.column(rule.parameters["when"])
    values = [str(value).lower() if when.type == "boolean" else _literal(value) for value in rule.parameters["values"]]
    return f"{quoted((rule.column or '') + GIVEN)} or {quoted(when.name)} not in ({', '.join(values)})"


def condition(rule: Rule, contract: Contract) -> str:
    """The SQL condition a row must meet; a missing value is judged by `required` alone."""
    name = quoted(rule.column) if rule.column else ""
    match rule.check:
        case "required" | "fill_rate":
            return f"{quoted((rule.column or '') + GIVEN)}"
        case "readable":
            return f"(not {quoted((rule.column or '') + GIVEN)}) or {name} is not null"
        case "pattern":
            return f"regexp_full_match({name}, {_literal(rule.parameters['pattern'])})"
        case "between":
            return _between(rule, contract)
        case "one_of":
            return _one_of(rule)
        case "lookup":
            return _lookup(rule)
        case "filled_when":
            return _filled_when(rule, contract)
        case "net_within_gross":
            return f"quantity_kind is distinct from 'weighed_gram' or {name} <= quantity_value * {GROSS_ROUNDING}"
        case "document_number":
            return "id_no_status in ('ok', 'missing', 'placeholder')"
        case "float_damage":
            return (
                "not (id_no_rounded and (select rounded from damage) or id_no_floated and (select floated from damage))"
            )
        case "unique_key":
            return "record_key not in (from repeated)"
        case "order":
            return f"{quoted(rule.parameters['first'])} <= {quoted(rule.parameters['second'])}"
        case "birth_matches_number":
            return f"id_no_birth = {name}"
        case "in_force":
            return quoted((rule.column or "") + IN_FORCE)
        case "row_shape":
            return "whole"
        case "row_decoded":
            return "decoded"
        case "row_encoding":
            return "agreed_encoding"
        case "row_computed":
            return "computed"
    raise ValueError(f"rule {rule.rule_id}: no SQL for check {rule.check!r}")


def rules_of(contract: Contract) -> tuple[Rule, ...]:
    """The rules every row is judged by: those of the contract and those of every row of text."""
    return (*contract.row_rules, *ROW_RULES)


def verdict_sql(contract: Contract, table: str) -> str:
    """One SELECT: line_number, record_key and a boolean per rule over the conformed rows in `table`, in any order."""
    columns = [f"coalesce({condition(rule, contract)}, true) as {quoted(rule.rule_id)}" for rule in rules_of(contract)]
    # What a rule asks of the whole delivery is worked out once, not in a window over all columns of all rows.
    asked = {"repeated": f"select record_key from {table} group by record_key having count(*) > 1"}
    if any(rule.check == "float_damage" for rule in rules_of(contract)):
        asked["damage"] = _damage_sql(table)
    shared = ", ".join(f"{name} as materialized ({query})" for name, query in asked.items())
    return f"with {shared}\nselect line_number, record_key,\n  " + ",\n  ".join(columns) + f"\nfrom {table}"
