"""The chain of documents as evidence: two records of the same document, one person of that name on each side."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from pipelines.link.certain import CHAIN_RANK, Edge, Evidence, Identity, ordered
from pipelines.link.compatible import compare_births, compare_sexes
from pipelines.link.names import best_relation
from pipelines.link.spec import CHAIN_SERIES, DOCUMENT_COLUMNS

# Records of one document, by where they stand: two rows of one column and record number are never compared.
Side = tuple[str, str]


def _documents(mentions: pd.DataFrame, of_mention: pd.Series) -> dict[tuple[str, str], dict[Side, set[int]]]:
    """Profiles by document number and side. Rows of one court case are one side: its defendants differ."""
    found: dict[tuple[str, str], dict[Side, set[int]]] = defaultdict(lambda: defaultdict(set))
    for document in DOCUMENT_COLUMNS:
        if document.series not in CHAIN_SERIES:
            continue
        here = mentions[(mentions["dataset"] == document.dataset) & mentions[document.column].notna()]
        case = here["court_case_no"] if document.dataset == "court_judgment" else here["dataset"]
        for number, side, profile in zip(here[document.column], case, of_mention[here.index], strict=True):
            found[document.series, number][document.dataset, side].add(int(profile))
    return found


def _rank(left: Identity, right: Identity) -> int | None:
    """0 for equal names, 1 for one error apart or shortened with an equal birth; None when they do not go together."""
    birth = compare_births(left.birth, right.birth)
    if birth == "far" or compare_sexes(left.sex, right.sex) == "differ":
        return None
    name = best_relation(left.names, right.names)
    if name == "equal":
        return 0
    return 1 if name in ("sound", "shape", "order", "shortened") and birth == "equal" else None


def _best(one: int, others: set[int], known: list[Identity], component: list[int]) -> int | None:
    """The one person among `others` that goes with `one`; None when there is none or more than one."""
    ranked = [(rank, other) for other in sorted(others) if (rank := _rank(known[one], known[other])) is not None]
    if not ranked:
        return None
    closest = [other for rank, other in ranked if rank == min(ranked)[0]]
    return closest[0] if len({component[other] for other in closest}) == 1 else None


def document_chain(
    mentions: pd.DataFrame, of_mention: pd.Series, known: list[Identity], component: list[int]
) -> Evidence:
    """Edges between profiles that share a document and are each other's only match in it.

    `component` numbers the clusters the certain rules made, so that two profiles of one person are not two.
    """
    found = Evidence()
    for sides in _documents(mentions, of_mention).values():
        if len(sides) < 2:
            continue
        for side, profiles in sides.items():
            for other_side, others in sides.items():
                if side >= other_side:
                    continue
                found.edges += _mutual(profiles, others, known, component)
    found.edges = sorted(set(found.edges))
    return found


def _mutual(profiles: set[int], others: set[int], known: list[Identity], component: list[int]) -> list[Edge]:
    edges = []
    for one in sorted(profiles):
        # Nearly all are one already, and then nothing is to be compared.
        if all(component[other] == component[one] for other in others):
            continue
        match = _best(one, others, known, component)
        if match is None or component[match] == component[one]:
            continue
        back = _best(match, profiles, known, component)
        if back is not None and component[back] == component[one]:
            edges.append(Edge(*ordered(one, match), "document_chain", CHAIN_RANK))
    return edges
