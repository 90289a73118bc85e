"""Stage: decide about judged deliveries and put their rows where they belong, each with a receipt.

A delivery is accepted when no critical expectation fails. Its rows then go to staging or to quarantine, and
physical rows = staged + quarantined + duplicate + non-data; rows we corrected ourselves are among the first two.
A delivery that breaks a critical expectation is refused whole, with the reason in its receipt and every row in
quarantine; what stood before still stands.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from pipelines.conform.numbers import number
from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.ingest.amend import AMENDED
from pipelines.ingest.delivery import RECEIPT, Delivery, DeliveryError, find_delivery
from pipelines.ingest.delivery_docs import docs_folder, write_delivery_docs
from pipelines.ingest.judge import FACTS, REFERENCES, REFUSED, ROWS, VERDICTS
from pipelines.ingest.verdicts import quoted, rules_of
from pipelines.ledger import Ledger
from pipelines.quality import ROWS as VERDICT_ROWS
from pipelines.quality import Assertion, Checker, Outcome
from pipelines.store import Json, Store, fresh_folder, read_json, sha256_file, write_json


@dataclass
class Finding:
    """Something about the delivery as a whole: rule, severity and a sentence without personal data."""

    rule_id: str
    severity: str
    sentence: str


@dataclass
class Verdict:
    """The decision about one delivery and everything it rests on."""

    status: str = "accepted"
    findings: list[Finding] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, rule_id: str, severity: str, sentence: str) -> None:
        """Note a finding; a critical one refuses the delivery."""
        self.findings.append(Finding(rule_id, severity, sentence))
        if severity == "critical":
            self.status = "rejected"


def _whole(delivery: Delivery, contract: Contract, facts: Json, verdict: Verdict) -> None:
    """Judge the delivery as a whole: the id is new, the file is the one of the manifest, and it can be read."""
    name = f"{contract.dataset} delivery {delivery.delivery_id}"
    if facts["reused_id"]:
        verdict.add(
            "delivery_id_new",
            "critical",
            f"{name}: the id {facts['reused_id']} was used before for other content; send it under a new id",
        )
    if wrong := delivery.manifest.get("manifest_wrong"):
        said = "; ".join(wrong)
        verdict.add("manifest_readable", "critical", f"{name}: {said}; correct the manifest and send it under a new id")
    if not facts["sha256_matches"]:
        verdict.add("sha256_matches", "critical", f"{name}: the file is not the one its manifest names; send it again")
    if facts["read_error"]:
        verdict.add("file_readable", "critical", f"{name}: {facts['read_error']}")


def _content(
    delivery: Delivery, contract: Contract, judged: Path, facts: Json, checker: Checker, verdict: Verdict
) -> None:
    """Judge what was read: the agreed columns, as many rows as claimed, and each rule within its tolerance."""
    name = f"{contract.dataset} delivery {delivery.delivery_id}"
    missing, unknown = facts["missing_columns"], facts["unknown_columns"]
    present = [header for header in contract.headers if header not in missing]
    rules = [Assertion(rule.rule_id, rule.severity, rule.tolerance) for rule in rules_of(contract)]
    has_verdicts = (judged / VERDICTS).exists()
    frame = pd.DataFrame()
    if has_verdicts:
        names = [rule.rule_id for rule in rules]
        verdicts = pq.read_table(judged / VERDICTS, columns=names).group_by(names, use_threads=False)
        frame = verdicts.aggregate([([], "count_all")]).rename_columns([*names, VERDICT_ROWS]).to_pandas()
    whole, outcomes = checker.delivery(delivery.delivery_id, present, contract.headers, frame, rules)
    if not whole:
        hint = f" (found instead: {', '.join(unknown)})" if unknown else ""
        verdict.add(
            "columns_present",
            "critical",
            f"{name}: column {', '.join(missing)} is missing{hint}; export it under the agreed header or change "
            f"expectations/{contract.agency}/{contract.dataset}.yaml",
        )
    elif unknown:
        verdict.add(
            "no_unknown_columns",
            "warning",
            f"{name}: column {', '.join(unknown)} is not in expectations/{contract.agency}/{contract.dataset}.yaml "
            "and is not loaded; add it to the contract if it is meant to be",
        )
    if facts["rows"] == 0 and contract.delivery_mode == "snapshot":
        verdict.add(
            "not_empty",
            "critical",
            f"{name}: a snapshot without a row would delete everything; send it again",
        )
    if has_verdicts:
        _rules(delivery, contract, facts, outcomes, verdict)
        _totals(delivery, contract, judged, verdict)


def _rules(delivery: Delivery, contract: Contract, facts: Json, outcomes: list[Outcome], verdict: Verdict) -> None:
    """Note a number of rows that is not the one claimed, and every rule that is out of its tolerance."""
    name = f"{contract.dataset} delivery {delivery.delivery_id}"
    verdict.outcomes = outcomes
    if facts["rows"] != facts["rows_claimed"]:
        verdict.add(
            "rows_match_manifest",
            "critical",
            f"{name}: {facts['rows']} rows arrived, its manifest claims {facts['rows_claimed']}; send it again",
        )
    for outcome, rule in zip(outcomes, rules_of(contract), strict=True):
        if not outcome.success:
            verdict.add(
                rule.rule_id,
                "warning" if rule.severity == "warning" else "critical",
                f"{name}: {outcome.failed} of {outcome.checked} rows fail {rule.rule_id} "
                f"(tolerance {rule.tolerance:.0%}): {rule.sentence_en} {rule.sentence_zh}",
            )


def _totals(delivery: Delivery, contract: Contract, judged: Path, verdict: Verdict) -> None:
    """Hold the manifest's control totals, by agency header or our name, against the distinct rows of the file."""
    totals = delivery.manifest.get("control_totals")
    sent = totals if isinstance(totals, dict) else {}
    with connect() as duck:
        for rule in contract.delivery_rules:
            column = contract.column(rule.column or "")
            claimed = sent.get(column.header, sent.get(column.name))
            if claimed is None:
                verdict.outcomes.append(Outcome(rule.rule_id, rule.severity, True, 0, 0))
                continue
            # A row in quarantine counts too: the total is the agency's of what it sent.
            summed = duck.execute(
                f"select coalesce(sum({quoted(column.name)}), 0) from read_parquet(?, union_by_name = true)",
                [[str(judged / ROWS), str(judged / REFUSED)]],
            ).fetchone()
            found = summed[0] if summed else 0
            equal = number(str(claimed)) == found
            verdict.outcomes.append(Outcome(rule.rule_id, rule.severity, equal, 1, int(not equal)))
            if not equal:
                verdict.add(
                    rule.rule_id,
                    rule.severity,
                    f"{contract.dataset} delivery {delivery.delivery_id}: the rows of {column.header} add up to "
                    f"{found}, its manifest claims {claimed}: {rule.sentence_en} {rule.sentence_zh}",
                )


