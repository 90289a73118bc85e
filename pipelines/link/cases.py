"""Case chains: records that share a document number are one case, then those that share defendants in lawful order."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.link.certain import ordered
from pipelines.link.cluster import Clusters
from pipelines.link.decisions import Taken
from pipelines.link.defendants import DECISION, VOID_DECISION, CasePair, follow
from pipelines.link.mentions import keyed_id
from pipelines.link.persons import founder_ids
from pipelines.link.spec import DOCUMENT_COLUMNS


def read_documents(mentions: pd.DataFrame) -> pd.DataFrame:
    """One row per record, document column and number in it, with the position of the mention.

    A column may hold several numbers, joined by `、`: an indictment that rests on two filings names both.
    """
    parts = []
    for document in DOCUMENT_COLUMNS:
        here = mentions[(mentions["dataset"] == document.dataset) & mentions[document.column].notna()]
        parts.append(
            pd.DataFrame(
                {
                    "dataset": here["dataset"],
                    "record_key": here["record_key"],
                    "document_type": document.column,
                    "document_number": here[document.column],
                    "series": document.series,
                    "mention": here.index,
                }
            )
        )
    documents = pd.concat(parts, ignore_index=True)
    several = documents["document_number"].str.contains("、", regex=False)
    if several.any():
        documents["document_number"] = documents["document_number"].str.split("、")
        documents = documents.explode("document_number", ignore_index=True)
    return documents


@dataclass(frozen=True)
class Cases:
    """The case id per mention (None without a document), documents with their case, and pairs of records.

    `edges` are pairs a clerk or the defendants joined, `doubts` those that wait for a clerk.
    """

    case_id: pd.Series
    documents: pd.DataFrame
    edges: pd.DataFrame
    doubts: pd.DataFrame


def case_chains(mentions: pd.DataFrame, person: pd.Series, steps: pd.DataFrame, taken: Taken, key: bytes) -> Cases:
    """Decisions of clerks, shared numbers, then defendants and dates; what a clerk keeps apart stays apart throughout.

    `person` is the person_id per mention, `steps` those of `case_steps.read_steps`, `taken` decisions about cases.
    """
    documents = read_documents(mentions)
    clusters = Clusters([(None, None)] * len(mentions), taken.cannot)
    decided = [CasePair(*ordered(a, b), DECISION) for a, b in sorted(set(taken.must))]
    held = [pair for pair in decided if clusters.join_decided(pair.earlier, pair.later)]
    void = [CasePair(*ordered(a, b), VOID_DECISION) for a, b in sorted(set(taken.void))]
    void += [pair._replace(rule=VOID_DECISION) for pair in decided if pair not in held]
    for _, members in documents.groupby(["series", "document_number"], sort=True)["mention"]:
        positions = members.tolist()
        for other in positions[1:]:
            clusters.join(positions[0], other)
    followed = follow(_placed(mentions, person, steps), clusters)
    edges = [*held, *followed.joined]
    doubts = [one for one in (*void, *followed.doubts) if clusters.root(one.earlier) != clusters.root(one.later)]
    inside = sorted({*documents["mention"], *(side for pair in edges for side in (pair.earlier, pair.later))})
    case = pd.Series([clusters.root(position) for position in inside], index=inside, dtype="int64")
    ids, _ = founder_ids(mentions.loc[inside], case, "c", key)
    case_id = ids.reindex(mentions.index).astype(object)
    documents["case_id"] = documents["mention"].map(ids)
    documents["document_token"] = _tokens(documents, key)
    return Cases(
        case_id.where(case_id.notna(), None),
        documents.drop(columns=["series", "mention"]).drop_duplicates(),
        _named(edges, mentions),
        _named(doubts, mentions),
    )


def _placed(mentions: pd.DataFrame, person: pd.Series, steps: pd.DataFrame) -> pd.DataFrame:
    """The steps by position of their mention, with the person."""
    places = mentions[["dataset", "record_key"]].assign(position=mentions.index, person_id=person)
    return places.merge(steps, on=["dataset", "record_key"]).sort_values("position")


def _named(pairs: list[CasePair], mentions: pd.DataFrame) -> pd.DataFrame:
    """Pairs with dataset and record key of both records instead of their positions."""
    frame = pd.DataFrame(pairs, columns=list(CasePair._fields))
    for side in ("earlier", "later"):
        for column in ("dataset", "record_key"):
            frame[f"{side}_{column}"] = frame[side].map(mentions[column])
    return frame


def _tokens(documents: pd.DataFrame, key: bytes) -> pd.Series:
    """An opaque name per document: a keyed hash of its series and number, the same wherever it is cited."""
    text = documents["series"] + "\x1f" + documents["document_number"]
    tokens = {one: keyed_id("d", key, one) for one in sorted(set(text))}
    return text.map(tokens)
