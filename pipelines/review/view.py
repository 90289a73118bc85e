"""What a clerk sees of a pair: comparisons, and values masked unless break-glass is given."""

from __future__ import annotations

import pandas as pd

from pipelines.link.case_steps import read_steps
from pipelines.link.clerk import Linkage, side_of
from pipelines.link.decisions import Side
from pipelines.link.defendants import region_relation
from pipelines.link.explain import Compared, compare
from pipelines.link.mentions import read_mentions
from pipelines.review.queue import Pair, is_about_case
from pipelines.store import read_json

FIELDS = ("name", "former_name", "id_no_kind", "id_no", "birth", "sex", "hukou_code", "residence_code")
_MASK = "*"


def masked(field: str, value: str | None) -> str:
    """A value without what identifies: surname of a name, prefecture and last digit of a number, year of a birth."""
    if value is None or pd.isna(value):
        return ""
    if field in ("name", "former_name"):
        return value[0] + _MASK * (len(value) - 1)
    if field == "id_no":
        return value[:4] + _MASK * max(len(value) - 5, 0) + value[-1:] if len(value) > 5 else _MASK * len(value)
    if field == "birth":
        return value[:4] + _MASK * (len(value) - 4)
    return value


def values(linkage: Linkage, record: str, *, unmasked: bool) -> dict[str, str]:
    """What one record says of the person, by field."""
    side = side_of(linkage, record)
    path = read_json(linkage.store.records / "current.json")["datasets"][side.dataset]
    rows = read_mentions(linkage.contracts, {side.dataset: path})
    row = rows[rows["record_key"] == side.record_key].iloc[0]
    return {field: (row[field] or "") if unmasked else masked(field, row[field]) for field in FIELDS}


def comparisons(linkage: Linkage, pair: Pair) -> list[Compared]:
    """Every comparison of the pair, in the words of `huiliu explain link`; of a doubt about cases their steps first."""
    left, right = side_of(linkage, pair.left_record), side_of(linkage, pair.right_record)
    compared = compare(linkage, left, right)[0]
    return [*_steps(linkage, left, right), *compared] if is_about_case(pair.pair_id) else compared


def _steps(linkage: Linkage, left: Side, right: Side) -> list[Compared]:
    """Days between the steps of two records, the earlier stage first, and how their places go together."""
    paths = read_json(linkage.store.records / "current.json")["datasets"]
    steps = read_steps({name: paths[name] for name in {left.dataset, right.dataset}})
    found = steps.set_index(["dataset", "record_key"])
    if not all(side[:2] in found.index for side in (left, right)):
        return [Compared("steps", "one record is no step of criminal procedure", None)]
    earlier, later = sorted((found.loc[side[:2]] for side in (left, right)), key=lambda step: step["stage"])
    days = "unknown" if pd.isna([earlier["ended"], later["began"]]).any() else (later["began"] - earlier["ended"]).days
    return [
        Compared("days between", str(days), None),
        Compared("region", region_relation(earlier["region_code"], later["region_code"]), None),
    ]
