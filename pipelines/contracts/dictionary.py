"""The data dictionary, written from the contracts so that it cannot drift from what is enforced."""

from __future__ import annotations

from pipelines.contracts.model import Contract


def _table(contract: Contract) -> list[str]:
    lines = [
        "| header | name | type | key | required | clearance | domain | description |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for column in contract.columns:
        described = column.description_en + (f" [{column.unit}]" if column.unit else "")
        if column.enum:
            described += ": " + ", ".join(column.enum)
        if column.examples:
            described += f", e.g. `{column.examples[0]}`"
        if column.refers_to:
            described += f" → `{column.refers_to}`"
        if column.optional_header:
            described += "; the header may be missing"
        lines.append(
            f"| {column.header} | `{column.name}` | {column.type} | {column.key_position or ''} | "
            f"{'yes' if column.required else ''} | {column.clearance} | {column.semantic or ''} | {described} |"
        )
    return lines


def _rules(contract: Contract) -> list[str]:
    lines = ["| rule | severity | tolerance | sentence | 说明 |", "|---|---|---|---|---|"]
    lines += [
        f"| `{rule.rule_id}` | {rule.severity} | {rule.tolerance:g} | {rule.sentence_en} | {rule.sentence_zh} |"
        for rule in contract.rules
    ]
    return lines


def dictionary(contracts: dict[str, Contract]) -> str:
    """Markdown of every dataset: owner, law, delivery, columns and rules."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from `expectations/` by `huiliu dictionary`; a test fails when it drifts. Do not edit.",
        "",
    ]
    for contract in contracts.values():
        lines += [
            f"## {contract.dataset} {contract.title_zh}",
            "",
            f"{contract.purpose} Grain: {contract.grain}. Owner: {contract.owner}. Law: {contract.legal_basis}.",
            f"Delivery: {contract.delivery_mode}, {contract.format}, cron `{contract.schedule}`, due "
            f"{contract.latency_hours:g} h after the period. Contract {contract.version}.",
            "",
            *_table(contract),
            "",
            *_rules(contract),
            "",
        ]
    return "\n".join(lines)