def _decide(delivery: Delivery, contract: Contract, judged: Path, facts: Json, checker: Checker) -> Verdict:
    verdict = Verdict()
    if facts["duplicate_of"]:
        verdict.status = "duplicate"
        verdict.add(
            "not_a_duplicate",
            "info",
            f"{contract.dataset} delivery {delivery.delivery_id}: same content as {facts['duplicate_of']}, "
            "which stands; nothing to do",
        )
        return verdict
    _whole(delivery, contract, facts, verdict)
    if not facts["read_error"]:
        _content(delivery, contract, judged, facts, checker, verdict)
    return verdict


def _override(delivery: Delivery, judged: Path, verdict: Verdict, ledger: Ledger) -> None:
    """Let a person's decision stand over a critical finding, where there are rows to accept at all."""
    decision = ledger.acceptance(delivery.dataset, delivery.delivery_id)
    if decision is None or verdict.status != "rejected":
        return
    if not (judged / ROWS).exists():
        raise DeliveryError(
            f"{delivery.dataset} delivery {delivery.delivery_id} cannot be accepted: it has no readable rows; "
            "ask the agency to send it again"
        )
    verdict.status = "accepted"
    verdict.add("accepted_by_decision", "warning", f"accepted in spite of its findings: {decision}")


# Beside the rows of a refused delivery that break a rule (REFUSED) lie those that break none.
KEPT = "kept.parquet"
_QUARANTINE_COLUMNS = "delivery_id, dataset, record_key, line_number, rule_id, severity, reason"


def _fill_quarantine(
    duck: duckdb.DuckDBPyConnection, delivery: Delivery, contract: Contract, verdict: Verdict, judged: Path
) -> None:
    """Insert the rows of a delivery that are in quarantine, once per rule they break."""
    duck.read_parquet(str(judged / VERDICTS)).create_view("v")
    here = [delivery.delivery_id, delivery.dataset]
    if verdict.status == "rejected":
        rule = next(f.rule_id for f in verdict.findings if f.severity == "critical")
        duck.execute(
            "insert into q select ?, ?, record_key, line_number, ?, 'critical', 'the delivery was refused' from v",
            [*here, rule],
        )
    broken = {outcome.rule_id for outcome in verdict.outcomes if outcome.failed}
    for row_rule in (r for r in rules_of(contract) if r.severity == "error" and r.rule_id in broken):
        duck.execute(
            f"insert into q select ?, ?, record_key, line_number, ?, 'error', ? from v "
            f"where not {quoted(row_rule.rule_id)}",
            [*here, row_rule.rule_id, row_rule.sentence_zh],
        )


