"""A province without defects: every total an agency reports is the one we come to."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.e2e.conftest import huiliu

pytestmark = pytest.mark.accept


def test_without_defects_every_total_agrees_with_what_agencies_report(tmp_path: Path) -> None:
    home, province = tmp_path / "home", tmp_path / "province"
    huiliu(home, "simulate", "--people", "2000", "--seed", "1", "--defects", "none", "--out", str(province))
    huiliu(home, "run", "--exports", str(province / "exports"))
    current = home / "releases" / "current"
    compared: dict[str, int] = {}
    for path, relation in (("warehouse", "core.reconciliation"), ("health", "health.reconciliation")):
        with duckdb.connect(str(current / f"{path}.duckdb"), read_only=True) as release:
            differ = f"select total_id, theirs, ours, likely_cause from {relation} where likely_cause <> 'none'"
            assert release.sql(differ).fetchall() == []
            counts = f"select measure, count(*) filter (where theirs > 0) from {relation} group by measure"
            compared |= dict(release.sql(counts).fetchall())
    assert min(compared[measure] for measure in ("occupied", "in_treatment", "newly_enrolled")) > 0
    assert min(compared[f"person_{unit}"] for unit in ("cumulative", "current", "new")) > 50
