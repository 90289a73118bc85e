"""What a case rests on: its records, what joined them, what is in doubt. No number, name or date is in it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.store import Store, read_json

CASE_RULES = {
    "decision": "a clerk decided that they are steps of one case",
    "defendants": "no number leads there; the same defendants, place and order of dates fit this case alone",
    "ambiguous": "the same defendants and dates fit several cases",
    "weak": "defendants and dates fit in part: not all people, another place, or a place nobody wrote",
    "void_decision": "a clerk's decision cannot be applied as the records stand now",
}
_RECORD = ["dataset", "record_key"]


@dataclass(frozen=True)
class CaseExplained:
    """A case: its records (dataset, record_key, documents: the columns that name one), what joined them, doubts."""

    case_id: str
    records: pd.DataFrame
    joined: list[str]
    doubts: list[str]


def explain_case(store: Store, case_id: str) -> list[CaseExplained]:
    """Explain the case or cases a present or former id leads to.

    Raises FileNotFoundError before the first link, ValueError for an id no case ever had.
    """
    current = read_json(store.identity / "current.json")
    if not current:
        raise FileNotFoundError("there are no identities yet; run `huiliu run`")
    tables = ("case_alias", "mention", "document", "case_edge", "case_review")
    alias, mentions, documents, edges, doubts = (pd.read_parquet(current[name]) for name in tables)
    cases = sorted(set(alias.loc[alias["former_id"] == case_id, "case_id"]))
    if not cases:
        raise ValueError("no record leads to that id; `huiliu explain case` takes case ids of vault.mention")
    named = documents.groupby(_RECORD)["document_type"].agg(lambda types: ", ".join(sorted(set(types))))
    rows = mentions[mentions["case_id"].isin(cases)]
    rows = rows.merge(named.rename("documents").reset_index(), how="left", on=_RECORD)
    rows["documents"] = rows["documents"].fillna("")
    found = []
    for one in cases:
        records = rows.loc[rows["case_id"] == one, [*_RECORD, "documents"]]
        keys = set(records[_RECORD].itertuples(index=False, name=None))
        found.append(CaseExplained(one, records, _told(edges, keys), _told(doubts, keys)))
    return found


def _told(pairs: pd.DataFrame, keys: set[tuple[str, str]]) -> list[str]:
    """In words, the pairs of which either record is among the keys."""
    return [
        f"{pair.earlier_dataset}/{pair.earlier_record_key} and {pair.later_dataset}/{pair.later_record_key}: "
        + CASE_RULES[pair.rule]
        for pair in pairs.itertuples(index=False)
        if keys & {(pair.earlier_dataset, pair.earlier_record_key), (pair.later_dataset, pair.later_record_key)}
    ]
