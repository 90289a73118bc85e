"""What becomes of a scored pair: linked, shown to a clerk, or left.

The weight alone does not link. Brothers, twins and namesakes agree on much of what is compared, and agreements
within a family are not independent; so a link also needs the evidence below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from pipelines.link.certain import MODEL_RANK, Doubt, Edge, ordered
from pipelines.link.cluster import Clusters
from pipelines.link.spec import COMPARISONS, THRESHOLDS

# Kinds of doubt, the one that says most first: a pair of clusters is shown once.
KINDS = (
    "void_decision",
    "borrowed_number",
    "duplicate_number",
    "typing_error",
    "name_missing",
    "namesake",
    "two_numbers",
    "ambiguous",
    "model",
)


def _levels(pairs: pd.DataFrame, comparison: str) -> pd.Series:
    """Names of the levels a comparison came to; Splink counts levels down to 0 and writes -1 for missing."""
    names = next(c for c in COMPARISONS if c.name == comparison).levels
    words = {-1: "missing"} | {len(names) - 1 - place: level.name for place, level in enumerate(names)}
    return pairs[f"gamma_{comparison}"].map(words)


def linkable(pairs: pd.DataFrame) -> pd.Series:
    """Whether a pair's evidence may link without a number: name, whole birth date and a region agree.

    A name that differs in a character, or a birth date that differs in a digit, may be a twin or a namesake. People
    move house more often than household: the same residence counts only when the households do not contradict.
    """
    name, birth = _levels(pairs, "name"), _levels(pairs, "birth_date")
    hukou, residence = _levels(pairs, "hukou_code"), _levels(pairs, "residence_code")
    region = (hukou == "county") | ((residence == "county") & (hukou != "other"))
    same_sex = _levels(pairs, "sex") != "other"
    return name.isin(["equal", "former"]) & (birth == "equal") & region & same_sex


def decide(pairs: pd.DataFrame, clusters: Clusters) -> tuple[list[Edge], list[Doubt]]:
    """Links and doubts of scored pairs, given the clusters of the certain rules."""
    strong = linkable(pairs) & (pairs["match_weight"] >= THRESHOLDS.link_weight)
    rows = zip(
        pairs["unique_id_l"],
        pairs["unique_id_r"],
        pairs["match_weight"],
        pairs["match_probability"],
        strong,
        strict=True,
    )
    links, doubts = [], []
    for left, right, weight, probability, is_strong in rows:
        if is_strong:
            links.append(Edge(int(left), int(right), "model", MODEL_RANK, float(weight), float(probability)))
        else:
            doubts.append(Doubt(int(left), int(right), "model", float(probability)))
    kept, ambiguous = _without_ambiguous(links, clusters)
    return kept, doubts + ambiguous


def _without_ambiguous(links: list[Edge], clusters: Clusters) -> tuple[list[Edge], list[Doubt]]:
    """Drop links of a cluster that is drawn to two which exclude each other, unless one is clearly better."""
    drawn: dict[int, dict[int, float]] = defaultdict(dict)
    for edge in links:
        for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
            a, b = clusters.root(one), clusters.root(other)
            drawn[a][b] = max(drawn[a].get(b, 0.0), edge.weight or 0.0)
    refused: set[tuple[int, int]] = set()
    for one, weights in drawn.items():
        ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        for place, (other, weight) in enumerate(ranked):
            rivals = [r for r in ranked[:place] + ranked[place + 1 :] if not clusters.may_join(other, r[0])]
            if any(weight - rival < THRESHOLDS.margin_weight for _, rival in rivals):
                refused |= {(one, other), (other, one)}
    kept, doubts = [], []
    for edge in links:
        if (clusters.root(edge.left), clusters.root(edge.right)) in refused:
            doubts.append(Doubt(edge.left, edge.right, "ambiguous", edge.probability))
        else:
            kept.append(edge)
    return kept, doubts


def worth_review(doubts: list[Doubt], clusters: Clusters, decided: Iterable[tuple[int, int]] = ()) -> list[Doubt]:
    """Doubts that are still open, one per pair of clusters, the kind that says most first.

    Pairs a clerk decided to keep apart are not shown again. A conflict over a number is always shown. What else could
    be said of a cluster is shown only while nothing better was: a clerk's time is the scarce thing.
    """
    ranked = sorted(doubts, key=lambda d: (KINDS.index(d.kind), -(d.probability or 0.0), d.left, d.right))
    pairs = {ordered(clusters.root(left), clusters.root(right)) for left, right in decided}
    shown: set[int] = set()
    kept = []
    for doubt in ranked:
        a, b = ordered(clusters.root(doubt.left), clusters.root(doubt.right))
        if a == b or (a, b) in pairs:
            continue
        if doubt.kind == "two_numbers" and (a in shown or b in shown):
            continue
        if doubt.kind == "model" and (not clusters.may_join(a, b) or (a in shown and b in shown)):
            continue
        pairs.add((a, b))
        shown |= {a, b}
        kept.append(doubt)
    return sorted(kept, key=lambda doubt: (doubt.left, doubt.right, doubt.kind))
