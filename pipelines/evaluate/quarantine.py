"""Planted defects against the quarantine."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.evaluate.pairs import ratio
from pipelines.store import Store, read_json

_ROW = ["dataset", "delivery_id", "record_key"]
_DELIVERY = ["dataset", "delivery_id"]


def quarantined_rows(store: Store) -> pd.DataFrame:
    """Every entry of the quarantine: dataset, delivery_id, record_key, line_number, rule_id."""
    files = sorted(store.quarantine.rglob("rows.parquet"))
    columns = [*_ROW, "line_number", "rule_id"]
    parts = [pd.read_parquet(path, columns=columns) for path in files]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _keys(frame: pd.DataFrame, columns: list[str]) -> set[tuple[object, ...]]:
    return set(frame[columns].itertuples(index=False, name=None))


def defect_scores(defects: pd.DataFrame, quarantine: pd.DataFrame) -> dict[str, float]:
    """Which planted defects were caught, and which repairable ones were let through as they should."""
    rows, deliveries = _keys(quarantine, _ROW), _keys(quarantine, _DELIVERY)
    lost = _keys(defects[defects["class"] == "delivery_level"], _DELIVERY)
    reject = _keys(defects[defects["class"] == "reject"], [*_ROW, "defect"])
    # A delivery refused as a whole takes its rows along: their own defects no longer show.
    caught = sum(row[:3] in rows or (row[:2] in lost and row[:2] in deliveries) for row in reject)
    repair = {row for row in _keys(defects[defects["class"] == "repair"], [*_ROW, "defect"]) if row[:2] not in lost}
    spoilt = {row[:3] for row in reject}
    repair = {row for row in repair if row[:3] not in spoilt}
    return {
        "quarantine.caught_share": ratio(caught + len(lost & deliveries), len(reject) + len(lost)),
        "quarantine.planted": len(reject) + len(lost),
        "quarantine.repaired_share": ratio(sum(row[:3] not in rows for row in repair), len(repair)),
    }


def false_scores(defects: pd.DataFrame, quarantine: pd.DataFrame, deliveries: pd.DataFrame) -> dict[str, float]:
    """Share of clean rows that were quarantined, outside the deliveries that were spoilt as a whole."""
    lost = _keys(defects[defects["class"] == "delivery_level"], _DELIVERY)
    planted = {row for row in _keys(defects, _ROW) if row[:2] not in lost}
    rows = quarantine[quarantine["line_number"].notna()].drop_duplicates([*_ROW, "line_number"])
    accused = list(rows[_ROW].itertuples(index=False, name=None))
    false = sum(row[:2] not in lost and row not in planted for row in accused)
    counted = [key not in lost for key in deliveries[_DELIVERY].itertuples(index=False, name=None)]
    data_rows = int((deliveries["rows_staged"] + deliveries["rows_quarantined"])[counted].sum())
    return {
        "quarantine.false_share": false / (data_rows - len(planted)) if data_rows > len(planted) else 0.0,
        "quarantine.false_rows": false,
    }


def score_quarantine(store: Store, truth: Path) -> dict[str, float]:
    """All scores of the quarantine."""
    if not (truth / "defect.parquet").exists():
        return {}
    defects, quarantine = pd.read_parquet(truth / "defect.parquet"), quarantined_rows(store)
    scores = defect_scores(defects, quarantine)
    records = read_json(store.records / "current.json")
    if records:
        scores |= false_scores(defects, quarantine, pd.read_parquet(records["deliveries"]))
    return scores
