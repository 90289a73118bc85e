"""Decisions of clerks: what they do to the persons, that they outlive the source's keys, and can be undone."""

from __future__ import annotations

import itertools
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from pipelines.contracts import Contract
from pipelines.ledger import open_ledger
from pipelines.link.clerk import Linkage, decide, undo
from pipelines.link.decisions import Decision, Side, contradicts, from_ledger
from pipelines.link.link import link
from pipelines.settings import settings
from pipelines.store import Store, read_json, sha256_file
from tests.unit.link.province import bare, later, mention, put_records, resident, table

Contracts = dict[str, Contract]
NUMBER, OTHER = resident("19900307", 11), resident("19900307", 13)
USER, CASE = "police_drug_user", "police_case_suspect"


@pytest.fixture
def linkage(store: Store, contracts: Contracts) -> Linkage:
    return Linkage(store, contracts, open_ledger())


def people(linkage: Linkage, *rows: dict[str, Any]) -> dict[str, str]:
    """Link the rows under the decisions in force; the person id by record key."""
    put_records(linkage.store, list(rows))
    link(linkage.store, linkage.contracts, from_ledger(linkage.ledger.links_in_force()))
    mentions = table(linkage.store, "mention")
    return dict(zip(mentions["record_key"], mentions["person_id"], strict=True))


def hashes(store: Store) -> dict[str, str]:
    current = read_json(store.identity / "current.json")
    return {name: sha256_file(Path(current[name])) for name in ("mention", "person", "document", "edge", "review")}


BORROWED = (
    mention("U1", id_no=NUMBER),
    mention("A1|1", "周小虎", CASE, id_no=NUMBER, birth_date=date(1985, 6, 1), exported_at=later(2)),
    mention("A2|1", "周小虎", CASE, id_no=NUMBER, birth_date=date(1985, 6, 1), residence_code=None),
)


def test_must_link_joins_what_the_rules_hold_apart_and_what_says_the_same_comes_along(linkage: Linkage) -> None:
    before = people(linkage, *BORROWED)
    assert before["U1"] != before["A1|1"] == before["A2|1"]
    decide(linkage, "must", f"{USER}/U1", f"{CASE}/A1|1", "file 12", "clerk")
    after = people(linkage, *BORROWED)
    assert len(set(after.values())) == 1
    assert table(linkage.store, "review").empty


def test_must_link_outranks_two_numbers_and_a_third_number_still_stays_out(linkage: Linkage) -> None:
    rows = (
        mention("U1", id_no=NUMBER),
        mention("U2", id_no=OTHER),
        mention("P1", dataset="prison_admission", id_no=OTHER, exported_at=later(3)),
        mention("U3", id_no=resident("19900307", 15)),
    )
    assert len(set(people(linkage, *rows).values())) == 3
    decide(linkage, "must", f"{USER}/U1", f"{USER}/U2", "the number was issued anew", "clerk")
    after = people(linkage, *rows)
    assert after["U1"] == after["U2"] == after["P1"] != after["U3"]


def test_cannot_link_parts_two_records_and_leaves_the_queue(linkage: Linkage) -> None:
    rows = (mention("U1", id_no=NUMBER), mention("U2", "程国强", id_no=NUMBER))
    before = people(linkage, *rows)
    assert before["U1"] == before["U2"]
    decide(linkage, "cannot", f"{USER}/U1", f"{USER}/U2", "brothers", "clerk")
    after = people(linkage, *rows)
    assert after["U1"] != after["U2"]
    assert table(linkage.store, "review").empty


def test_a_doubt_that_was_decided_is_not_shown_again(linkage: Linkage) -> None:
    people(linkage, *BORROWED)
    assert table(linkage.store, "review")["kind"].tolist() == ["borrowed_number"]
    decide(linkage, "cannot", f"{USER}/U1", f"{CASE}/A1|1", "a borrowed number", "clerk")
    people(linkage, *BORROWED)
    assert table(linkage.store, "review").empty


def test_cannot_link_parts_two_records_that_say_exactly_the_same(linkage: Linkage) -> None:
    rows = (mention("U1", id_no=NUMBER), mention("U2", id_no=NUMBER))
    people(linkage, *rows)
    decide(linkage, "cannot", f"{USER}/U1", f"{USER}/U2", "somebody used his papers", "clerk")
    after = people(linkage, *rows)
    assert after["U1"] != after["U2"]


