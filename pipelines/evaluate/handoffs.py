"""Hand-offs of the current release against the true ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from pipelines.evaluate.pairs import ratio
from pipelines.store import Store

Edge = tuple[Any, ...]
_OURS = """
    select edge.rule_id, known.true_person, edge.opened_on, edge.due_on, edge.closed_on, edge.status, edge.cause
    from release.handoff edge
    left join release.source_row source using (source_row_token)
    left join read_parquet(?) known
        on source.dataset = known.dataset and source.record_key = known.record_key and known.person_group = 'subject'
    where edge.rule_id in (select rule_id from read_parquet(?))
"""
_TRUE = "select rule_id, true_person, opened_on, due_on, closed_on, status, cause from read_parquet(?)"


def handoff_scores(ours: list[Edge], true: list[Edge]) -> dict[str, float]:
    """Precision and recall of whole edges, and by rule the share of true edges found in their exact state.

    An edge is (rule, true person, opened, due, closed, status, cause); the cause is scored apart, over the overdue
    edges both sides know. Edges that are alike count as often as they are there.
    """
    found, wanted = Counter(edge[:6] for edge in ours), Counter(edge[:6] for edge in true)
    right = found & wanted
    caused, causes = Counter(edge for edge in ours if edge[6]), Counter(edge for edge in true if edge[6])
    overdue = sum(count for edge, count in right.items() if edge[5] == "overdue")
    scores: dict[str, float] = {
        "handoffs.precision": ratio(right.total(), found.total()),
        "handoffs.recall": ratio(right.total(), wanted.total()),
        "handoffs.cause_share": ratio((caused & causes).total(), overdue),
        "handoffs.total": wanted.total(),
    }
    for rule_id in sorted({edge[0] for edge in wanted}):
        of_rule = [edge for edge in wanted if edge[0] == rule_id]
        exact = sum(right[edge] for edge in of_rule)
        scores[f"handoffs.exact.{rule_id}"] = ratio(exact, sum(wanted[edge] for edge in of_rule))
    return scores


def score_handoffs(store: Store, truth: Path) -> dict[str, float]:
    """All scores of hand-offs, over the rules the truth knows."""
    vault = store.private_releases / "current" / "vault.duckdb"
    handoffs, mentions = truth / "handoff.parquet", truth / "mention.parquet"
    if not vault.exists() or not handoffs.exists():
        return {}
    with duckdb.connect() as duck:
        duck.sql(f"attach '{vault}' as release (read_only)")
        ours = duck.execute(_OURS, [str(mentions), str(handoffs)]).fetchall()
        true = duck.execute(_TRUE, [str(handoffs)]).fetchall()
    return handoff_scores(ours, true)
