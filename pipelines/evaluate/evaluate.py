"""Score the current release against the truth: a command apart from the pipeline, the only reader of a truth."""

from __future__ import annotations

from pathlib import Path

from pipelines.evaluate.figures import score_figures
from pipelines.evaluate.handoffs import score_handoffs
from pipelines.evaluate.persons import score_identities
from pipelines.evaluate.quarantine import score_quarantine
from pipelines.store import Store


def evaluate(store: Store, truth: Path) -> dict[str, float]:
    """One flat object of scores. Raises FileNotFoundError without a release or without `mention.parquet`."""
    if not (truth / "mention.parquet").exists():
        raise FileNotFoundError(f"{truth} holds no mention.parquet; give the truth/ folder `huiliu simulate` wrote")
    return {
        **score_identities(store, truth),
        **score_quarantine(store, truth),
        **score_handoffs(store, truth),
        **score_figures(store, truth),
    }