def test_a_detached_record_says_nothing_and_goes_only_where_a_clerk_puts_it(linkage: Linkage) -> None:
    rows = (
        mention("U1", id_no=NUMBER),
        mention("P1", dataset="prison_admission", id_no=NUMBER),
        mention("U2", id_no=NUMBER, exported_at=later(-1)),
        mention("U3", "周小虎", id_no=OTHER),
    )
    decide_on = people(linkage, *rows)
    assert decide_on["U1"] == decide_on["U2"]
    decide(linkage, "detach", f"{USER}/U2", None, "his papers were stolen", "clerk")
    after = people(linkage, *rows)
    assert after["U1"] == after["P1"]
    assert after["U2"] not in (after["U1"], after["U3"])
    golden = table(linkage.store, "person").set_index("person_id").loc[after["U2"]]
    assert golden[["name", "id_no", "birth_date", "hukou_code"]].isna().all()
    decide(linkage, "must", f"{USER}/U2", f"{USER}/U3", "the one who used them", "clerk")
    placed = people(linkage, *rows)
    assert placed["U2"] == placed["U3"] != placed["U1"]


def test_undo_restores_every_byte(linkage: Linkage) -> None:
    people(linkage, *BORROWED)
    before = hashes(linkage.store)
    number = decide(linkage, "must", f"{USER}/U1", f"{CASE}/A1|1", "file 12", "clerk")
    people(linkage, *BORROWED)
    assert hashes(linkage.store) != before
    undo(linkage, number, "the wrong file", "clerk")
    people(linkage, *BORROWED)
    assert hashes(linkage.store) == before
    [(row, withdrawal)] = linkage.ledger.link_decisions()
    assert (row.reason, row.decided_by, row.decided_at is not None) == ("file 12", "clerk", True)
    assert withdrawal is not None
    assert withdrawal.reason == "the wrong file"


@pytest.mark.parametrize("kind", ["must", "cannot", "detach"])
def test_a_source_that_changes_its_keys_does_not_orphan_a_decision(linkage: Linkage, kind: str) -> None:
    name = "周小虎" if kind == "must" else "程国强"
    rows = [mention("U1", id_no=NUMBER), mention("U2", name, id_no=NUMBER)]
    before = people(linkage, *rows)
    decide(linkage, kind, f"{USER}/U2", None if kind == "detach" else f"{USER}/U1", "file 12", "clerk")
    decided = people(linkage, *rows)
    assert (decided["U1"] == decided["U2"]) is (kind == "must") is not (before["U1"] == before["U2"])
    again = people(linkage, *({**row, "record_key": f"NEW-{row['record_key']}"} for row in rows))
    assert (again["NEW-U1"] == again["NEW-U2"]) is (kind == "must")


def test_a_name_only_row_is_found_again_by_its_documents(linkage: Linkage) -> None:
    known = {"indictment_no": "长检刑诉〔2025〕7号"}
    rows = [mention("U1", id_no=NUMBER), bare("K1", "陈国强", **known), bare("K2", "陈国强")]
    decide_on = people(linkage, *rows)
    assert len(set(decide_on.values())) == 3
    decide(linkage, "must", "court_judgment/K1", f"{USER}/U1", "fingerprints", "clerk")
    again = people(linkage, rows[0], bare("L9", "陈国强", **known), rows[2])
    assert again["L9"] == again["U1"] != again["K2"]


def test_must_link_is_void_and_shown_again_when_the_record_of_that_key_says_something_else(linkage: Linkage) -> None:
    rows = [mention("U1", id_no=NUMBER), mention("U2", "周小虎", id_no=NUMBER)]
    people(linkage, *rows)
    decide(linkage, "must", f"{USER}/U1", f"{USER}/U2", "file 12", "clerk")
    after = people(linkage, rows[0], mention("U2", "黄海涛", id_no=OTHER, birth_date=date(1971, 1, 2)))
    assert after["U1"] != after["U2"]
    assert table(linkage.store, "review")["kind"].tolist() == ["void_decision"]


def test_a_decision_about_a_record_that_is_gone_is_counted_and_harms_nothing(linkage: Linkage) -> None:
    rows = [mention("U1", id_no=NUMBER), mention("U2", "周小虎", id_no=NUMBER)]
    people(linkage, *rows)
    decide(linkage, "must", f"{USER}/U1", f"{USER}/U2", "file 12", "clerk")
    people(linkage, rows[0])
    receipt = read_json(Path(read_json(linkage.store.identity / "current.json")["mention"]).parent / "receipt.json")
    assert receipt["decisions_lost"] == 1


