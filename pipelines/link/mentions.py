"""Mentions out of the current records, and the identity profiles they collapse to.

A mention is (dataset, record key, person group). Frames are sorted by content, so that nothing later depends on
the order of rows or files.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from pipelines.contracts import Contract
from pipelines.duck import connect
from pipelines.link.compatible import birth_in_number
from pipelines.link.names import compare_names, name_key, order_key, sound_key
from pipelines.link.spec import DOCUMENT_COLUMNS, PROFILE_FIELDS, THRESHOLDS

MENTION_KEY = ["dataset", "record_key", "person_group"]
_TEXT_FIELDS = [name for name in PROFILE_FIELDS if name != "birth_date"]
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Profiles:
    """`frame`: one row per profile, sorted by content, index 0..n-1. `of_mention`: profile index per mention."""

    frame: pd.DataFrame
    of_mention: pd.Series


def keyed_id(prefix: str, key: bytes, text: str) -> str:
    """An opaque id: prefix and 20 characters of base32 of a keyed hash."""
    digest = hmac.digest(key, text.encode(), "sha256")
    # Fifteen bytes are 24 characters; of the rest nothing would be kept.
    return prefix + base64.b32encode(digest[:15]).decode().lower()[:20]


def linked_datasets(contracts: dict[str, Contract], records: dict[str, str]) -> dict[str, str]:
    """Records files of the datasets that name persons."""
    return {name: path for name, path in sorted(records.items()) if contracts[name].person_groups}


def _select(dataset: str, path: str, columns: set[str], group: str) -> str:
    def column(name: str, kind: str = "varchar") -> str:
        return f"cast({name} as {kind}) as {name}" if name in columns else f"cast(null as {kind}) as {name}"

    fields = ", ".join(column(name) for name in _TEXT_FIELDS)
    documents = ", ".join(f"{column(document.column)}" for document in DOCUMENT_COLUMNS if document.dataset == dataset)
    return f"""
        select '{dataset}' as dataset, record_key, '{group}' as person_group, source_row_token, updated_at,
            first_exported_at, {fields}, strftime(cast(birth_date as date), '%Y%m%d') as birth
            {", " + documents if documents else ""}
        from (
            select *, min(exported_at) over (partition by record_key) as first_exported_at
            from read_parquet('{path}'))
        where is_current and not is_deleted
    """


def read_mentions(contracts: dict[str, Contract], records: dict[str, str]) -> pd.DataFrame:
    """One row per mention of an alive current record, sorted by its key."""
    with connect() as duck:
        parts = []
        for dataset, path in linked_datasets(contracts, records).items():
            columns = {row[0] for row in duck.sql(f"describe select * from read_parquet('{path}')").fetchall()}
            for group in contracts[dataset].person_groups:
                parts.append(_select(dataset, path, columns, group.name))
        if not parts:
            raise FileNotFoundError("no records of a dataset that names persons; run the ingest steps first")
        mentions = duck.sql(" union all by name ".join(parts)).df()
    for document in DOCUMENT_COLUMNS:
        if document.column not in mentions.columns:
            mentions[document.column] = None
    mentions = mentions.astype(object).where(mentions.notna(), None)
    return mentions.sort_values(MENTION_KEY, ignore_index=True)


def _conflicting_names(names: list[str]) -> int:
    """How many names stay when names one error apart count once."""
    apart: list[str] = []
    for name in names:
        if all(compare_names(name, other) == "conflict" for other in apart):
            apart.append(name)
            if len(apart) >= THRESHOLDS.mass_used_names:
                break
    return len(apart)


def blank_mass_used_numbers(mentions: pd.DataFrame) -> pd.DataFrame:
    """Take away numbers that are used under many names: they are placeholders, whatever their check digit says."""
    columns, limit = ["id_no_kind", "id_no"], THRESHOLDS.mass_used_names
    used = mentions.dropna(subset=["id_no", "name"])[[*columns, "name"]].drop_duplicates()
    often = used[used.groupby(columns)["name"].transform("size") >= limit].groupby(columns)["name"].unique()
    mass_used = {number for number, names in often.items() if _conflicting_names(sorted(names)) >= limit}
    if not mass_used:
        return mentions
    blanked = mentions.copy()
    hit = [key in mass_used for key in zip(mentions["id_no_kind"], mentions["id_no"], strict=True)]
    blanked.loc[hit, ["id_no_kind", "id_no"]] = None
    return blanked


def _own_record(mentions: pd.DataFrame, alone: set[int]) -> pd.Series:
    """The record of a mention that says too little to be one profile with another that says the same.

    Two rows that hold a common name and nothing else are not the same person.
    """
    says_enough = mentions["id_no"].notna() | mentions[["name", "birth", "sex", "hukou_code"]].notna().all(axis=1)
    record = mentions["dataset"] + _SEPARATOR + mentions["record_key"] + _SEPARATOR + mentions["person_group"]
    return record.where(~says_enough | mentions.index.isin(sorted(alone)), "")


def collapse(mentions: pd.DataFrame, key: bytes, alone: Iterable[int] = ()) -> Profiles:
    """Distinct identity profiles of mentions, with their keyed ids and the keys names are compared by.

    Mentions `alone` (by position) are a profile each, whatever others say the same.
    """
    fields = [*_TEXT_FIELDS, "birth"]
    content = mentions[fields].fillna("").assign(own_record=_own_record(mentions, set(alone)))
    text = _joined(content)
    distinct = sorted(set(text))
    position = {value: index for index, value in enumerate(distinct)}
    of_mention = text.map(position).astype(int)
    first = of_mention.drop_duplicates()
    frame = mentions.loc[first.index, fields].assign(index=first.to_numpy()).set_index("index").sort_index()
    frame.insert(0, "profile_id", [keyed_id("f", key, value) for value in distinct])
    # A birth date left out beside a resident number is the one in the number.
    inside = [birth_in_number(kind, number) for kind, number in zip(frame["id_no_kind"], frame["id_no"], strict=True)]
    births = [own or (f"{born:%Y%m%d}" if born else None) for own, born in zip(frame["birth"], inside, strict=True)]
    frame["birth"] = pd.Series(births, index=frame.index, dtype=object)
    return Profiles(_with_keys(frame), of_mention)


def _joined(content: pd.DataFrame) -> pd.Series:
    joined = content.iloc[:, 0]
    for name in content.columns[1:]:
        joined = joined + _SEPARATOR + content[name]
    return joined


def _with_keys(frame: pd.DataFrame) -> pd.DataFrame:
    keys = {name: name_key(name) for name in set(frame["name"]) | set(frame["former_name"])}
    # As objects: among strings pandas would turn a missing key into a NaN, which is true.
    for column, source in (("name_key", "name"), ("former_key", "former_name")):
        frame[column] = pd.Series([keys[name] for name in frame[source]], index=frame.index, dtype=object)
    distinct = {key: (sound_key(key), order_key(key), key[0] if key else None) for key in set(frame["name_key"])}
    for position, column in enumerate(("name_sound", "name_order", "surname")):
        frame[column] = [distinct[key][position] for key in frame["name_key"]]
    return frame
