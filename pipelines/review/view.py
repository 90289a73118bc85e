"""What a clerk sees of a pair: comparisons, and values masked unless break-glass is given."""

from __future__ import annotations

import pandas as pd

from pipelines.link.clerk import Linkage, side_of
from pipelines.link.explain import Compared, compare
from pipelines.link.mentions import read_mentions
from pipelines.review.queue import Pair
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
    """Every comparison of the pair, in the words of `huiliu explain link`."""
    return compare(linkage, side_of(linkage, pair.left_record), side_of(linkage, pair.right_record))[0]
