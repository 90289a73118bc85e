"""Read and strictly check the contracts.

The contract package keeps only the keys it knows and drops the others without a word, so a misspelt key would
silently switch a rule off. Documents are therefore checked against the standard's own JSON schema with
unknown keys refused at every level, then against what the steps can carry out.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from pipelines.codes import code_list
from pipelines.contracts.model import DELIVERY_CHECKS, HISTORY_CHECKS, Column, Contract, PersonGroup, Rule
from pipelines.contracts.servers import Server, chosen_name, parse_servers
from pipelines.settings import settings
from pipelines.store import fingerprint

# The parameters of each check: those it needs and those it may have. A misspelt one would switch a rule off.
CHECKS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "required": (frozenset(), frozenset()),
    "readable": (frozenset(), frozenset()),
    "pattern": (frozenset({"pattern"}), frozenset()),
    "between": (frozenset(), frozenset({"min", "max"})),
    "one_of": (frozenset({"seed", "code"}), frozenset({"on"})),
    "lookup": (frozenset({"seed", "code"}), frozenset()),
    "filled_when": (frozenset({"when", "values"}), frozenset()),
    "document_number": (frozenset(), frozenset()),
    "float_damage": (frozenset(), frozenset()),
    "unique_key": (frozenset(), frozenset()),
    "order": (frozenset({"first", "second"}), frozenset()),
    "birth_matches_number": (frozenset(), frozenset()),
    "in_force": (frozenset({"on"}), frozenset()),
    "net_within_gross": (frozenset(), frozenset()),
    "fill_rate": (frozenset(), frozenset()),
    "control_total": (frozenset(), frozenset()),
    "reference": (frozenset(), frozenset()),
    "volume": (frozenset({"min", "max"}), frozenset()),
    "rekeyed": (frozenset({"identity"}), frozenset()),
}
# Parameters whose value is a column of the contract.
COLUMN_PARAMETERS = ("first", "second", "on", "when")
TYPES = frozenset({"string", "date", "timestamp", "integer", "number", "boolean"})
SEMANTICS = frozenset(
    {
        "person_name",
        "id_type",
        "resident_id",
        "birth_date",
        "sex",
        "region_code",
        "case_number",
        "drug",
        "quantity",
        "quantity_unit",
        "offence",
        "case_type",
        "month",
        "record_status",
    }
)
CLEARANCES = frozenset({"vault", "warehouse", "health", "mart"})
FORMATS = frozenset({"csv", "xlsx", "json", "xml"})
COLUMN_PROPERTIES = frozenset({"semanticDomain", "unit", "optionalHeader"})
CONTRACT_PROPERTIES = frozenset({"deliveryMode", "legalBasis", "titleZh", "personGroups"})
REQUIRED_COLUMNS = ("exported_at", "record_status", "updated_at")


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContractError(ValueError):
    """A contract that cannot be trusted; the message names the file, the place and what to do."""


@lru_cache(maxsize=1)
def _validator() -> Any:
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    schema = json.loads(text)
    schema["additionalProperties"] = False
    return jsonschema_rs.validator_for(schema)


def _properties(items: list[dict[str, Any]] | None, allowed: frozenset[str], where: str) -> dict[str, Any]:
    found = {item["property"]: item["value"] for item in items or []}
    unknown = sorted(set(found) - allowed)
    if unknown:
        raise ContractError(f"{where}: unknown custom property {unknown}; known are {sorted(allowed)}")
    return found


def _severities(check: str) -> tuple[str, str]:
    """What a failing check can do: rows go to quarantine, deliveries are refused, releases are held."""
    if check in HISTORY_CHECKS:
        return ("hold", "warning")
    return ("critical", "warning") if check in DELIVERY_CHECKS | {"fill_rate"} else ("error", "warning")


def _check_parameters(rule_id: str, check: str, given: set[str], where: str) -> None:
    needed, allowed = CHECKS[check]
    if check == "between" and not given & allowed:
        raise ContractError(f"{where}: rule {rule_id} needs min or max")
    if missing := sorted(needed - given):
        raise ContractError(f"{where}: rule {rule_id} lacks the parameters {missing}")
    if unknown := sorted(given - needed - allowed):
        raise ContractError(f"{where}: rule {rule_id} has unknown parameters {unknown}")


def _rule(item: dict[str, Any], column: str | None, where: str) -> Rule:
    if item.get("engine") != "huiliu" or not isinstance(item.get("implementation"), dict):
        raise ContractError(f"{where}: a quality rule needs engine: huiliu and an implementation with a check")
    for key in ("id", "severity", "description"):
        if key not in item:
            raise ContractError(f"{where}: a quality rule lacks {key!r}")
    parameters = dict(item["implementation"])
    check = parameters.pop("check", None)
    if check not in CHECKS:
        raise ContractError(f"{where}: rule {item['id']} asks for check {check!r}; known are {sorted(CHECKS)}")
    if item["severity"] not in _severities(check):
        known = " or ".join(_severities(check))
        raise ContractError(f"{where}: rule {item['id']} has severity {item['severity']!r}; use {known}")
    _check_parameters(item["id"], check, {name for name in parameters if name != "column"}, where)
    extra = _properties(item.get("customProperties"), frozenset({"descriptionZh", "tolerance"}), where)
    if "descriptionZh" not in extra or "tolerance" not in extra:
        raise ContractError(f"{where}: rule {item['id']} needs descriptionZh and tolerance")
    return Rule(
        rule_id=item["id"],
        check=check,
        severity=item["severity"],
        tolerance=float(extra["tolerance"]),
        sentence_en=item["description"],
        sentence_zh=extra["descriptionZh"],
        column=parameters.pop("column", column),
        parameters=parameters,
    )


def _column(item: dict[str, Any], where: str) -> Column:
    place = f"{where}: column {item['name']}"
    extra = _properties(item.get("customProperties"), COLUMN_PROPERTIES, place)
    semantic = extra.get("semanticDomain")
    for value, known, what in (
        (item.get("logicalType"), TYPES, "logicalType"),
        (item.get("classification"), CLEARANCES, "classification"),
        (semantic, SEMANTICS | {None}, "semanticDomain"),
    ):
        if value not in known:
            raise ContractError(f"{place}: {what} is {value!r}; use one of {sorted(filter(None, known))}")
    if "physicalName" not in item or "description" not in item:
        raise ContractError(f"{place}: physicalName (the agency's header) and description are mandatory")
    relations = item.get("relationships") or []
    return Column(
        name=item["name"],
        header=item["physicalName"],
        type=item["logicalType"],
        semantic=semantic,
        clearance=item["classification"],
        required=bool(item.get("required", False)),
        key_position=item.get("primaryKeyPosition") if item.get("primaryKey") else None,
        enum=tuple(entry["value"] for entry in item.get("enum") or []),
        unit=extra.get("unit"),
        description_en=item["description"],
        description_zh=item.get("businessName", item["physicalName"]),
        refers_to=relations[0]["to"] if relations else None,
        optional_header=bool(extra.get("optionalHeader", False)),
        examples=tuple(str(example) for example in item.get("examples") or ()),
    )


def _servers(document: dict[str, Any], delivery_mode: str, where: str) -> tuple[Server, dict[str, Any]]:
    """The server deliveries come from under the present settings, and how each is read."""
    servers, reading, objections = parse_servers(document["servers"], delivery_mode)
    if objections:
        raise ContractError(f"{where}: {objections[0]}")
    chosen = chosen_name(list(servers))
    if chosen is None:
        raise ContractError(f"{where}: no server of HUILIU_SERVERS={settings().servers}; it has {sorted(servers)}")
    if reading["format"] not in FORMATS:
        raise ContractError(f"{where}: server format {reading['format']!r}; readers exist for {sorted(FORMATS)}")
    return servers[chosen], reading


def _contract(document: dict[str, Any], path: Path) -> Contract:
    where = path.name
    schema = document["schema"][0]
    if document["name"] != path.stem or schema["name"] != path.stem or document["domain"] != path.parent.name:
        raise ContractError(f"{where}: name, schema name and domain must equal the file's name and folder")
    extra = _properties(document.get("customProperties"), CONTRACT_PROPERTIES, where)
    server, reading = _servers(document, extra["deliveryMode"], where)
    sla = {item["property"]: item["value"] for item in document["slaProperties"]}
    columns = tuple(_column(item, where) for item in schema["properties"])
    rules = [_rule(rule, None, where) for rule in schema.get("quality") or []]
    for item in schema["properties"]:
        rules += [_rule(rule, item["name"], where) for rule in item.get("quality") or []]
    # A changed code list changes what a contract accepts, so it changes the contract's fingerprint.
    names = sorted({rule.parameters["seed"] for rule in rules if "seed" in rule.parameters})
    seeds = {name: code_list(name) for name in names}
    return Contract(
        dataset=path.stem,
        agency=document["domain"],
        version=document["version"],
        fingerprint=fingerprint([document, seeds] if seeds else document),
        title_zh=extra["titleZh"],
        purpose=document["description"]["purpose"],
        legal_basis=extra["legalBasis"],
        owner=document["team"]["name"],
        grain=schema["dataGranularityDescription"],
        schedule=sla["frequency"],
        latency_hours=float(sla["latency"]),
        delivery_mode=extra["deliveryMode"],
        server=server,
        format=reading.pop("format"),
        format_options=reading,
        columns=columns,
        person_groups=tuple(
            PersonGroup(group["name"], tuple(group["columns"])) for group in extra.get("personGroups") or []
        ),
        rules=tuple(rules),
    )


def _cross_check(contract: Contract, where: str) -> None:
    names = [column.name for column in contract.columns]
    rule_ids = [rule.rule_id for rule in contract.rules]
    mentioned = [rule.column for rule in contract.rules if rule.column]
    mentioned += [rule.parameters[k] for rule in contract.rules for k in COLUMN_PARAMETERS if k in rule.parameters]
    mentioned += [name for rule in contract.rules for name in rule.parameters.get("identity", ())]
    mentioned += [rule.parameters["code"] for rule in contract.rules if rule.check == "lookup"]
    mentioned += [name for group in contract.person_groups for name in group.columns]
    for what, values in (("column", names), ("header", list(contract.headers)), ("rule id", rule_ids)):
        if len(set(values)) != len(values):
            raise ContractError(f"{where}: a {what} is named twice")
    missing = sorted((set(mentioned) | set(REQUIRED_COLUMNS)) - set(names))
    if missing:
        raise ContractError(f"{where}: rules, person groups or the common tail name unknown columns {missing}")
    for rule in contract.rules:
        _check_rule(rule, contract, where)
    if not contract.key:
        raise ContractError(f"{where}: no column has primaryKey: true")


def _check_rule(rule: Rule, contract: Contract, where: str) -> None:
    """Refuse a rule whose column, target or code list cannot give it anything to judge."""
    if rule.check == "reference" and not contract.column(rule.column or "").refers_to:
        raise ContractError(f"{where}: rule {rule.rule_id} needs a relationship on column {rule.column}")
    if rule.check in ("one_of", "lookup"):
        wanted = {rule.parameters["code"], "valid_from", "valid_to"}
        wanted |= {rule.column or ""} if rule.check == "lookup" else set()
        if missing := sorted(wanted - set(code_list(rule.parameters["seed"])[0])):
            raise ContractError(f"{where}: rule {rule.rule_id}: seed {rule.parameters['seed']} lacks {missing}")


def _objection(document: object) -> str | None:
    """Where and how a document breaks the standard's schema: the first place in the order of the document's keys."""
    try:
        errors = sorted(_validator().iter_errors(document), key=lambda error: list(map(str, error.instance_path)))
    except ValueError as error:
        # What JSON has no type for: a date without quotes.
        return f"(somewhere): {error}; put it in quotes"
    place = "/".join(map(str, errors[0].instance_path)) or "(top)" if errors else ""
    return f"{place}: {errors[0].message[:200]}" if errors else None


def load_contract(path: Path) -> Contract:
    """Read one contract. Raises ContractError when it breaks the standard or asks for what no step can do."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    if objection := _objection(document):
        raise ContractError(f"{path.name} at {objection}; see the standard's schema v3.2")
    try:
        contract = _contract(document, path)
    except KeyError as error:
        raise ContractError(f"{path.name}: {error.args[0]!r} is missing") from error
    except FileNotFoundError as error:
        raise ContractError(f"{path.name}: a rule names a code list that is not there: {error.filename}") from error
    _cross_check(contract, path.name)
    return contract


def contract_of(dataset: str) -> Contract:
    """The contract of one dataset. Raises ContractError when there is none."""
    for path in settings().contracts.glob(f"*/{dataset}.yaml"):
        return load_contract(path)
    raise ContractError(f"no contract {dataset}.yaml below {settings().contracts}")


def load_contracts(folder: Path | None = None) -> dict[str, Contract]:
    """Every contract below `folder` (default: the settings'), by dataset name in name order."""
    paths = sorted((folder or settings().contracts).glob("*/*.yaml"), key=lambda path: path.stem)
    if not paths:
        raise ContractError(f"no contract below {folder or settings().contracts}; set HUILIU_CONTRACTS")
    return {path.stem: load_contract(path) for path in paths}
