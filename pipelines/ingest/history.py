"""Rules about the resolved set: what only history or other datasets can tell. They warn, or hold the release.

Deliveries stand in the order of their export, so the outcomes are the same whatever order they arrived in. A
held release is let through by accepting the delivery that holds it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from pipelines.contracts import Contract, Rule
from pipelines.duck import connect
from pipelines.ingest.delivery import RECEIPT, Delivery
from pipelines.ingest.resent import corrected_id
from pipelines.ingest.verdicts import quoted
from pipelines.store import Json, Store, fingerprint, fresh_folder, read_json, write_json

# Deliveries the usual volume is taken from, and how many must lie before it means anything.
VOLUME_MEMORY = 6
FEWEST_BEFORE = 3
# Below so many rows a share or a ratio is chance.
FEW_ROWS = 20

Accepted = list[tuple[Delivery, Json]]


@dataclass(frozen=True)
class HistoryOutcome:
    """What became of one rule at one delivery; `sentence` says it without a value of a row."""

    delivery_id: str
    dataset: str
    rule_id: str
    severity: str
    checked: int
    failed: int
    success: bool
    sentence: str


def _exported_at(delivery: Delivery) -> str:
    return str(delivery.manifest.get("exported_at") or delivery.manifest["received_at"])


def in_export_order(accepted: Accepted) -> Accepted:
    """Accepted deliveries by time of export; equal times by content."""
    return sorted(accepted, key=lambda pair: (_exported_at(pair[0]), pair[0].sha256))


def _outcome(delivery: Delivery, rule: Rule, checked: int, failed: int) -> HistoryOutcome:
    success = failed <= rule.tolerance * checked
    said = f"{failed} of {checked} fail {rule.rule_id} (tolerance {rule.tolerance:.0%})"
    return HistoryOutcome(
        delivery_id=delivery.delivery_id,
        dataset=delivery.dataset,
        rule_id=rule.rule_id,
        severity=rule.severity,
        checked=checked,
        failed=failed,
        success=success,
        sentence=f"{delivery.dataset} delivery {delivery.delivery_id}: {said}: {rule.sentence_en} {rule.sentence_zh}",
    )


def volume(rule: Rule, ordered: Accepted) -> list[HistoryOutcome]:
    """Whether each delivery has between `min` and `max` times the rows its dataset usually sends.

    A correction holds a few rows by its nature, so it is not looked at.
    """
    ordered = [pair for pair in ordered if corrected_id(pair[0]) is None]
    sizes = [receipt["accounts"]["staged"] + receipt["accounts"]["quarantined"] for _, receipt in ordered]
    outcomes = []
    for position, (delivery, _) in enumerate(ordered):
        before = sizes[max(0, position - VOLUME_MEMORY) : position]
        if len(before) < FEWEST_BEFORE or max(sizes[position], *before) < FEW_ROWS:
            continue
        usual = median(before)
        usual_size = usual * rule.parameters["min"] <= sizes[position] <= usual * rule.parameters["max"]
        outcomes.append(_outcome(delivery, rule, 1, int(not usual_size)))
    return outcomes


def rekeyed(store: Store, rule: Rule, ordered: Accepted) -> list[HistoryOutcome]:
    """Whether rows whose natural identity is known came back under record keys never seen with it.

    The identity is the columns of the rule; a row that lacks one of them has none.
    """
    identity = [quoted(name) for name in rule.parameters["identity"]]
    known = " and ".join(f"{name} is not null" for name in identity)
    text = ", ".join(f"{name}::varchar" for name in identity)
    parts = []
    for position, (delivery, _) in enumerate(ordered):
        rows = store.staging_of(delivery.dataset, delivery.delivery_id) / "rows.parquet"
        parts.append(
            f"select distinct {position} as position, md5(concat_ws(chr(30), {text})) as identity, record_key "
            f"from read_parquet('{rows}') where record_status <> '删' and {known}"
        )
    with connect() as duck:
        found = duck.sql(
            f"""
            with seen as ({" union all ".join(parts)}),
            dated as (
                select position, min(position) over (partition by identity) as identity_since,
                    min(position) over (partition by identity, record_key) as key_since
                from seen
            )
            select position, count(*), count(*) filter (where key_since = position)
            from dated where identity_since < position group by position order by position
            """
        ).fetchall()
    return [
        _outcome(ordered[position][0], rule, checked, failed)
        for position, checked, failed in found
        if checked >= FEW_ROWS
    ]


def reference(contract: Contract, rule: Rule, records: dict[str, str], newest: Delivery) -> list[HistoryOutcome]:
    """How many current records point at nothing in the dataset they refer to. Noted at the newest delivery.

    Without a record of the other dataset there is nothing to say.
    """
    column = contract.column(rule.column or "")
    dataset, target = str(column.refers_to).split(".")
    if dataset not in records:
        return []
    alive = "is_current and not is_deleted"
    with connect() as duck:
        counted = duck.sql(
            f"""
            with there as (
                select distinct {quoted(target)}::varchar as value from read_parquet('{records[dataset]}')
                where {alive}
            )
            select count(*), count(*) filter (where there.value is null)
            from (
                select {quoted(column.name)}::varchar as value from read_parquet('{records[contract.dataset]}')
                where {alive} and {quoted(column.name)} is not null
            ) here left join there using (value)
            """
        ).fetchone()
    checked, failed = counted or (0, 0)
    return [_outcome(newest, rule, checked, failed)] if checked >= FEW_ROWS else []


def _judged(store: Store, contract: Contract, records: dict[str, str], ordered: Accepted) -> list[HistoryOutcome]:
    outcomes: list[HistoryOutcome] = []
    for rule in contract.history_rules:
        match rule.check:
            case "volume":
                outcomes += volume(rule, ordered)
            case "rekeyed":
                outcomes += rekeyed(store, rule, ordered)
            case "reference":
                outcomes += reference(contract, rule, records, ordered[-1][0])
    return outcomes


def _generation(path: str) -> str:
    """The fingerprint in the path of a records file."""
    return Path(path).parent.name


def judge_history(
    store: Store, contract: Contract, records: dict[str, str], accepted: Accepted
) -> list[HistoryOutcome]:
    """Outcomes of one dataset's rules about the resolved set, kept under `private/records/_rules/<dataset>/`.

    `records` are the current records files by dataset. The same records under the same contract are not judged
    twice.
    """
    if not contract.history_rules or not accepted:
        return []
    pointed_at = {str(column.refers_to).split(".")[0] for column in contract.columns if column.refers_to}
    inputs = fingerprint(
        [
            contract.fingerprint,
            {name: _generation(records[name]) for name in sorted(pointed_at | {contract.dataset}) if name in records},
            [[_exported_at(delivery), delivery.delivery_id] for delivery, _ in in_export_order(accepted)],
        ]
    )
    folder = store.records / "_rules" / contract.dataset / inputs
    if not (folder / RECEIPT).exists():
        outcomes = _judged(store, contract, records, in_export_order(accepted))
        with fresh_folder(folder) as fresh:
            write_json(fresh / RECEIPT, {"outcomes": [asdict(outcome) for outcome in outcomes]})
    return [HistoryOutcome(**outcome) for outcome in read_json(folder / RECEIPT)["outcomes"]]


def holding(outcomes: list[HistoryOutcome]) -> list[Json]:
    """What holds the release: dataset, delivery and sentence of each failed rule of severity `hold`."""
    return [
        {"dataset": outcome.dataset, "delivery_id": outcome.delivery_id, "sentence": outcome.sentence}
        for outcome in outcomes
        if outcome.severity == "hold" and not outcome.success
    ]
