"""What the mart says about quality: shares against earlier deliveries, control totals without their values."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.build.build import build
from pipelines.publish.release_docs import write_release_docs
from pipelines.store import Store, read_json
from tests.unit.warehouse.inputs import Row, delivery, write_inputs

DATASET = "court_judgment"
PEOPLE: list[Row] = [{"person_id": "p1"}]


def _rule(delivery_id: str, checked: int, failed: int) -> Row:
    return {
        "dataset": DATASET,
        "delivery_id": delivery_id,
        "rule_id": "r",
        "severity": "error",
        "checked": checked,
        "failed": failed,
    }


def _delivery(delivery_id: str, month: int, correction_of: str | None = None) -> Row:
    return delivery(DATASET, delivery_id=delivery_id, exported_at=datetime(2025, month, 1), correction_of=correction_of)


def _total(column: str, claimed: int, resolved: int | None, status: str) -> Row:
    row: Row = {"dataset": DATASET, "delivery_id": "d1", "rule_id": f"{column}_total", "column_name": column}
    amounts = {"claimed": claimed, "resolved": resolved, "quarantined": None}
    return {**row, "status": status, **{name: None if n is None else Decimal(n) for name, n in amounts.items()}}


def test_trend_is_against_the_earlier_deliveries_and_leaves_corrections_out(store: Store, tmp_path: Path) -> None:
    deliveries = [_delivery("d1", 1), _delivery("d2", 2), _delivery("c1", 3, "d1"), _delivery("d3", 4)]
    rules = [_rule("d1", 100, 10), _rule("d2", 300, 10), _rule("c1", 10, 10), _rule("d3", 100, 8)]
    totals = [_total("a", 200, 150, "quarantined"), _total("b", 5, None, "refused")]
    write_inputs(store, tmp_path / "made", {DATASET: [{}]}, PEOPLE, deliveries, rules, totals)
    candidate = store.candidate / build(store)
    with duckdb.connect(str(candidate / "mart.duckdb"), read_only=True) as mart:
        found = mart.execute(
            "select delivery_id, agency, checked, failed, round(share, 4), round(trend, 4) "
            "from mart.data_quality order by 1"
        ).fetchall()
        agree = mart.execute("select column_name, status, resolved_share from mart.control_total order by 1").fetchall()
    # Before d3: 20 of 400 failed, 5 %. Before d2: 10 %.
    assert found == [
        ("c1", "a", 10, 10, 1.0, None),
        ("d1", "a", 100, 10, 0.1, None),
        ("d2", "a", 300, 10, 0.0333, -0.0667),
        ("d3", "a", 100, 8, 0.08, 0.03),
    ]
    assert agree == [("a", "quarantined", 0.75), ("b", "refused", None)]
    with duckdb.connect(str(candidate / "warehouse.duckdb"), read_only=True) as warehouse:
        exact = warehouse.execute("select claimed, difference from core.control_total order by column_name").fetchall()
    assert exact == [(Decimal(200), Decimal(50)), (Decimal(5), None)]


def test_the_page_of_a_release_counts_checks_rows_totals_and_failed_rules(store: Store, tmp_path: Path) -> None:
    rules = [_rule("d1", 100, 10), {**_rule("d1", 50, 0), "rule_id": "kept"}]
    accounts = {"rows_physical": 1234, "rows_staged": 1200, "rows_quarantined": 34, "rows_cleared": 7}
    deliveries = [{**_delivery("d1", 1), **accounts}, {**_delivery("d2", 2), "status": "rejected"}]
    write_inputs(
        store, tmp_path / "made", {DATASET: [{}]}, PEOPLE, deliveries, rules, [_total("a", 200, 150, "quarantined")]
    )
    check = {"rule_id": "mart_equals_core", "severity": "critical", "success": False, "checked": 8, "failed": 2}
    write_release_docs(read_json(store.records / "current.json"), "r1", [check], tmp_path / "index.html")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    number = '<td class="number">{}</td>'.format
    assert '<tr class="bad"><td>mart_equals_core</td>' in page
    counted = [2, 1, "1,234", "1,201", 34, 7, 0]
    assert "<td>court_judgment</td>" + "".join(map(number, counted)) in page
    assert "<td>a</td>" + "".join(map(number, (1, 0, 1, 0, 0))) in page
    assert "<td>r</td><td>error</td>" + "".join(map(number, (100, 10, "10.00%"))) in page
    assert "kept" not in page
