"""Data Docs of a release: what was checked, what it rests on, and what the agencies have to put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.duck import connect
from pipelines.pages import Cell, table, write_page
from pipelines.store import Json

_ACCOUNTS = """
    select dataset, count(*)::bigint, count(*) filter (where status = 'rejected'), sum(rows_physical)::bigint,
        sum(rows_staged)::bigint, sum(rows_quarantined)::bigint, sum(rows_cleared)::bigint, sum(rows_corrected)::bigint
    from read_parquet(?) group by dataset order by dataset
"""
_TOTALS = """
    select dataset, column_name, count(*)::bigint, count(*) filter (where status = 'agrees'),
        count(*) filter (where status = 'quarantined'), count(*) filter (where status = 'differs'),
        count(*) filter (where status = 'refused')
    from read_parquet(?) group by all order by all
"""
_FAILED = """
    select dataset, rule_id, severity, sum(checked)::bigint, sum(failed)::bigint, sum(failed) / sum(checked)
    from read_parquet(?) group by all having sum(failed) > 0 and sum(checked) > 0 order by 5 desc, 1, 2
"""


def _rows(query: str, path: str) -> list[tuple[Cell, ...]]:
    with connect() as duck:
        return duck.execute(query, [path]).fetchall()


def write_release_docs(records: Json, release_id: str, results: list[dict[str, Any]], path: Path) -> None:
    """Write the page of a release from the records it rests on and the outcome of its checks."""
    checks = [(r["rule_id"], r["severity"], r["checked"], r["failed"]) for r in results]
    marks = ["" if r["success"] else "bad" if r["severity"] == "critical" else "warn" for r in results]
    accounts = ("dataset", "deliveries", "refused", "physical", "staged", "quarantined", "cleared", "corrected")
    write_page(
        path,
        f"数据质量 Data quality · {release_id}",
        [
            (
                "发布检查 Checks of the release",
                table(("检查 check", "级别 severity", "checked", "failed"), checks, marks),
            ),
            ("行数 Row accounts", table(accounts, _rows(_ACCOUNTS, records["deliveries"]))),
            (
                "控制总数核对 Control totals",
                table(
                    ("dataset", "column", "given", "agrees", "quarantined", "differs", "refused"),
                    _rows(_TOTALS, records["control_totals"]),
                ),
            ),
            (
                "不合格规则 Rules that failed",
                table(("dataset", "rule", "severity", "checked", "failed", "share"), _rows(_FAILED, records["rules"])),
            ),
        ],
    )