def _quarantine(delivery: Delivery, contract: Contract, judged: Path, verdict: Verdict, out: Path) -> int:
    """Write the quarantine of a delivery (one row per row and rule); returns the number of rows in it.

    A finding about the whole delivery stands in a row without line number; of a refused delivery every row is
    in quarantine under the first critical rule, besides those it breaks itself. The text of the rows lies beside.
    """
    with connect() as duck:
        duck.sql(
            "create table q (delivery_id text, dataset text, record_key text, line_number bigint, rule_id text, "
            "severity text, reason text)"
        )
        for finding in verdict.findings:
            duck.execute(
                "insert into q values (?, ?, null, null, ?, ?, ?)",
                [delivery.delivery_id, delivery.dataset, finding.rule_id, finding.severity, finding.sentence],
            )
        if (judged / VERDICTS).exists():
            _fill_quarantine(duck, delivery, contract, verdict, judged)
            _link(judged / REFUSED, out / REFUSED)
            if verdict.status == "rejected":
                _link(judged / ROWS, out / KEPT)
        counted = duck.sql("select count(distinct line_number) from q").fetchone()
        duck.sql(f"select {_QUARANTINE_COLUMNS} from q order by line_number nulls first, rule_id").write_parquet(
            str(out / "rows.parquet")
        )
    return int(counted[0]) if counted else 0


def _link(source: Path, target: Path) -> None:
    """Give a file a second name: neither ever changes in place, so both names may share one content."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _staged(judged: Path, out: Path) -> int:
    """Put the rows without a failing `error` rule into staging; returns their number."""
    rows = out / "rows.parquet"
    _link(judged / ROWS, rows)
    return int(pq.read_metadata(rows).num_rows)


def _accounts(facts: Json, verdict: Verdict, staged: int, quarantined: int) -> dict[str, int]:
    """Row accounts; raises AssertionError when a row is unaccounted for, before anything is put in place."""
    rows = int(facts["rows"])
    unread = rows - int(facts["duplicates"]) if quarantined == 0 and verdict.status == "rejected" else 0
    accounts = {
        "physical": rows + int(facts["non_data"]),
        "staged": staged,
        # Rows of a refused delivery whose header could not be matched have no verdicts, but they are refused.
        "quarantined": quarantined or unread,
        "duplicate": int(facts["duplicates"]),
        "non_data": int(facts["non_data"]),
    }
    total = sum(value for name, value in accounts.items() if name != "physical")
    judged = accounts["staged"] + accounts["quarantined"]
    if total != accounts["physical"] or facts.get("corrected", 0) > judged:
        raise AssertionError(f"rows unaccounted for: {accounts}")
    return accounts


def _receipt(delivery: Delivery, contract: Contract, verdict: Verdict, accounts: dict[str, int], facts: Json) -> Json:
    return {
        "delivery_id": delivery.delivery_id,
        "dataset": delivery.dataset,
        "agency": contract.agency,
        "status": verdict.status,
        "inputs": facts["inputs"],
        "sha256": delivery.sha256,
        "contract_version": contract.version,
        "contract_fingerprint": contract.fingerprint,
        "accounts": accounts,
        # Of the rows staged or quarantined, those whose text a correction of ours changed.
        "corrected": facts.get("corrected", 0),
        "corrections": facts.get("corrections", []),
        "findings": [vars(finding) for finding in verdict.findings],
        "rules": [
            {"rule_id": o.rule_id, "severity": o.severity, "checked": o.checked, "failed": o.failed}
            for o in verdict.outcomes
        ],
    }


def stage_one(
    store: Store, contract: Contract, delivery_id: str, checker: Checker, ledger: Ledger
) -> dict[str, int | str]:
    """Decide about one judged delivery; replaces its staging and quarantine folders and returns its accounts."""
    delivery = find_delivery(store, contract.dataset, delivery_id)
    judged = store.judged / contract.dataset / delivery_id
    facts = read_json(judged / FACTS)
    if not facts:
        raise DeliveryError(f"{contract.dataset} delivery {delivery_id} is not judged yet; run `huiliu run`")
    verdict = _decide(delivery, contract, judged, facts, checker)
    _override(delivery, judged, verdict, ledger)
    staged = 0
    with fresh_folder(store.quarantine_of(contract.dataset, delivery_id)) as quarantine:
        quarantined = _quarantine(delivery, contract, judged, verdict, quarantine)
        with fresh_folder(store.staging_of(contract.dataset, delivery_id)) as staging:
            if verdict.status == "accepted":
                staged = _staged(judged, staging)
            accounts = _accounts(facts, verdict, staged, quarantined)
            for name in (REFERENCES, AMENDED):
                if (judged / name).exists():
                    _link(judged / name, staging / name)
            receipt = _receipt(delivery, contract, verdict, accounts, facts)
            if staged or verdict.status == "accepted":
                receipt["rows_sha256"] = sha256_file(staging / "rows.parquet")
            write_json(staging / RECEIPT, receipt)
    ledger.record_delivery(delivery, receipt)
    return {"status": verdict.status, **accounts}


def stage(store: Store, contract: Contract, delivery_ids: list[str], ledger: Ledger) -> dict[str, dict[str, int | str]]:
    """Decide about the judged deliveries of one dataset, in the order given; row accounts by delivery id."""
    if not delivery_ids:
        return {}
    checker = Checker(docs_folder(store) / contract.dataset / "expectations")
    accounts = {delivery_id: stage_one(store, contract, delivery_id, checker, ledger) for delivery_id in delivery_ids}
    checker.write_docs()
    write_delivery_docs(store, contract, delivery_ids)
    return accounts
