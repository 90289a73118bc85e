"""Scores in words."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

MEANING = {
    "person.precision": "of pairs of mentions linked, the share that are one person",
    "person.recall": "of pairs of mentions of one person, the share linked",
    "person.f1": "harmonic mean of both",
    "person.mentions_scored": "mentions that arrived and have a truth",
    "person.trap_merges": "persons in which a trap (twin, namesake, borrowed number) joined two people",
    "person.merged_clusters": "persons that hold mentions of two or more people",
    "person.review_share": "share of identity profiles that wait for a clerk",
    "person.profiles": "identity profiles",
    "person.cluster_precision": "of persons found, the share that are exactly one true person, whole",
    "person.cluster_recall": "of true persons, the share found whole and alone",
    "person.cluster_f1": "harmonic mean of both",
    "person.review_pairs": "pairs that wait for a clerk and have a truth",
    "person.review_same_share": "of them, the share that truly are one person",
    "person.scored_pairs": "pairs the model gave a probability",
    "person.calibration_error": "mean distance of the probability from the share that is one person",
    "person.model_links": "links the model made",
    "person.model_link_precision": "of them, the share that truly are one person",
    "cases.precision": "of pairs of records in one case, the share that truly are",
    "cases.recall": "of pairs of records truly in one case, the share found",
    "cases.records_scored": "records that arrived and have a true case",
    "case_events.precision": "of documents joined or severed (并案, 分案), the share that truly were, on that day",
    "case_events.recall": "of documents truly joined or severed, the share found",
    "case_events.total": "documents truly joined or severed",
    "quarantine.caught_share": "of planted defects to refuse (rows and deliveries), the share found",
    "quarantine.planted": "planted defects to refuse",
    "quarantine.repaired_share": "of planted defects to repair, the share not quarantined",
    "quarantine.false_share": "share of clean rows that were quarantined",
    "quarantine.false_rows": "clean rows that were quarantined",
    "handoffs.precision": "of hand-offs in the ledger, the share that truly opened, ended and stand so",
    "handoffs.recall": "of true hand-offs, the share in the ledger with dates and status",
    "handoffs.cause_share": "of overdue hand-offs found, the share with the true cause",
    "handoffs.total": "true hand-offs",
    "figures.exact": "cells equal to the truth in numerator, denominator and value",
    "figures.total": "cells of the truth",
    "figures.in_range": "of cells of a prefecture and year, the share whose range holds the truth",
    "figures.range_width": "median width of their ranges, relative to the figure",
    "figures.unexplained": "count cells off by more than the planted defects explain",
}


STRATA = {
    "no_number": "mentions without a number",
    "name_only": "mentions that hold a name and nothing else",
    "middle_dot": "names with a middle dot",
    "moved": "people with several households or addresses",
    "twins": "twins",
}


def _meaning(name: str) -> str:
    """What a score says; those of strata and traps are put together from their parts."""
    if name.startswith("person.trap_merges."):
        return f"persons in which a {name.rsplit('.', 1)[1]} joined two people"
    parts = name.split(".")
    if len(parts) == 3 and parts[1] in STRATA:
        return f"{parts[2]} among {STRATA[parts[1]]}"
    return MEANING.get(name, "")


def print_scores(scores: dict[str, float]) -> None:
    """A table: score, value, what it says."""
    table = Table("score", title="The current release against the truth")
    table.add_column("value", justify="right")
    table.add_column("meaning")
    for name, value in scores.items():
        is_share = isinstance(value, float)
        table.add_row(name, f"{value:.6f}" if is_share else f"{value:,}", _meaning(name))
    Console().print(table)
