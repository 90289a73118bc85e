"""Pairwise precision and recall of one grouping against another."""

from __future__ import annotations

import pandas as pd


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def pair_count(groups: pd.DataFrame) -> int:
    """Pairs of rows that agree in every column."""
    return _pairs(groups.groupby(list(groups.columns)).size())


def ratio(part: float, whole: float) -> float:
    """A share; of nothing it is 1, because nothing was missed."""
    return part / whole if whole else 1.0


def pairwise(found: pd.Series, true: pd.Series) -> dict[str, float]:
    """Precision, recall and F1 over all pairs of rows; a row without a found group stands alone."""
    alone = pd.Series([f"alone {place}" for place in range(len(found))], index=found.index)
    groups = pd.DataFrame({"found": found.where(found.notna(), alone), "true": true})
    both = _pairs(groups.groupby(["found", "true"]).size())
    precision = ratio(both, _pairs(groups.groupby("found").size()))
    recall = ratio(both, _pairs(groups.groupby("true").size()))
    return {
        "precision": precision,
        "recall": recall,
        "f1": ratio(2 * precision * recall, precision + recall),
    }
