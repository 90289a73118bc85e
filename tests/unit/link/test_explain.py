"""Explanations: the weights are those of the scoring, and what is said is what settled it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from pipelines.contracts import Contract
from pipelines.ledger import open_ledger
from pipelines.link.clerk import Linkage, decide
from pipelines.link.decisions import from_ledger
from pipelines.link.explain import KINDS, RULES, explain_link, explain_person, path_between
from pipelines.link.link import link
from pipelines.store import Store
from tests.unit.link.province import bare, mention, put_records, resident, table

NUMBER, OTHER = resident("19900307", 11), resident("19900307", 13)
ROWS = [
    mention("U1", id_no=NUMBER),
    mention("U2", "程国强", id_no=NUMBER),
    mention("U3", "周小虎", id_no=NUMBER, birth_date=date(1985, 6, 1)),
    mention("U4", "黄海涛", id_no=OTHER),
    mention("U5", "欧阳志远", id_no=resident("19900307", 15)),
    mention("H1", "欧阳志远", "health_centre_episode", hukou_code=None),
    bare("K1", "陈国强"),
]


@pytest.fixture
def linkage(store: Store, contracts: dict[str, Contract]) -> Linkage:
    made = Linkage(store, contracts, open_ledger())
    relink(made, ROWS)
    return made


def relink(linkage: Linkage, rows: list[dict[str, Any]]) -> None:
    put_records(linkage.store, rows)
    link(linkage.store, linkage.contracts, from_ledger(linkage.ledger.links_in_force()))


def test_a_link_by_the_model_is_told_with_the_weight_it_was_scored_with(linkage: Linkage) -> None:
    found = explain_link(linkage, "police_drug_user/U5", "health_centre_episode/H1")
    edges = table(linkage.store, "edge")
    scored = edges.loc[edges["rule"] == "model", "match_weight"].item()
    assert found.same
    assert found.weight == pytest.approx(scored, abs=1e-4)
    assert found.settled == [f"{RULES['model']} (weight {scored:.1f})"]
    levels = {part.field: part.level for part in found.compared}
    assert (levels["number"], levels["name"], levels["birth_date"]) == ("missing", "equal", "equal")


def test_rules_conflicts_numbers_and_weak_pairs_are_told_in_words(linkage: Linkage) -> None:
    one = "police_drug_user/U1"
    assert explain_link(linkage, one, "police_drug_user/U2").settled[0] == RULES["number"]
    borrowed = explain_link(linkage, one, "police_drug_user/U3")
    assert not borrowed.same
    assert f"it waits for a clerk: {KINDS['borrowed_number']}" in borrowed.settled
    assert "two different valid numbers" in explain_link(linkage, one, "police_drug_user/U4").settled[0]
    assert "below the link threshold" in explain_link(linkage, one, "court_judgment/K1").settled[0]


def test_numbers_are_told_apart_by_their_parts(linkage: Linkage) -> None:
    def structure(record: str) -> str:
        compared = explain_link(linkage, "police_drug_user/U1", record).compared
        return next(part.level for part in compared if part.field == "number_structure")

    assert structure("police_drug_user/U4") == "region equal, birth equal, sex equal; 1 of 17 digits differ"
    assert structure("court_judgment/K1") == "beside the record without one: birth missing, sex agree"
    same = explain_link(linkage, "police_drug_user/U1", "police_drug_user/U2").compared
    assert "number_structure" not in {part.field for part in same}


def test_a_decision_is_named(linkage: Linkage) -> None:
    number = decide(linkage, "must", "police_drug_user/U1", "court_judgment/K1", "file 12", "clerk")
    relink(linkage, ROWS)
    found = explain_link(linkage, "police_drug_user/U1", "court_judgment/K1")
    assert found.same
    assert found.settled == [f"decision {number} of a clerk: must", RULES["decision"]]


def test_a_person_is_explained_by_records_rules_decisions_and_sources(linkage: Linkage) -> None:
    person = table(linkage.store, "mention").set_index("record_key").loc["U2", "person_id"]
    [found] = explain_person(linkage, person)
    assert found.records["record_key"].tolist() == ["U1", "U2"]
    assert found.rules == {"number": 1}
    assert found.golden["name_source"] in ("s-police_drug_user-U1", "s-police_drug_user-U2")
    # The id the second record would have lent leads to the same person.
    alias = table(linkage.store, "alias")
    others = set(alias.loc[alias["person_id"] == person, "former_id"]) - {person}
    assert [one.person_id for one in explain_person(linkage, others.pop())] == [person]
    with pytest.raises(ValueError, match="no record leads to that id"):
        explain_person(linkage, "pnobody")


def test_no_value_of_a_person_is_in_an_explanation(linkage: Linkage) -> None:
    said = str([explain_link(linkage, f"police_drug_user/{a}", "police_drug_user/U1") for a in ("U2", "U3", "U4")])
    assert not any(secret in said for secret in ("陈国强", "程国强", "周小虎", NUMBER, OTHER, "1990"))


def test_the_way_between_profiles_goes_over_the_fewest_edges() -> None:
    columns = ["left_profile", "right_profile", "rule", "match_weight"]
    edges = pd.DataFrame(
        [("a", "b", "number", None), ("b", "c", "model", 12.0), ("c", "d", "number", None)], columns=columns
    )
    assert path_between(edges, "c", "a") == [("model", 12.0), ("number", None)]
    assert path_between(edges, "a", "e") == []
    assert path_between(edges, "a", "a") == []
