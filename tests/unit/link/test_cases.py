"""Cases: by numbers, then by defendants and dates, with doubts and decisions of clerks; worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.contracts import Contract
from pipelines.ledger import open_ledger
from pipelines.link.clerk import Linkage, decide, undo
from pipelines.link.decisions import Decision, Side, contradicts, from_ledger
from pipelines.link.defendants import WINDOW_DAYS, region_relation
from pipelines.link.explain_case import CASE_RULES, explain_case
from pipelines.link.link import link
from pipelines.store import Store, read_json, sha256_file
from tests.unit.link.province import later, mention, put_records, resident, table

Row = dict[str, Any]
CHEN, ZHOU = resident("19900307", 11), resident("19850601", 13)
ARRESTED, CHARGED, RECEIVED, JUDGED = date(2024, 3, 1), date(2024, 6, 1), date(2024, 6, 10), date(2024, 8, 1)
COUNTY = "430102"


@pytest.fixture
def linkage(store: Store, contracts: dict[str, Contract]) -> Linkage:
    return Linkage(store, contracts, open_ledger())


def cases(linkage: Linkage, *rows: Row) -> dict[str, str | None]:
    """Link the rows under the decisions in force; the case id by record key."""
    put_records(linkage.store, list(rows))
    link(linkage.store, linkage.contracts, from_ledger(linkage.ledger.links_in_force()))
    mentions = table(linkage.store, "mention")
    return dict(zip(mentions["record_key"], mentions["case_id"], strict=True))


def pairs(linkage: Linkage, name: str) -> set[tuple[str, str, str]]:
    """Earlier and later record and rule of `case_edge` or `case_review`."""
    found = table(linkage.store, name)
    columns = found[["earlier_record_key", "later_record_key", "rule"]]
    return set(columns.itertuples(index=False, name=None))


def suspect(key: str, number: str = CHEN, day: date = ARRESTED, region: str = COUNTY, **known: Any) -> Row:
    """A suspect of a case of the police, whose number is the key."""
    row = {"police_case_no": f"A{key}", "filing_doc_no": f"长公(禁)立字〔2024〕{key[1:]}号", "filed_date": day}
    return _of(
        number, key, "police_case_suspect", {**row, "arrested_date": day, "handling_region_code": region, **known}
    )


def charge(key: str, number: str = CHEN, day: date = CHARGED, region: str = COUNTY, **known: Any) -> Row:
    """A charge without the filing it rests on."""
    row = {
        "procuratorate_case_no": f"Q{key}",
        "indictment_no": f"长检刑诉〔2024〕{key[1:]}号",
        "charge_decision": "起诉",
    }
    dates = {"review_received_date": day - timedelta(days=20), "charge_decision_date": day}
    return _of(number, key, "procuratorate_charge", {**row, **dates, "procuratorate_region_code": region, **known})


def judgment(key: str, number: str = CHEN, day: date = RECEIVED, region: str = COUNTY, **known: Any) -> Row:
    """A judgment without the indictment it answers."""
    row = {"court_case_no": f"(2024)湘0102刑初{key[1:]}号", "received_date": day}
    dates = {"judgment_date": day + timedelta(days=50), "court_region_code": region}
    return _of(number, key, "court_judgment", {**row, **dates, **known})


def _of(number: str, key: str, dataset: str, known: Row) -> Row:
    who = {CHEN: ("陈国强", date(1990, 3, 7)), ZHOU: ("周小虎", date(1985, 6, 1))}[number]
    return mention(key, who[0], dataset, id_no=number, birth_date=who[1], **known)


def test_a_cell_with_two_filings_chains_both(linkage: Linkage) -> None:
    filings = "长公(禁)立字〔2024〕1号、长公(禁)立字〔2024〕2号"
    found = cases(linkage, suspect("P1"), suspect("P2", ZHOU), charge("Q1", filing_doc_no=filings), suspect("P3", ZHOU))
    assert found["P1"] == found["P2"] == found["Q1"] != found["P3"]
    documents = table(linkage.store, "document")
    filed = documents[documents["document_type"] == "filing_doc_no"]
    # A document has one token wherever it is cited, and another one than any other document.
    assert (filed.groupby("document_number")["document_token"].nunique() == 1).all()
    assert filed["document_token"].nunique() == 3


def test_the_same_defendants_region_and_order_of_dates_are_one_case(linkage: Linkage) -> None:
    found = cases(linkage, suspect("P1"), charge("Q1"), judgment("J1"))
    assert found["P1"] == found["Q1"] == found["J1"]
    assert pairs(linkage, "case_edge") == {("P1", "Q1", "defendants"), ("Q1", "J1", "defendants")}
    assert pairs(linkage, "case_review") == set()


def test_a_missing_charge_does_not_keep_the_trial_from_the_police(linkage: Linkage) -> None:
    found = cases(linkage, suspect("P1"), judgment("J1", region="430100"))
    assert found["P1"] == found["J1"]


@pytest.mark.parametrize(
    "day", [ARRESTED - timedelta(days=1), ARRESTED + timedelta(days=WINDOW_DAYS + 1)], ids=["before", "too late"]
)
def test_dates_in_the_wrong_order_or_too_far_apart_are_two_cases(linkage: Linkage, day: date) -> None:
    found = cases(linkage, suspect("P1"), judgment("J1", day=day))
    assert found["P1"] != found["J1"]
    assert pairs(linkage, "case_review") == set()


def test_two_cases_that_fit_are_a_doubt_each(linkage: Linkage) -> None:
    found = cases(linkage, suspect("P1"), suspect("P2", day=ARRESTED + timedelta(days=40)), judgment("J1"))
    assert len({found["P1"], found["P2"], found["J1"]}) == 3
    assert pairs(linkage, "case_review") == {("P1", "J1", "ambiguous"), ("P2", "J1", "ambiguous")}


def test_two_trials_that_want_the_same_step_are_a_doubt_each(linkage: Linkage) -> None:
    cases(linkage, suspect("P1"), judgment("J1"), judgment("J2"))
    assert pairs(linkage, "case_review") == {("P1", "J1", "ambiguous"), ("P1", "J2", "ambiguous")}


def test_a_case_whose_defendant_was_tried_already_takes_no_other_trial(linkage: Linkage) -> None:
    number = "长检刑诉〔2024〕7号"
    filing = suspect("P1")["filing_doc_no"]
    rows = [suspect("P1"), charge("Q7", filing_doc_no=filing), judgment("J1", indictment_no=number), judgment("J2")]
    found = cases(linkage, *rows)
    assert found["P1"] == found["Q7"] == found["J1"] != found["J2"]
    assert pairs(linkage, "case_review") == set()


def test_who_was_not_charged_is_not_the_one_on_trial(linkage: Linkage) -> None:
    found = cases(linkage, charge("Q1", charge_decision="不起诉", indictment_no=None), judgment("J1"))
    assert found["Q1"] != found["J1"]
    assert pairs(linkage, "case_review") == set()


@pytest.mark.parametrize("region", ["430104", "430502", None], ids=["another county", "another prefecture", "unknown"])
def test_another_place_is_a_weak_doubt(linkage: Linkage, region: str | None) -> None:
    found = cases(linkage, suspect("P1"), judgment("J1", region=region))
    assert found["P1"] != found["J1"]
    assert pairs(linkage, "case_review") == {("P1", "J1", "weak")}


def test_a_trial_of_more_people_than_the_case_is_a_weak_doubt(linkage: Linkage) -> None:
    trial = judgment("J1")
    found = cases(linkage, suspect("P1"), trial, judgment("J2", ZHOU, court_case_no=trial["court_case_no"]))
    assert found["P1"] != found["J1"] == found["J2"]
    assert pairs(linkage, "case_review") == {("P1", "J1", "weak")}


def test_a_severed_defendant_follows_the_case_of_all(linkage: Linkage) -> None:
    filing = suspect("P1")["filing_doc_no"]
    together = [suspect("P1"), suspect("P2", ZHOU, filing_doc_no=filing)]
    found = cases(linkage, *together, judgment("J1"), judgment("J2", ZHOU))
    assert found["P1"] == found["P2"] == found["J1"] == found["J2"]


def test_prisoners_sentenced_for_something_else_are_not_brought_to_a_case(linkage: Linkage) -> None:
    admitted = {"admitted_date": JUDGED + timedelta(days=90), "judgment_case_no": None}
    rows = [
        _of(CHEN, f"R{place}", "prison_admission", {**admitted, "is_drug_offence": drug})
        for place, drug in enumerate((True, False))
    ]
    cases(linkage, judgment("J1"), *rows)
    assert pairs(linkage, "case_review") == {("J1", "R0", "weak")}


@pytest.mark.parametrize(
    ("earlier", "own", "relation"),
    [
        ("430102", "430102", "same"),
        ("430102", "430100", "same"),
        # A county does not carry on what its prefecture began as if it were the same office.
        ("430100", "430102", "prefecture"),
        ("430102", "430200", "other"),
        (None, "430102", "unknown"),
        ("430102", "", "unknown"),
    ],
)
def test_region_relations(earlier: str | None, own: str | None, relation: str) -> None:
    assert region_relation(earlier, own) == relation


DOUBT = (suspect("P1"), suspect("P2", day=ARRESTED + timedelta(days=40)), judgment("J1"))
POLICE, COURT = "police_case_suspect", "court_judgment"


def hashes(store: Store) -> dict[str, str]:
    current = read_json(store.identity / "current.json")
    return {name: sha256_file(Path(path)) for name, path in current.items() if str(path).endswith(".parquet")}


def test_a_clerk_joins_a_doubt_and_undo_restores_every_byte(linkage: Linkage) -> None:
    before = cases(linkage, *DOUBT)
    bytes_before = hashes(linkage.store)
    number = decide(linkage, "case_must", f"{POLICE}/P2", f"{COURT}/J1", "file 12", "clerk")
    found = cases(linkage, *DOUBT)
    assert found["P2"] == found["J1"] != found["P1"]
    assert pairs(linkage, "case_edge") == {("J1", "P2", "decision")}
    # The other choice is none any more, and nobody became another person by it.
    assert pairs(linkage, "case_review") == set()
    assert hashes(linkage.store)["person"] == bytes_before["person"]
    undo(linkage, number, "wrong file", "clerk")
    assert cases(linkage, *DOUBT) == before
    assert hashes(linkage.store) == bytes_before


def test_what_a_clerk_keeps_apart_no_number_joins_and_one_choice_less_may_settle_the_other(linkage: Linkage) -> None:
    decide_on = [*DOUBT, charge("Q1", ZHOU, filing_doc_no=DOUBT[0]["filing_doc_no"])]
    assert cases(linkage, *decide_on)["Q1"] == cases(linkage, *decide_on)["P1"]
    decide(linkage, "case_cannot", f"{POLICE}/P1", "procuratorate_charge/Q1", "a number used twice", "clerk")
    decide(linkage, "case_cannot", f"{POLICE}/P1", f"{COURT}/J1", "another matter", "clerk")
    found = cases(linkage, *decide_on)
    assert found["P1"] != found["Q1"]
    assert found["J1"] == found["P2"] != found["P1"]
    assert pairs(linkage, "case_review") == set()


def test_a_decision_about_cases_is_not_one_about_persons(linkage: Linkage) -> None:
    rows = (suspect("P1"), judgment("J1", ZHOU))
    cases(linkage, *rows)
    decide(linkage, "case_must", f"{POLICE}/P1", f"{COURT}/J1", "one file", "clerk")
    decide(linkage, "cannot", f"{POLICE}/P1", f"{COURT}/J1", "two people", "clerk")
    found = cases(linkage, *rows)
    assert found["P1"] == found["J1"]
    with pytest.raises(ValueError, match="says the contrary"):
        decide(linkage, "case_cannot", f"{POLICE}/P1", f"{COURT}/J1", "two files", "clerk")


def test_one_person_in_two_cases_is_no_contradiction() -> None:
    def side(key: str) -> Side:
        return Side(POLICE, key, "subject", "the same identity")

    in_force = [Decision("case_must", side("P1"), side("Q1"), 1), Decision("case_must", side("P2"), side("Q2"), 2)]
    assert contradicts(in_force, Decision("case_cannot", side("P1"), side("P2"))) is None
    found = contradicts(in_force, Decision("case_cannot", side("P1"), side("Q1")))
    assert found is not None
    assert found.decision_id == 1


def test_a_decision_follows_a_rekeyed_record_only_when_it_is_the_only_one_of_the_person(linkage: Linkage) -> None:
    cases(linkage, suspect("P1"), judgment("J1", region="430502"))
    decide(linkage, "case_must", f"{POLICE}/P1", f"{COURT}/J1", "file 12", "clerk")
    found = cases(linkage, suspect("P9"), judgment("J1", region="430502"))
    assert found["P9"] == found["J1"]
    found = cases(linkage, suspect("P8"), suspect("P9"), judgment("J1", region="430502"))
    assert len({found["P8"], found["P9"], found["J1"]}) == 3
    receipt = read_json(
        linkage.store.identity / read_json(linkage.store.identity / "current.json")["fingerprint"] / "receipt.json"
    )
    assert receipt["decisions_lost"] == 1


def test_a_record_that_names_another_now_voids_the_decision_and_is_shown_again(linkage: Linkage) -> None:
    cases(linkage, suspect("P1"), judgment("J1", region="430502"))
    decide(linkage, "case_must", f"{POLICE}/P1", f"{COURT}/J1", "file 12", "clerk")
    found = cases(linkage, suspect("P1", ZHOU), judgment("J1", region="430502"))
    assert found["P1"] != found["J1"]
    assert pairs(linkage, "case_review") == {("J1", "P1", "void_decision")}


def test_the_older_founder_lends_its_id_to_a_joined_case_and_the_other_id_leads_there(linkage: Linkage) -> None:
    apart = (suspect("P1"), suspect("P2", ZHOU, exported_at=later(3)))
    before = cases(linkage, *apart)
    filings = "、".join(row["filing_doc_no"] for row in apart)
    found = cases(linkage, *apart, charge("Q1", filing_doc_no=filings, exported_at=later(9)))
    assert found["P1"] == found["P2"] == before["P1"] != before["P2"]
    alias = table(linkage.store, "case_alias").set_index("former_id")["case_id"]
    assert alias[before["P2"]] == alias[before["P1"]] == found["P1"]
    assert explain_case(linkage.store, str(before["P2"]))[0].case_id == found["P1"]


def test_a_case_is_explained_by_records_rules_and_doubts_without_a_number(linkage: Linkage) -> None:
    found = cases(linkage, suspect("P1"), charge("Q1"), judgment("J1", region="430502"))
    [explained] = explain_case(linkage.store, str(found["Q1"]))
    assert set(explained.records["record_key"]) == {"P1", "Q1"}
    assert explained.joined == [f"{POLICE}/P1 and procuratorate_charge/Q1: {CASE_RULES['defendants']}"]
    assert explained.doubts == [f"procuratorate_charge/Q1 and {COURT}/J1: {CASE_RULES['weak']}"]
    with pytest.raises(ValueError, match="no record leads to that id"):
        explain_case(linkage.store, "c0")


def test_records_without_steps_have_no_doubt(linkage: Linkage) -> None:
    assert pd.isna(cases(linkage, mention("U1"))["U1"])
    assert table(linkage.store, "case_review").empty
