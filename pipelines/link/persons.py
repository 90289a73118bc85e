"""Persons: clusters with an id that follows their founding mention, and one golden record each."""

from __future__ import annotations

import pandas as pd

from pipelines.link.certain import as_date
from pipelines.link.compatible import birth_in_number, sex_in_number
from pipelines.link.mentions import keyed_id
from pipelines.link.spec import SURVIVORSHIP, TRUST

FOUNDER_ORDER = ["first_exported_at", "dataset", "record_key", "person_group"]


def founder_ids(mentions: pd.DataFrame, cluster: pd.Series, prefix: str, key: bytes) -> tuple[pd.Series, pd.DataFrame]:
    """The id per mention, and the founding mention per cluster.

    The founder is the mention whose record was first exported; then dataset and record key decide. A later
    mention never changes it, after a split the part with the founder keeps the id, after a merge the older stays.
    """
    founders = mentions[[*FOUNDER_ORDER]].assign(cluster=cluster).sort_values(FOUNDER_ORDER).drop_duplicates("cluster")
    ids = pd.Series(_mention_ids(founders, prefix, key), index=founders["cluster"])
    return cluster.map(ids), founders.assign(id=ids.to_numpy())


def _mention_ids(mentions: pd.DataFrame, prefix: str, key: bytes) -> list[str]:
    text = mentions["dataset"] + "\x1f" + mentions["record_key"] + "\x1f" + mentions["person_group"]
    return [keyed_id(prefix, key, value) for value in text]


def aliases(mentions: pd.DataFrame, cluster: pd.Series, prefix: str, key: bytes) -> pd.DataFrame:
    """Where every id that could ever have been leads today: the id each mention would have lent, and its cluster's.

    `cluster` is the person_id (`prefix` p) or case_id (`prefix` c) per mention; mentions without one are left out.
    """
    known = cluster.notna()
    return pd.DataFrame({"former_id": _mention_ids(mentions[known], prefix, key), cluster.name: cluster[known]})


def _fits(mentions: pd.DataFrame) -> pd.Series:
    """Whether a row's own birth agrees with the one in its number."""
    numbers = zip(mentions["id_no_kind"], mentions["id_no"], mentions["birth"], strict=True)
    return pd.Series(
        [
            number is not None and birth_in_number(kind, number) in (None, as_date(birth))
            for kind, number, birth in numbers
        ],
        index=mentions.index,
    )


def _criteria(mentions: pd.DataFrame, field: str, person: pd.Series) -> pd.DataFrame:
    """One column per criterion of survivorship, lower is better."""
    value = mentions[field]
    latest = pd.to_datetime(mentions["updated_at"]).rank(method="dense", ascending=False)
    trust = mentions["dataset"].map({name: place for place, name in enumerate(TRUST)}).fillna(len(TRUST))
    count = value.groupby([person, value]).transform("size")
    return pd.DataFrame(
        {
            "fits_number": ~mentions["fits_number"],
            "in_number": value != mentions[f"{field}_in_number"] if f"{field}_in_number" in mentions else False,
            "most_frequent": -count,
            "trust": trust,
            "latest": latest,
        },
        index=mentions.index,
    )


def _survivor(mentions: pd.DataFrame, field: str) -> pd.DataFrame:
    """The row whose value of a field survives, per person: person_id, value, token."""
    known = mentions[mentions[field].notna()]
    criteria = _criteria(known, field, known["person_id"])
    order = list(SURVIVORSHIP[field])
    ranked = criteria[order].assign(person_id=known["person_id"], value=known[field], key=known["mention_order"])
    chosen = ranked.sort_values([*order, "value", "key"]).drop_duplicates("person_id")
    return known.loc[chosen.index].set_index("person_id")


def golden_records(mentions: pd.DataFrame, founders: pd.DataFrame) -> pd.DataFrame:
    """One row per person: the surviving value of every field with the row it comes from, and the founder."""
    rows = mentions.assign(fits_number=_fits(mentions), mention_order=range(len(mentions)))
    rows["sex"] = rows["sex"].where(rows["sex"] != "9", None)
    rows["birth_date"] = rows["birth"]
    people = founders.set_index("id")[["dataset", "record_key"]]
    people = people.rename(columns={"dataset": "founder_dataset", "record_key": "founder_record_key"}).sort_index()
    numbers = _survivor(rows, "id_no")
    people["id_no_kind"] = numbers["id_no_kind"].reindex(people.index)
    rows = _with_number_facts(rows, numbers)
    for field in SURVIVORSHIP:
        chosen = _survivor(rows, field)
        people[field] = chosen[field].reindex(people.index)
        people[f"{field}_source"] = chosen["source_row_token"].reindex(people.index)
    people = people.astype(object).where(people.notna(), None)
    people["birth_date"] = [as_date(text) for text in people["birth_date"]]
    return people.rename_axis("person_id").reset_index()


def _with_number_facts(rows: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Add to every mention the birth and sex inside its person's number."""
    facts = {
        person: (birth_in_number(kind, number), sex_in_number(kind, number))
        for person, kind, number in zip(numbers.index, numbers["id_no_kind"], numbers["id_no"], strict=True)
    }
    inside = [facts.get(person, (None, None)) for person in rows["person_id"]]
    return rows.assign(
        birth_date_in_number=[f"{birth:%Y%m%d}" if birth else None for birth, _ in inside],
        sex_in_number=[sex for _, sex in inside],
    )