def test_contradictions_repetitions_and_decisions_without_reason_are_refused(linkage: Linkage) -> None:
    rows = [mention(f"U{n}", id_no=resident("19900307", n)) for n in (1, 3, 5)]
    people(linkage, *rows)
    one = decide(linkage, "must", f"{USER}/U1", f"{USER}/U3", "file 12", "clerk")
    decide(linkage, "must", f"{USER}/U3", f"{USER}/U5", "file 13", "clerk")
    for kind, left, right, reason, said in (
        ("cannot", "U1", "U5", "no", "says the contrary"),
        ("must", "U3", "U1", "again", f"decision {one} says so already"),
        ("cannot", "U1", "U1", "no", "same record"),
        ("must", "U1", "U5", " ", "a reason is needed"),
        ("may", "U1", "U5", "no", "no kind of decision"),
        ("must", "U1", "U77", "no", "no current record"),
        ("detach", "U1", "U5", "no", "detach names one"),
    ):
        with pytest.raises(ValueError, match=said):
            decide(linkage, kind, f"{USER}/{left}", f"{USER}/{right}", reason, "clerk")
    with pytest.raises(ValueError, match="DATASET/RECORD_KEY"):
        decide(linkage, "must", "U1", "U3", "no", "clerk")
    assert len(linkage.ledger.link_decisions()) == 2


def test_what_was_withdrawn_cannot_be_withdrawn_again(linkage: Linkage) -> None:
    people(linkage, *BORROWED)
    number = decide(linkage, "cannot", f"{USER}/U1", f"{CASE}/A1|1", "file 12", "clerk")
    undo(linkage, number, "wrong", "clerk")
    with pytest.raises(ValueError, match="withdrawn before"):
        undo(linkage, number, "wrong", "clerk")
    with pytest.raises(ValueError, match="there is no decision 99"):
        undo(linkage, 99, "wrong", "clerk")


@pytest.mark.parametrize("statement", ["update link_decision set reason = ''", "delete from link_decision"])
def test_the_database_refuses_to_change_a_decision(linkage: Linkage, statement: str) -> None:
    people(linkage, *BORROWED)
    decide(linkage, "cannot", f"{USER}/U1", f"{CASE}/A1|1", "file 12", "clerk")
    with (
        create_engine(settings().ledger_database).connect() as database,
        pytest.raises(DBAPIError, match="append-only"),
    ):
        database.execute(text(statement))


SIDES = [Side("d", key, "subject", "") for key in "abcde"]
DRAWN = st.lists(
    st.tuples(st.sampled_from(["must", "cannot"]), st.sampled_from(list(itertools.combinations(SIDES, 2)))), max_size=8
)


@property_settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DRAWN)
def test_what_is_accepted_never_holds_apart_what_it_holds_together(drawn: list[tuple[str, tuple[Side, Side]]]) -> None:
    accepted: list[Decision] = []
    for kind, (left, right) in drawn:
        fresh = Decision(kind, left, right)
        if contradicts(accepted, fresh) is None:
            accepted.append(fresh)
    together = {side: {side} for side in SIDES}
    for one in accepted:
        if one.kind == "must" and one.right:
            joined = together[one.left] | together[one.right]
            together |= dict.fromkeys(joined, joined)
    assert not any(one.kind == "cannot" and one.right in together[one.left] for one in accepted)


@pytest.mark.parametrize("seed", range(2))
def test_neither_the_order_of_rows_nor_that_of_decisions_changes_a_byte(linkage: Linkage, seed: int) -> None:
    rows = [*BORROWED, mention("U4", id_no=OTHER), mention("U5", id_no=OTHER), bare("K1", "陈国强")]
    people(linkage, *rows)
    for kind, left, right in (
        ("must", f"{USER}/U1", f"{CASE}/A1|1"),
        ("cannot", f"{USER}/U4", f"{USER}/U5"),
        ("must", "court_judgment/K1", f"{USER}/U4"),
        ("detach", f"{CASE}/A2|1", None),
    ):
        decide(linkage, kind, left, right, "file 12", "clerk")
    decisions = from_ledger(linkage.ledger.links_in_force())
    found = []
    for chance in (random.Random(seed), random.Random(seed + 10)):
        put_records(linkage.store, chance.sample(rows, len(rows)))
        link(linkage.store, linkage.contracts, chance.sample(decisions, len(decisions)))
        found.append(hashes(linkage.store))
    assert found[0] == found[1]
