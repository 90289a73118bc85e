"""Persons where linking is hard, one stratum at a time; whole clusters; and how far probabilities can be believed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.contracts import load_contracts
from pipelines.evaluate.pairs import pair_count, ratio
from pipelines.link.mentions import linked_datasets, read_mentions
from pipelines.store import Store, read_json

_MENTION = ["dataset", "record_key", "person_group"]
# Width of the bins in which probabilities are held against the truth.
_BINS = 10


def strata(mentions: pd.DataFrame, truth: pd.DataFrame) -> dict[str, pd.Series]:
    """Which mentions are in each stratum, by position; `mentions` says what each says, `truth` who it is about."""
    no_number = mentions["id_no"].isna()
    bare = mentions[["birth", "sex", "hukou_code"]].isna().all(axis=1)
    places = mentions.groupby(truth["true_person"].to_numpy())[["hukou_code", "residence_code"]].transform("nunique")
    return {
        "no_number": no_number,
        "name_only": no_number & bare,
        "middle_dot": mentions["name"].fillna("").str.contains("·", regex=False),
        "moved": (places > 1).any(axis=1),
        "twins": (truth["trap"] == "twin").reset_index(drop=True),
    }


def stratum_scores(found: pd.Series, true: pd.Series, inside: pd.Series) -> dict[str, float]:
    """Precision and recall over the pairs of which at least one mention is in the stratum."""

    def counted(groups: pd.DataFrame) -> int:
        return pair_count(groups) - pair_count(groups[~inside.to_numpy()])

    both = counted(pd.DataFrame({"found": found.to_numpy(), "true": true.to_numpy()}))
    return {
        "precision": ratio(both, counted(pd.DataFrame({"found": found.to_numpy()}))),
        "recall": ratio(both, counted(pd.DataFrame({"true": true.to_numpy()}))),
        "mentions": int(inside.sum()),
    }


def cluster_scores(found: pd.Series, true: pd.Series) -> dict[str, float]:
    """Share of persons found that are exactly one true person with all its mentions, and the reverse."""
    sizes = pd.DataFrame({"found": found.to_numpy(), "true": true.to_numpy()})
    both = sizes.groupby(["found", "true"]).size().rename("both").reset_index()
    both["of_found"] = both["found"].map(sizes["found"].value_counts())
    both["of_true"] = both["true"].map(sizes["true"].value_counts())
    whole = int(((both["both"] == both["of_found"]) & (both["both"] == both["of_true"])).sum())
    precision, recall = ratio(whole, sizes["found"].nunique()), ratio(whole, sizes["true"].nunique())
    return {
        "person.cluster_precision": precision,
        "person.cluster_recall": recall,
        "person.cluster_f1": ratio(2 * precision * recall, precision + recall),
    }


def trap_scores(scored: pd.DataFrame) -> dict[str, float]:
    """Persons in which a trap of a kind brought two people together, by kind of trap."""
    people = scored.groupby("person_id")["true_person"].transform("nunique")
    kinds = sorted(scored["trap"].dropna().unique())
    wrong = scored[people > 1]
    return {f"person.trap_merges.{kind}": wrong.loc[wrong["trap"] == kind, "person_id"].nunique() for kind in kinds}


def calibration(pairs: pd.DataFrame) -> dict[str, float]:
    """Mean distance of the scored probability from the share that is one person, over ten bins by their size.

    `pairs`: match_probability, same (whether the two profiles truly are one person), linked.
    """
    known = pairs.dropna(subset=["match_probability"])
    if known.empty:
        return {"person.scored_pairs": 0}
    bins = (known["match_probability"] * _BINS).clip(upper=_BINS - 1).astype(int)
    grouped = known.groupby(bins).agg(said=("match_probability", "mean"), is_so=("same", "mean"), size=("same", "size"))
    error = float((abs(grouped["said"] - grouped["is_so"]) * grouped["size"]).sum() / grouped["size"].sum())
    links = known[known["linked"]]
    return {
        "person.scored_pairs": len(known),
        "person.calibration_error": error,
        "person.model_links": len(links),
        "person.model_link_precision": ratio(int(links["same"].sum()), len(links)),
    }


def _profile_pairs(current: dict[str, str], true_of: pd.Series) -> pd.DataFrame:
    """Edges of the model and pairs of the queue with the truth, of profiles that have one."""
    edges, review = pd.read_parquet(current["edge"]), pd.read_parquet(current["review"])
    model = edges[edges["rule"] == "model"].assign(linked=True)
    pairs = pd.concat([model, review.assign(linked=False)], ignore_index=True)
    left, right = pairs["left_profile"].map(true_of), pairs["right_profile"].map(true_of)
    return pairs.assign(same=left == right, linked=pairs["linked"].astype(bool))[left.notna() & right.notna()]


def hard_scores(store: Store, truth: pd.DataFrame) -> dict[str, float]:
    """Scores of the present identities: clusters, strata, kinds of trap, review load, calibration."""
    current, records = read_json(store.identity / "current.json"), read_json(store.records / "current.json")
    if not current or "edge" not in current or not records:
        return {}
    contracts = load_contracts()
    mentions = read_mentions(contracts, linked_datasets(contracts, records["datasets"]))
    persons = pd.read_parquet(current["mention"], columns=[*_MENTION, "person_id", "profile_id"])
    scored = mentions.merge(persons, on=_MENTION).merge(truth, on=_MENTION)
    found, true = scored["person_id"], scored["true_person"]
    scores = cluster_scores(found, true) | trap_scores(scored)
    for name, inside in strata(scored, scored).items():
        scores |= {f"person.{name}.{kind}": value for kind, value in stratum_scores(found, true, inside).items()}
    first = scored.drop_duplicates("profile_id").set_index("profile_id")["true_person"]
    pairs = _profile_pairs(current, first)
    waiting = pairs[~pairs["linked"]]
    scores["person.review_pairs"] = len(waiting)
    scores["person.review_same_share"] = ratio(int(waiting["same"].sum()), len(waiting))
    return scores | calibration(pairs)


def read_truth(folder: Path) -> pd.DataFrame:
    """The true person and trap of every mention."""
    return pd.read_parquet(folder / "mention.parquet", columns=[*_MENTION, "true_person", "trap"])
