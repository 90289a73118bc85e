"""Who is one person and who is not, through the whole step."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.contracts import Contract
from pipelines.store import Store
from tests.unit.link.province import bare, later, linked, mention, resident, table

Contracts = dict[str, Contract]
NUMBER = resident("19900307", 11)
OTHER = resident("19900307", 13)


def test_same_number_with_a_typing_error_in_the_name_is_one_person(store: Store, contracts: Contracts) -> None:
    people = linked(
        store,
        contracts,
        mention("U1", "陈国强", id_no=NUMBER),
        mention("A1|1", "程国强", "police_case_suspect", id_no=NUMBER, residence_code=None),
        mention("P1", "陈国强", "prison_admission", id_no=NUMBER, birth_date=date(1990, 3, 17)),
    )
    assert len(set(people.values())) == 1


def test_borrowed_number_goes_to_review_and_never_merges(store: Store, contracts: Contracts) -> None:
    people = linked(
        store,
        contracts,
        mention("U1", "陈国强", id_no=NUMBER),
        mention("A1|1", "周小虎", "police_case_suspect", id_no=NUMBER, birth_date=date(1985, 6, 1)),
    )
    assert people["U1"] != people["A1|1"]
    assert table(store, "review")["kind"].tolist() == ["borrowed_number"]


def test_number_issued_twice_goes_to_review(store: Store, contracts: Contracts) -> None:
    people = linked(store, contracts, mention("U1", "陈国强", id_no=NUMBER), mention("U2", "周小虎", id_no=NUMBER))
    assert people["U1"] != people["U2"]
    assert table(store, "review")["kind"].tolist() == ["duplicate_number"]


def test_the_own_name_with_a_borrowed_number_is_not_merged_over_two_numbers(store: Store, contracts: Contracts) -> None:
    theirs = resident("19721204", 15)
    people = linked(
        store,
        contracts,
        mention("U1", id_no=NUMBER),
        mention("U2", "何大海", id_no=theirs, birth_date=date(1972, 12, 4)),
        mention("A1|1", dataset="police_case_suspect", id_no=theirs),
        mention("C1|1", dataset="court_judgment"),
    )
    assert len({people["U1"], people["U2"], people["A1|1"]}) == 3
    assert people["C1|1"] == people["U1"], "the number that does not fit the birth date claims nobody"


def test_number_under_many_names_counts_as_missing(store: Store, contracts: Contracts) -> None:
    names = ["赵一平", "钱二虎", "孙三喜", "李四海", "周五常", "吴六顺"]
    rows = [mention(f"A{i}|1", name, "police_case_suspect", id_no=OTHER) for i, name in enumerate(names)]
    people = linked(store, contracts, *rows, mention("U1", "孙三喜", id_no=resident("19900307", 17)))
    assert people["A2|1"] == people["U1"]
    assert len(set(people.values())) == len(names)
    assert table(store, "review").empty


def test_exact_identity_without_a_number_is_one_person(store: Store, contracts: Contracts) -> None:
    people = linked(
        store, contracts, mention("U1", id_no=NUMBER), mention("C1|1", dataset="court_judgment", residence_code=None)
    )
    assert people["U1"] == people["C1|1"]
    assert table(store, "edge")["rule"].tolist() == ["exact_identity"]


def test_namesakes_with_two_numbers_leave_the_numberless_one_to_a_clerk(store: Store, contracts: Contracts) -> None:
    people = linked(
        store,
        contracts,
        mention("U1", id_no=NUMBER),
        mention("U2", id_no=OTHER),
        mention("C1|1", dataset="court_judgment"),
    )
    assert len(set(people.values())) == 3
    assert set(table(store, "review")["kind"]) == {"namesake"}


@pytest.mark.parametrize("hukou", [None, "430121"])
def test_model_links_name_birth_and_one_region_without_a_number(
    store: Store, contracts: Contracts, hukou: str | None
) -> None:
    people = linked(
        store,
        contracts,
        mention("U1", "欧阳志远", id_no=NUMBER),
        mention("H1", "欧阳志远", "health_centre_episode", hukou_code=hukou),
    )
    assert people["U1"] == people["H1"]
    assert table(store, "edge")["rule"].tolist() == ["model"]


def test_partitions_are_nested_strict_in_settled_in_loose(store: Store, contracts: Contracts) -> None:
    linked(
        store,
        contracts,
        mention("U1", "欧阳志远", id_no=NUMBER),
        mention("U2", "欧阳志远", id_no=NUMBER),
        mention("H1", "欧阳志远", "health_centre_episode", hukou_code="430121"),
        # Born a day later: the model leaves it to a clerk.
        mention("H2", "欧阳志远", "health_centre_episode", birth_date=date(1990, 3, 8)),
        # A number of their own: not even the loose threshold joins two numbers.
        mention("U3", "欧阳志远", id_no=OTHER, hukou_code="430724"),
    )
    mentions = table(store, "mention").set_index("record_key")
    same = {
        threshold: [key for key in ("U2", "H1", "H2", "U3") if mentions.loc[key, column] == mentions.loc["U1", column]]
        for threshold, column in (("strict", "person_strict"), ("settled", "person_id"), ("loose", "person_loose"))
    }
    assert same == {"strict": ["U2"], "settled": ["U2", "H1"], "loose": ["U2", "H1", "H2"]}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        pytest.param("陈国军", {}, id="twin"),
        pytest.param("陈国墙", {}, id="twin with a name that sounds the same"),
        pytest.param("陈国强", {"birth_date": date(1990, 3, 8)}, id="namesake born a day later"),
        pytest.param("陈国军", {"birth_date": date(1992, 8, 1)}, id="brother"),
        pytest.param("陈国强", {"birth_date": date(1964, 3, 7)}, id="father with the same name"),
        pytest.param("陈国强", {"hukou_code": "430724", "residence_code": "430724"}, id="namesake elsewhere"),
        pytest.param("陈国强", {"hukou_code": "430724"}, id="namesake who moved to the same town"),
        pytest.param("陈国强", {"sex": "2"}, id="other sex"),
    ],
)
def test_relatives_and_namesakes_without_a_number_stay_apart(
    store: Store, contracts: Contracts, name: str, changes: dict[str, object]
) -> None:
    people = linked(store, contracts, mention("U1", id_no=NUMBER), mention("U2", name, **changes))
    assert people["U1"] != people["U2"]


def test_two_rows_that_hold_the_same_name_alone_are_two_people(store: Store, contracts: Contracts) -> None:
    people = linked(store, contracts, bare("C1|1", "欧阳志远"), bare("C2|1", "欧阳志远"), mention("U1", "欧阳志远"))
    assert len(set(people.values())) == 3


def test_name_only_court_row_is_linked_through_the_prison_that_cites_it(store: Store, contracts: Contracts) -> None:
    number = "(2025)湘0102刑初45号"
    people = linked(
        store,
        contracts,
        mention("P1", dataset="prison_admission", id_no=NUMBER, judgment_case_no=number),
        bare(f"{number}|1", "陈国强", court_case_no=number),
        bare(f"{number}|2", "周小虎", court_case_no=number),
    )
    assert people["P1"] == people[f"{number}|1"] != people[f"{number}|2"]


def test_two_defendants_of_one_name_leave_the_chain_undecided(store: Store, contracts: Contracts) -> None:
    number = "(2025)湘0102刑初45号"
    people = linked(
        store,
        contracts,
        mention("P1", dataset="prison_admission", id_no=NUMBER, judgment_case_no=number),
        bare(f"{number}|1", "陈国强", court_case_no=number),
        bare(f"{number}|2", "陈国强", court_case_no=number),
    )
    assert len(set(people.values())) == 3


def test_twin_co_defendants_stay_apart_though_they_share_the_documents(store: Store, contracts: Contracts) -> None:
    number = "(2025)湘0102刑初45号"
    people = linked(
        store,
        contracts,
        mention("P1", "陈国伟", "prison_admission", id_no=NUMBER, judgment_case_no=number),
        mention("P2", "陈国玮", "prison_admission", id_no=OTHER, judgment_case_no=number),
        mention(f"{number}|1", "陈国伟", "court_judgment", court_case_no=number),
        mention(f"{number}|2", "陈国玮", "court_judgment", court_case_no=number),
    )
    assert people["P1"] == people[f"{number}|1"]
    assert people["P2"] == people[f"{number}|2"]
    assert people["P1"] != people["P2"]


def test_documents_make_case_chains(store: Store, contracts: Contracts) -> None:
    first, second, other = "(2025)湘0102刑初45号", "(2025)湘01刑终9号", "(2025)湘0102刑初46号"
    linked(
        store,
        contracts,
        bare(f"{first}|1", "陈国强", court_case_no=first, indictment_no="长检刑诉〔2025〕8号"),
        bare(f"{second}|1", "陈国强", court_case_no=second, indictment_no="长检刑诉〔2025〕8号"),
        bare(f"{other}|1", "陈国强", court_case_no=other),
        mention("P1", dataset="prison_admission", judgment_case_no=second),
        mention("U1"),
    )
    mentions = table(store, "mention").set_index("record_key")["case_id"]
    assert mentions[f"{first}|1"] == mentions[f"{second}|1"] == mentions["P1"] != mentions[f"{other}|1"]
    assert mentions.isna()["U1"]
    documents = table(store, "document")
    assert len(documents) == 6
    assert documents["case_id"].nunique() == 2


def test_golden_record_names_the_row_each_value_comes_from(store: Store, contracts: Contracts) -> None:
    linked(
        store,
        contracts,
        mention("U1", id_no=NUMBER),
        mention("P1", "陈国墙", "prison_admission", id_no=NUMBER, residence_code="430105", exported_at=later(3)),
        mention("A1|1", dataset="police_case_suspect", id_no=NUMBER, birth_date=date(1990, 3, 17)),
    )
    [person] = table(store, "person").to_dict("records")
    assert (person["name"], person["name_source"]) == ("陈国强", "s-police_drug_user-U1")
    assert (person["birth_date"], person["birth_date_source"]) == (date(1990, 3, 7), "s-police_drug_user-U1")
    assert (person["residence_code"], person["residence_code_source"]) == ("430105", "s-prison_admission-P1")
    assert (person["id_no"], person["id_no_kind"]) == (NUMBER, "resident")
    assert (person["founder_dataset"], person["founder_record_key"]) == ("police_case_suspect", "A1|1")
