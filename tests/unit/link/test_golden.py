"""Golden records: declared survivorship per field, each value with its source row, whatever the order of rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from pipelines.link.mentions import MENTION_KEY
from pipelines.link.persons import founder_ids, golden_records
from pipelines.link.spec import SURVIVORSHIP
from tests.unit.link.province import resident

KEY = b"k" * 32
NUMBER, OTHER = resident("19900307", 11), resident("19850601", 12)
ROW = st.fixed_dictionaries(
    {
        "dataset": st.sampled_from(["police_drug_user", "prison_admission", "court_judgment"]),
        "person": st.sampled_from(["a", "b"]),
        "name": st.sampled_from(["陈国强", "程国强"]),
        "id_no": st.sampled_from([None, NUMBER, OTHER]),
        "birth": st.sampled_from([None, "19900307", "19900308"]),
        "sex": st.sampled_from([None, "1", "2", "9"]),
        "hukou_code": st.sampled_from([None, "430102", "430104"]),
        "residence_code": st.sampled_from([None, "430102", "430104"]),
        "day": st.integers(0, 3),
    }
)


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    mentions = pd.DataFrame(rows).astype(object)
    mentions["record_key"] = [f"K{place}" for place in range(len(mentions))]
    mentions["person_group"] = "subject"
    mentions["source_row_token"] = "s-" + mentions["record_key"]
    mentions["id_no_kind"] = [None if number is None else "resident" for number in mentions["id_no"]]
    days = [datetime(2025, 1, 1) + timedelta(days=int(day)) for day in mentions["day"]]
    mentions["updated_at"] = mentions["first_exported_at"] = days
    return mentions.astype(object).where(mentions.notna(), None)


def golden(mentions: pd.DataFrame) -> pd.DataFrame:
    mentions = mentions.sort_values(MENTION_KEY, ignore_index=True)
    person, founders = founder_ids(mentions, mentions["person"], "p", KEY)
    return golden_records(mentions.assign(person_id=person), founders)


@property_settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.integers(0, 99))
def test_every_value_is_that_of_its_source_row_and_rows_may_come_in_any_order(
    rows: list[dict[str, object]], seed: int
) -> None:
    mentions = frame(rows)
    people = golden(mentions)
    said = mentions.set_index("source_row_token")
    for record in people.to_dict("records"):
        for field in SURVIVORSHIP:
            token = record[f"{field}_source"]
            if token is None or pd.isna(token):
                continue
            own = said.loc[token, "birth" if field == "birth_date" else field]
            value = record[field]
            assert own == (f"{value:%Y%m%d}" if field == "birth_date" else value)
    shuffled = mentions.sample(frac=1, random_state=random.Random(seed).randrange(2**31))
    pd.testing.assert_frame_equal(golden(shuffled), people)


def row(**changes: object) -> dict[str, object]:
    """A row of the prison about the owner of NUMBER."""
    known = {"dataset": "prison_admission", "person": "a", "name": "陈国强", "id_no": NUMBER, "birth": "19900307"}
    return {**known, "sex": "1", "hukou_code": "430102", "residence_code": "430102", "day": 0, **changes}


@pytest.mark.parametrize(
    ("field", "rows", "value"),
    [
        # The name beside a number whose birth is the row's own comes before one that is more frequent.
        ("name", [row(), row(birth="19900308", name="程国强"), row(birth="19900308", name="程国强")], "陈国强"),
        # Of names beside fitting numbers the more frequent one stays.
        ("name", [row(), row(), row(name="程国强")], "陈国强"),
        # As frequent: the register, which sees the document, before the prison.
        ("name", [row(), row(name="程国强", dataset="police_drug_user")], "程国强"),
        # Sex is read from the number before what most rows say; unknown is no value.
        ("sex", [row(sex="2"), row(sex="2"), row(sex="1"), row(sex="9")], "1"),
        # Where somebody lives is what was said last.
        ("residence_code", [row(residence_code="430102", day=1), row(residence_code="430104", day=2)], "430104"),
    ],
)
def test_the_declared_order_of_criteria_decides(field: str, rows: list[dict[str, object]], value: str) -> None:
    assert golden(frame(rows))[field].tolist() == [value]
