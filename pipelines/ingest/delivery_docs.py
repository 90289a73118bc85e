"""Data Docs of deliveries: a page per delivery, a list per dataset, an index. Counts and rules, no value of a row."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from pipelines.contracts import Contract
from pipelines.ingest.delivery import Delivery, landed_deliveries, receipt_of
from pipelines.ingest.explanations import explanation
from pipelines.pages import Link, table, write_page
from pipelines.store import Json, Store

COUNTS = ("physical", "staged", "quarantined", "duplicate", "non_data")
_RULE_HEADER = ("规则 rule", "级别 severity", "检查 checked", "不合格 failed", "占比 share", "说明", "sentence")
_MARKS = {"critical": "bad", "error": "bad", "rejected": "bad", "warning": "warn"}


def docs_folder(store: Store) -> Path:
    """Where the pages of deliveries lie; `index.html` leads to all."""
    return store.private / "quality"


def _rules(contract: Contract, receipt: Json) -> str:
    rows, marks = [], []
    for rule in sorted(receipt["rules"], key=lambda one: (-one["failed"], one["rule_id"])):
        words = explanation(contract, rule["rule_id"])
        share = rule["failed"] / rule["checked"] if rule["checked"] else 0.0
        counts = (rule["checked"], rule["failed"], share)
        rows.append((rule["rule_id"], rule["severity"], *counts, words.sentence_zh, words.sentence_en))
        marks.append(_MARKS.get(rule["severity"], "") if rule["failed"] else "")
    return table(
        ("规则 rule", "级别 severity", "检查 checked", "不合格 failed", "占比 share", "说明", "sentence"), rows, marks
    )


def _finding(contract: Contract, finding: Json) -> tuple[str, ...]:
    rule_id = finding["rule_id"]
    return rule_id, finding["severity"], explanation(contract, rule_id).sentence_zh, finding["sentence"]


def _delivery_page(contract: Contract, delivery: Delivery, receipt: Json, path: Path) -> None:
    findings = receipt["findings"]
    said = table(
        ("规则 rule", "级别 severity", "说明", "finding"),
        [
            (f["rule_id"], f["severity"], explanation(contract, f["rule_id"]).sentence_zh, f["sentence"])
            for f in findings
        ],
        [_MARKS.get(f["severity"], "") for f in findings],
    )
    start, end = delivery.period or (None, None)
    about = [
        ("状态 status", receipt["status"]),
        ("部门 agency", f"{contract.agency} · {contract.owner}"),
        ("期间 period", f"[{start}, {end})" if start else ""),
        ("收到 received", str(delivery.manifest["received_at"])),
        ("更正 correction of", str(delivery.manifest.get("correction_of") or "")),
        ("约定版本 contract", receipt["contract_version"]),
    ]
    accounts = [receipt["accounts"][name] for name in COUNTS]
    ours = [(one["id"], one["seen"], one["matched"]) for one in receipt.get("corrections", ())]
    write_page(
        path,
        f"{contract.title_zh} {contract.dataset} · {delivery.delivery_id}",
        [
            ("批次 Delivery", table(("项目 item", "内容 value"), about)),
            ("行数 Row accounts", table(COUNTS, [accounts])),
            ("整批发现 Findings about the whole delivery", said),
            ("规则 Rules", _rules(contract, receipt)),
            ("我方修正 Our corrections", table(("id", "涉及 seen", "修正 corrected"), ours)),
        ],
    )


def _dataset_page(store: Store, contract: Contract, folder: Path) -> None:
    rows, marks = [], []
    for name in landed_deliveries(store, contract.dataset):
        receipt = receipt_of(store, contract.dataset, name)
        if receipt:
            counts = [receipt["accounts"][count] for count in COUNTS]
            rows.append((Link(name, f"deliveries/{quote(name)}.html"), receipt["status"], *counts))
            marks.append(_MARKS.get(receipt["status"], ""))
    listed = table(("批次 delivery", "状态 status", *COUNTS), rows, marks)
    write_page(folder / "deliveries.html", f"{contract.title_zh} {contract.dataset}", [("批次 Deliveries", listed)])


def write_delivery_docs(store: Store, contract: Contract, delivery_ids: list[str]) -> None:
    """Write the pages of these decided deliveries, of their dataset, and the index of all datasets."""
    folder = docs_folder(store) / contract.dataset
    landed = landed_deliveries(store, contract.dataset)
    for name in delivery_ids:
        receipt = receipt_of(store, contract.dataset, name)
        _delivery_page(contract, landed[name], receipt, folder / "deliveries" / f"{name}.html")
    _dataset_page(store, contract, folder)
    datasets = sorted(path.parent.name for path in docs_folder(store).glob("*/deliveries.html"))
    listed = table(("数据集 dataset",), [(Link(name, f"{name}/deliveries.html"),) for name in datasets])
    write_page(docs_folder(store) / "index.html", "数据质量 Data quality", [("数据集 Datasets", listed)])
