"""The step `check`: facts about a candidate that must hold before it may be published."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipelines.build.build import RECEIPT
from pipelines.duck import connect
from pipelines.ledger import Ledger
from pipelines.publish.publish import MANIFEST, PublishError
from pipelines.publish.release_docs import write_release_docs
from pipelines.quality import ROWS, Assertion, Checker
from pipelines.store import Json, Store, read_json, write_json

KEY = "indicator_id, region_code, period_id, unit"
# Each query gives one boolean per row: True where the fact holds. No column holds a value of a row.
FACTS = {
    "indicator_key_unique": (
        "critical",
        f"select count(*) = 1 as ok from warehouse.core.indicator group by {KEY}",
    ),
    "share_numerator_within_denominator": (
        "critical",
        "select coalesce(c.numerator <= c.denominator, true) as ok from warehouse.core.indicator c "
        "join warehouse.core.dim_indicator u using (indicator_id, unit) where u.kind = 'share'",
    ),
    "value_within_its_range": (
        "critical",
        "select value is null or coalesce(value between value_low and value_high, false) as ok "
        "from warehouse.core.indicator",
    ),
    "mart_suppressed_whole": (
        "critical",
        "select numerator is null and denominator is null and value is null and value_low is null "
        "and value_high is null as ok from mart.main.indicator where status <> 'ok'",
    ),
    "mart_counts_not_small": (
        "critical",
        "select m.numerator >= u.threshold as ok from mart.main.indicator m join mart.main.dim_indicator u "
        "using (indicator_id, unit) where m.status = 'ok' and u.kind not in ('median', 'maximum')",
    ),
    # Beside its total a part hidden alone would be the difference (decision 0005 has the whole rule).
    "mart_no_region_hidden_alone": (
        "critical",
        """
        select count(*) filter (where part.status = 'suppressed') <> 1 as ok
        from mart.main.indicator as part
        join mart.main.dim_indicator using (indicator_id, unit)
        join mart.main.indicator as whole on part.indicator_id = whole.indicator_id and part.unit = whole.unit
            and part.period_id = whole.period_id and whole.region_code
            = if(part.region_level = 'county', part.region_code[:4] || '00', part.region_code[:2] || '0000')
        where threshold > 0 and whole.status = 'ok' and part.region_code <> whole.region_code
        group by part.indicator_id, part.unit, part.period_id, whole.region_code
        """,
    ),
    "mart_equals_core": (
        "critical",
        f"select m.value is not distinct from c.value as ok from mart.main.indicator m "
        f"left join warehouse.core.indicator c using ({KEY}) where m.status = 'ok'",
    ),
    # An event in a county without a single successor counts from the prefecture up: the sum may fall short.
    "counties_within_prefecture": (
        "critical",
        """
        select coalesce(sum(numerator) filter (where region_level = 'county'), 0)
            <= coalesce(sum(numerator) filter (where region_level = 'prefecture'), 0) + 1e-6 as ok
        from warehouse.core.indicator
        where unit in ('event', 'tonne', 'litre_liquid', 'plant', 'tonne_precursor', 'checkpoint', 'bed')
        group by indicator_id, period_id, unit, region_code[:4]
        having bool_or(region_level = 'prefecture')
        """,
    ),
}
RECONCILIATION = """
    select rows_claimed is null or rows_staged + rows_quarantined + rows_duplicate = rows_claimed as ok
    from read_parquet(?) where status = 'accepted'
"""


def _frames(store: Store, release_id: str) -> dict[str, tuple[str, pd.DataFrame]]:
    candidate = store.candidate / release_id
    with connect() as duck:

        def counted(query: str, *parameters: str) -> pd.DataFrame:
            return duck.execute(f"select ok, count(*) as {ROWS} from ({query}) group by ok", parameters).df()

        duck.execute(f"attach '{candidate / 'warehouse.duckdb'}' as warehouse (read_only)")
        duck.execute(f"attach '{candidate / 'mart.duckdb'}' as mart (read_only)")
        frames = {name: (severity, counted(query)) for name, (severity, query) in FACTS.items()}
        deliveries = read_json(store.records / "current.json")["deliveries"]
        frames["reconciliation"] = ("warning", counted(RECONCILIATION, deliveries))
    return frames


def _refuse_held(store: Store, ledger: Ledger) -> None:
    """Raise PublishError while a rule about the resolved set holds the release and nobody has accepted it."""
    for held in read_json(store.records / "current.json").get("holding", []):
        if ledger.acceptance(held["dataset"], held["delivery_id"]) is None:
            raise PublishError(
                f"the release is held: {held['sentence']} Look into it; `huiliu delivery accept "
                f"{held['delivery_id']} --reason …` lets it through. The last release stands"
            )


def check(store: Store, release_id: str, ledger: Ledger) -> Json:
    """Check a candidate; returns counts per check.

    Raises PublishError when a critical one fails or the release is held: nothing is published and the last
    release stands.
    """
    if (store.releases / release_id / MANIFEST).exists():
        return {"release_id": release_id, "passed": True, "checks": []}
    candidate = store.candidate / release_id
    if not (candidate / RECEIPT).exists():
        raise PublishError(f"there is no candidate {release_id}; run the step build first")
    _refuse_held(store, ledger)
    checker = Checker(candidate / "quality" / "expectations")
    results: list[dict[str, Any]] = []
    for name, (severity, frame) in _frames(store, release_id).items():
        found = checker.rows(name, frame.rename(columns={"ok": name}), [Assertion(name, severity)])
        results += [vars(outcome) for outcome in found]
    checker.write_docs()
    records = read_json(store.records / "current.json")
    write_release_docs(records, release_id, results, candidate / "quality" / "index.html")
    failed = [r["rule_id"] for r in results if not r["success"] and r["severity"] == "critical"]
    report: Json = {"release_id": release_id, "passed": not failed, "checks": results}
    write_json(candidate / "checked.json", report)
    if failed:
        raise PublishError(f"candidate {release_id} fails {', '.join(failed)}; the last release stands")
    return report
