"""From two tiny deliveries to a release: figures, suppression, repeatability, rollback."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines import steps
from pipelines.build.build import build
from pipelines.publish.publish import PublishError, publish, rollback, table_hashes
from pipelines.store import Store
from tests.pipeline import exports


def _ingested(home: Path) -> None:
    drop = home / "exports"
    exports.deliver_users(drop, "u1", [exports.drug_user(serial) for serial in range(1, 16)])
    exports.deliver_handovers(drop, "h1", [exports.handover(serial) for serial in range(1, 6)])
    for dataset in ("police_drug_user", "transport_handover"):
        for delivery_id in (ids := steps.land(dataset)):
            steps.judge(dataset, delivery_id)
        steps.stage(dataset, ids)
    steps.resolve()
    steps.link()


def test_a_release_is_exact_suppressed_repeatable_and_can_be_rolled_back(home: Path, store: Store) -> None:
    _ingested(home)
    release_id = build(store)
    with pytest.raises(PublishError, match="not passed its checks"):
        publish(store, release_id)
    candidate = store.candidate / release_id
    first = {name: table_hashes(candidate / f"{name}.duckdb") for name in ("vault", "warehouse", "health", "mart")}
    (candidate / "receipt.json").unlink()
    assert build(store) == release_id
    assert first == {name: table_hashes(candidate / f"{name}.duckdb") for name in first}
    steps.check(release_id)
    assert publish(store, release_id) == publish(store, release_id) == release_id
    with duckdb.connect(str(store.releases / "current" / "mart.duckdb"), read_only=True) as mart:
        # Fifteen persons aged 34, first detected on 2024-05-06 in 430102.
        rows = mart.sql(
            "select unit, value, status from mart.indicator where region_code = '430102' and period_id = '2024' "
            "and indicator_id in ('R17', 'R26') order by unit"
        ).fetchall()
    assert rows == [
        ("median_age", 34.0, "ok"),
        ("person", 15.0, "ok"),
        ("share_under_18", None, "suppressed"),
        ("share_under_25", None, "suppressed"),
        ("share_under_35", None, "suppressed"),
    ]
    assert (store.private_releases / "current" / "vault.duckdb").stat().st_mode & 0o777 == 0o600
    with pytest.raises(PublishError, match="no release"):
        rollback(store, "nonsense")
