"""From two tiny deliveries to a release: figures, suppression, rollback."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines import steps
from pipelines.build.build import build
from pipelines.publish.publish import PublishError, publish, rollback
from pipelines.report.explain import explain_figure
from pipelines.report.issue import datasets
from pipelines.report.report import render
from pipelines.report.source import open_release
from pipelines.store import Store
from tests.pipeline import exports


def _ingested(home: Path) -> None:
    drop = home / "exports"
    exports.deliver_users(drop, "u1", [exports.drug_user(serial) for serial in range(1, 16)])
    exports.deliver_handovers(drop, "h1", [exports.handover(serial) for serial in range(1, 6)])
    for dataset in ("police_drug_user", "transport_handover"):
        steps.stage(dataset, steps.judge(dataset, steps.land(dataset)))
    steps.resolve()
    steps.link()


def test_a_release_is_exact_suppressed_and_can_be_rolled_back(home: Path, store: Store) -> None:
    _ingested(home)
    release_id = build(store)
    with pytest.raises(PublishError, match="not passed its checks"):
        publish(store, release_id)
    steps.check(release_id)
    assert publish(store, release_id) == publish(store, release_id) == release_id
    with duckdb.connect(str(store.releases / "current" / "mart.duckdb"), read_only=True) as mart:
        # Fifteen persons aged 34, first detected on 2024-05-06 in 430102 and nobody elsewhere or at another time: all
        # of them together are shown, and not where and when they were, which would show where and when nobody was.
        whole, place = (
            mart.execute(
                "select unit, value, status from mart.indicator where region_code = ? and period_id = ? "
                "and indicator_id in ('R17', 'R26') order by unit",
                cell,
            ).fetchall()
            for cell in (["430000", "2023-2025"], ["430102", "2024"])
        )
    assert whole == [
        ("median_age", 34.0, "ok"),
        ("person", 15.0, "ok"),
        ("share_under_18", None, "suppressed"),
        ("share_under_25", None, "suppressed"),
        ("share_under_35", None, "suppressed"),
    ]
    assert {(value, status) for _, value, status in place} == {(None, "suppressed")}
    # A figure nobody delivers the rows of is not submitted, and never zero.
    with duckdb.connect(str(store.releases / "current" / "warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.sql(
            "select indicator_id, list(distinct status order by status), count(value) from core.indicator group by all"
        ).fetchall()
    known = {indicator_id for indicator_id, statuses, _ in found if statuses == ["not_submitted", "ok"]}
    assert known == {"R17", "R24", "R26", "R32"}
    assert all(rest == [["not_submitted"], 0] for indicator_id, *rest in found if indicator_id not in known)
    query = (store.releases / "current" / "queries" / "indicator_r44.sql").read_text(encoding="utf-8")
    assert query.startswith("-- Grain: one row per region, period and unit of R44.\n-- Definition: orders reported to")
    assert "{{" not in query
    with open_release(store, release_id, "mart") as mart_file, open_release(store, release_id, "warehouse") as core:
        for opened in (mart_file, core):
            html = render(opened, "2024", "430000", datasets(), datetime(2026, 1, 5))
            assert re.search(r'data-value="15.0"[^>]*>15</a>', html)
            assert [one.dataset for one in explain_figure(opened, "R17", "430000", "2024").deliveries] == [
                "police_drug_user"
            ]
    assert (store.private_releases / "current" / "vault.duckdb").stat().st_mode & 0o777 == 0o600
    with pytest.raises(PublishError, match="no release"):
        rollback(store, "nonsense")
