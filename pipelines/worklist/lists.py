"""All work lists of a release: one workbook per agency and month in which hand-offs fell due."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.codes import code_list
from pipelines.contracts import Contract
from pipelines.store import Store
from pipelines.worklist.answers import DATASET
from pipelines.worklist.edges import Edge, overdue
from pipelines.worklist.workbook import write_list

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class WorkList:
    """One written work list and how many hand-offs it asks about."""

    path: Path
    agency: str
    month: str
    edges: int


def write_lists(
    store: Store,
    contracts: dict[str, Contract],
    day: date,
    *,
    release_id: str | None = None,
    agency: str | None = None,
    month: str | None = None,
) -> list[WorkList]:
    """Write the lists under `private/worklists/<release>/<agency>/<month>.xlsx`; those there before are replaced.

    They hold numbers of documents, so they lie in the private area. Raises ValueError for an agency or month that is
    none, FileNotFoundError when there is no such release.
    """
    known = [row["agency_code"] for row in code_list("agency")]
    if agency and agency not in known:
        raise ValueError(f"there is no agency {agency!r}; give one of {', '.join(known)}")
    if month and not _MONTH.fullmatch(month):
        raise ValueError(f"month {month!r}: give it as 2025-03")
    release, edges = overdue(store, contracts, release_id)
    by_list: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.agency == (agency or edge.agency) and edge.month == (month or edge.month):
            by_list[edge.agency, edge.month].append(edge)
    written = []
    for (code, due), asked in sorted(by_list.items()):
        path = store.private / "worklists" / release / code / f"{due}.xlsx"
        write_list(contracts[DATASET], asked, release, day, path)
        written.append(WorkList(path, code, due, len(asked)))
    return written
