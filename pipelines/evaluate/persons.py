"""Persons and cases of the current release against the true ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from pipelines.evaluate.pairs import pairwise, ratio
from pipelines.evaluate.strata import hard_scores, read_truth
from pipelines.store import Store, read_json

_MENTION = ["dataset", "record_key", "person_group"]


def vault_mentions(store: Store) -> pd.DataFrame:
    """`vault.mention` of the current release. Raises FileNotFoundError when nothing was published yet."""
    path = store.private_releases / "current" / "vault.duckdb"
    if not path.exists():
        raise FileNotFoundError("there is no release yet; run `huiliu run` first")
    with duckdb.connect() as duck:
        duck.sql(f"attach '{path}' as vault (read_only)")
        return duck.sql(
            "select dataset, record_key, person_group, person_id, case_id from vault.mention order by all"
        ).df()


def person_scores(mentions: pd.DataFrame, truth: pd.DataFrame) -> dict[str, float]:
    """Pairwise scores over the mentions that arrived, and clusters in which a trap brought two persons together.

    A mention of a record that was quarantined is not scored: linkage never saw it.
    """
    scored = mentions.merge(truth, on=_MENTION, how="inner")
    clusters = scored.groupby("person_id").agg(people=("true_person", "nunique"), traps=("trap", "count"))
    pairs = pairwise(scored["person_id"], scored["true_person"])
    return {
        **{f"person.{name}": value for name, value in pairs.items()},
        "person.mentions_scored": len(scored),
        "person.trap_merges": int(((clusters["people"] > 1) & (clusters["traps"] > 0)).sum()),
        "person.merged_clusters": int((clusters["people"] > 1).sum()),
    }


def case_scores(mentions: pd.DataFrame, truth: pd.DataFrame) -> dict[str, float]:
    """Pairwise scores over records: which belong to one case."""
    record = ["dataset", "record_key"]
    cases = mentions[[*record, "case_id"]].drop_duplicates(record)
    scored = cases.merge(truth.drop_duplicates(record), on=record, how="inner")
    pairs = pairwise(scored["case_id"], scored["true_case"])
    return {"cases.precision": pairs["precision"], "cases.recall": pairs["recall"], "cases.records_scored": len(scored)}


def case_event_scores(found: set[tuple[object, ...]], true: set[tuple[object, ...]]) -> dict[str, float]:
    """Joinders and severances found against the true ones: the same kind, day and two documents."""
    both = len(found & true)
    return {
        "case_events.precision": ratio(both, len(found)),
        "case_events.recall": ratio(both, len(true)),
        "case_events.total": len(true),
    }


def read_case_events(store: Store, truth: Path) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    """Kind, day and both document numbers of the events in the current release, and of the true ones."""
    with duckdb.connect() as duck:
        duck.sql(f"attach '{store.releases / 'current' / 'warehouse.duckdb'}' as warehouse (read_only)")
        duck.sql(f"attach '{store.private_releases / 'current' / 'vault.duckdb'}' as vault (read_only)")
        found = duck.sql(
            "select case_event, happened_on, earlier.document_number, later.document_number "
            "from warehouse.core.fact_case_event "
            "inner join vault.main.bridge_case_document as earlier on from_document_token = earlier.document_token "
            "inner join vault.main.bridge_case_document as later on to_document_token = later.document_token"
        ).fetchall()
        true = duck.execute(
            "select event, happened_on, from_document, to_document from read_parquet(?)", [str(truth)]
        ).fetchall()
    return set(found), set(true)


def review_share(store: Store) -> dict[str, float]:
    """Share of identity profiles that wait for a clerk."""
    current = read_json(store.identity / "current.json")
    if not current:
        return {}
    review = pd.read_parquet(current["review"], columns=["left_profile", "right_profile"])
    profiles = pd.read_parquet(current["mention"], columns=["profile_id"])["profile_id"].nunique()
    waiting = pd.concat([review["left_profile"], review["right_profile"]]).nunique()
    return {"person.review_share": waiting / profiles if profiles else 0.0, "person.profiles": profiles}


def score_identities(store: Store, truth: Path) -> dict[str, float]:
    """All scores of persons and cases."""
    mentions = vault_mentions(store)
    true = read_truth(truth)
    scores = person_scores(mentions, true)
    if (truth / "document.parquet").exists():
        scores |= case_scores(mentions, pd.read_parquet(truth / "document.parquet"))
    if (truth / "case_event.parquet").exists():
        scores |= case_event_scores(*read_case_events(store, truth / "case_event.parquet"))
    return scores | review_share(store) | hard_scores(store, true)
