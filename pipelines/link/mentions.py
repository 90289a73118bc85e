"""Mentions out of the current records, and the identity profiles they collapse to.

A mention is (dataset, record key, person group). Frames are sorted by content, so that nothing later depends on
the order of rows or files.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts import Contract
from pipelines.duck import connect, in_batches, text_table
from pipelines.link.compatible import birth_in_number
from pipelines.link.names import compare_names, name_key, order_key, sound_key
from pipelines.link.spec import DOCUMENT_COLUMNS, PROFILE_FIELDS, THRESHOLDS

MENTION_KEY = ["dataset", "record_key", "person_group"]
_TEXT_FIELDS = [name for name in PROFILE_FIELDS if name != "birth_date"]


@dataclass(frozen=True)
class Profiles:
    """`table`: one row per profile, sorted by content, its `place` from 0. `of_mention`: the profile of each mention.

    `content`: all a profile says in one text, by profile.
    """

    table: pa.Table
    of_mention: npt.NDArray[np.int64]
    content: pa.ChunkedArray


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
    limit = THRESHOLDS.mass_used_names
    with connect() as duck:
        duck.register("mention", text_table(mentions, ["id_no_kind", "id_no", "name"]))
        used = duck.execute(
            "select id_no_kind, id_no, list_sort(list(distinct name)) from mention "
            "where id_no is not null and name is not null group by all having count(distinct name) >= ?",
            [limit],
        ).fetchall()
    mass_used = {(kind, number) for kind, number, names in used if _conflicting_names(names) >= limit}
    if not mass_used:
        return mentions
    suspects = mentions.loc[mentions["id_no"].isin({number for _, number in mass_used}), ["id_no_kind", "id_no"]]
    hit = suspects.index[[pair in mass_used for pair in suspects.itertuples(index=False, name=None)]]
    kept = ~mentions.index.isin(hit)
    return mentions.assign(**{name: mentions[name].where(kept, None) for name in ("id_no_kind", "id_no")})


# Two rows that hold a common name and nothing else are not the same person: each is a profile of its own.
_SAYS_ENOUGH = (
    "id_no is not null or (name is not null and birth is not null and sex is not null and hukou_code is not null)"
)


def collapse(mentions: pd.DataFrame, alone: Iterable[int] = ()) -> Profiles:
    """Distinct identity profiles of mentions, with the keys names are compared by.

    Mentions `alone` (by position) are a profile each, whatever others say the same.
    """
    fields = [*_TEXT_FIELDS, "birth"]
    told = text_table(mentions, [*MENTION_KEY, *fields])
    said = ", ".join(f"coalesce({name}, '')" for name in fields)
    own_record = " || chr(31) || ".join(MENTION_KEY)
    with connect() as duck:
        duck.register("told", told.append_column("alone", pa.array(mentions.index.isin(sorted(set(alone))))))
        alike = duck.sql(
            f"""
            select list(place order by place) as places, concat_ws(chr(31), {said},
                case when ({_SAYS_ENOUGH}) and not alone then '' else {own_record} end) as content
            from told group by content order by content
            """
        ).to_arrow_table()
    places = alike["places"].combine_chunks()
    starts = places.offsets.to_numpy()
    flat = places.values.to_numpy()
    of_mention = np.empty(len(mentions), dtype=np.int64)
    of_mention[flat] = np.repeat(np.arange(len(alike)), np.diff(starts))
    first = told.select(fields).combine_chunks().take(flat[starts[:-1]])
    said_once = {name: first[name] for name in _TEXT_FIELDS} | {"birth": _births(first)}
    return Profiles(_with_keys(pa.table({"place": np.arange(len(first)), **said_once})), of_mention, alike["content"])


def _births(table: pa.Table) -> pa.ChunkedArray:
    """The birth dates; one left out beside a resident number is the one in the number."""
    without = pc.and_(pc.is_null(table["birth"]), pc.is_valid(table["id_no"])).combine_chunks()
    kinds, numbers = (table[name].filter(without).to_pylist() for name in ("id_no_kind", "id_no"))
    born = [birth_in_number(kind, number) for kind, number in zip(kinds, numbers, strict=True)]
    texts = pa.array([f"{one:%Y%m%d}" if one else None for one in born], pa.string())
    return pc.replace_with_mask(table["birth"], without, texts)


def profile_ids(profiles: Profiles, key: bytes) -> pd.Series:
    """The keyed id of every profile: a function of what it says alone."""
    return pd.Series([keyed_id("f", key, content) for content in profiles.content.to_pylist()], dtype=object)


def _of_distinct(column: pa.ChunkedArray, work: Callable[[str | None], str | None]) -> pa.Array:
    """What `work` makes of every text of a column, done once per distinct text."""
    coded = column.combine_chunks().dictionary_encode()
    return pa.array(map(work, coded.dictionary.to_pylist()), pa.string()).take(coded.indices)


def _with_keys(table: pa.Table) -> pa.Table:
    for column, source in (("name_key", "name"), ("former_key", "former_name")):
        table = table.append_column(column, _of_distinct(table[source], name_key))
    for column, work in (("name_sound", sound_key), ("name_order", order_key), ("surname", _surname)):
        table = table.append_column(column, _of_distinct(table["name_key"], work))
    return in_batches(table)


def _surname(key: str | None) -> str | None:
    return key[0] if key else None
