"""Case chains: records that share a document number are one case."""

from __future__ import annotations

import pandas as pd

from pipelines.link.cluster import Clusters
from pipelines.link.persons import founder_ids
from pipelines.link.spec import DOCUMENT_COLUMNS


def read_documents(mentions: pd.DataFrame) -> pd.DataFrame:
    """One row per record and document column that holds a number, with the position of the mention."""
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
    return pd.concat(parts, ignore_index=True)


def case_chains(mentions: pd.DataFrame, key: bytes) -> tuple[pd.Series, pd.DataFrame]:
    """The case id per mention (None without a document) and the documents with their case."""
    documents = read_documents(mentions)
    if documents.empty:
        return pd.Series([None] * len(mentions), index=mentions.index, dtype=object), documents.assign(case_id=None)
    clusters = Clusters([(None, None)] * len(mentions), ())
    for _, members in documents.groupby(["series", "document_number"], sort=True)["mention"]:
        positions = members.tolist()
        for other in positions[1:]:
            clusters.join(positions[0], other)
    held = sorted(set(documents["mention"]))
    case = pd.Series([clusters.root(position) for position in held], index=held)
    ids, _ = founder_ids(mentions.loc[held], case, "c", key)
    case_of = ids.reindex(mentions.index).astype(object)
    case_of = case_of.where(case_of.notna(), None)
    documents["case_id"] = documents["mention"].map(ids)
    columns = ["dataset", "record_key", "document_type", "document_number", "case_id"]
    return case_of, documents[columns].drop_duplicates()
