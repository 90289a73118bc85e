"""Parties of a case: whom it follows as one, also where the linkage keeps persons apart; worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.contracts import Contract
from pipelines.ledger import open_ledger
from pipelines.link.clerk import Linkage, decide
from pipelines.link.decisions import from_ledger
from pipelines.link.link import link
from pipelines.store import Store
from tests.unit.link.province import mention, put_records, resident, table

CHEN, ZHOU = resident("19900307", 11), resident("19900307", 13)
# One of two characters of a given name differs: a slip, or a brother.
QIANG, WEI = "陈国强", "陈国伟"


def suspect(key: str, name: str, number: str | None, filing: str) -> dict[str, Any]:
    return mention(key, name, "police_case_suspect", id_no=number, police_case_no=f"A{filing}", filing_doc_no=filing)


def charge(key: str, name: str, number: str | None, filing: str) -> dict[str, Any]:
    return mention(
        key, name, "procuratorate_charge", id_no=number, procuratorate_case_no=f"Q{filing}", filing_doc_no=filing
    )


def delivery(key: str, name: str, trial: str, notice: str) -> dict[str, Any]:
    return mention(
        key, name, "court_delivery", birth_date=None, hukou_code=None, court_case_no=trial, execution_notice_no=notice
    )


def admission(key: str, name: str, trial: str, notice: str) -> dict[str, Any]:
    return mention(key, name, "prison_admission", id_no=ZHOU, judgment_case_no=trial, execution_notice_no=notice)


ROWS = {
    "number": [suspect("s", QIANG, CHEN, "F"), charge("q", WEI, CHEN, "F")],
    "name": [suspect("s", QIANG, CHEN, "F"), charge("q", QIANG, ZHOU, "F")],
    "notice": [delivery("e", WEI, "T", "N"), admission("p", QIANG, "T", "N")],
    # Two that one filing lists are two, whoever of them lent the number.
    "listed side by side": [
        suspect("s", QIANG, CHEN, "F"),
        suspect("t", WEI, CHEN, "F"),
        charge("q", "陈国明", CHEN, "F"),
    ],
    "nothing in common": [suspect("s", QIANG, CHEN, "F"), charge("q", WEI, ZHOU, "F")],
    "another case": [suspect("s", QIANG, CHEN, "F"), charge("q", WEI, CHEN, "G")],
}
ONE_PARTY = {"number", "name", "notice"}


@pytest.mark.parametrize("rows", ROWS)
def test_records_of_a_case_are_of_one_party_where_they_say_so(
    store: Store, contracts: dict[str, Contract], rows: str
) -> None:
    put_records(store, ROWS[rows])
    link(store, contracts)
    found = table(store, "mention")
    assert found["person_id"].nunique() == len(ROWS[rows])
    assert found["party_person"].nunique() == (1 if rows in ONE_PARTY else len(ROWS[rows]))


def test_a_record_without_a_case_is_of_no_party(store: Store, contracts: dict[str, Contract]) -> None:
    put_records(store, [mention("u", id_no=CHEN), suspect("s", QIANG, CHEN, "F"), charge("q", WEI, CHEN, "F")])
    link(store, contracts)
    found = table(store, "mention").set_index("record_key")["party_person"]
    assert found.isna().to_dict() == {"q": False, "s": False, "u": True}
    assert found["s"] == found["q"]


def test_whom_a_clerk_holds_apart_no_case_follows_as_one(store: Store, contracts: dict[str, Contract]) -> None:
    linkage = Linkage(store, contracts, open_ledger())
    put_records(store, ROWS["number"])
    link(store, contracts)
    decide(linkage, "cannot", "police_case_suspect/s", "procuratorate_charge/q", "brothers", "clerk")
    link(store, contracts, from_ledger(linkage.ledger.links_in_force()))
    assert table(store, "mention")["party_person"].nunique() == 2
