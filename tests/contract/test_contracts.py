"""Contracts are strict, complete, and the only place a source is described."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipelines import steps
from pipelines.contracts import Contract, ContractError, catalogue, load_contract, load_contracts
from pipelines.contracts.dictionary import dictionary
from pipelines.ingest.verdicts import rules_of, verdict_sql
from pipelines.link.spec import CHAIN_SERIES, DOCUMENT_COLUMNS, TRUST
from pipelines.settings import PROJECT, settings
from pipelines.store import read_json
from tests.pipeline import exports as make

USERS = PROJECT / "expectations" / "police" / "police_drug_user.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of a contract with one text replaced."""
    folder = tmp_path / "police"
    folder.mkdir()
    text = USERS.read_text(encoding="utf-8")
    assert old in text
    path = folder / USERS.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


DATASETS = {
    "commission": [
        "commission_register",
        "culture_inspection",
        "handoff_answer",
        "market_enterprise",
        "market_precursor_flow",
    ],
    "health": ["health_centre_episode", "health_certificate", "health_facility_month"],
    "justice": [
        "corrections_supervision",
        "court_delivery",
        "court_judgment",
        "prison_admission",
        "procuratorate_charge",
        "rehab_episode",
        "rehab_facility_month",
        "rehab_transfer_request",
    ],
    "police": [
        "police_case_suspect",
        "police_community_treatment",
        "police_custody",
        "police_drug_test",
        "police_drug_user",
        "police_seizure",
        "police_treatment_order",
    ],
    "transport": [
        "aviation_interception",
        "postal_compliance_month",
        "transport_checkpoint",
        "transport_checkpoint_day",
        "transport_handover",
    ],
}
WITHOUT_PERSONS = {
    "aviation_interception",
    "commission_register",
    "culture_inspection",
    "handoff_answer",
    "health_facility_month",
    "market_enterprise",
    "market_precursor_flow",
    "police_seizure",
    "postal_compliance_month",
    "rehab_facility_month",
    "transport_checkpoint",
    "transport_checkpoint_day",
}
PERSON_COLUMNS = ("name", "id_type", "id_no", "birth_date", "sex", "hukou_code", "residence_code")
# Columns whose clearance is not the same everywhere, and why.
CLEARANCE_DIFFERS = {
    "admitted_date": "admission to a special centre is a health fact; to custody or prison it is not",
    "facility_code": "the code of a centre or hospital beside a person gives an illness away; in a report it does not",
}
FORBIDDEN = ("诊断名称", "病", "艾滋", "车牌", "经度", "纬度", "民族", "照片", "运单号")


def test_the_28_datasets_have_contracts_in_their_agency_folders(contracts: dict[str, Contract]) -> None:
    found: dict[str, list[str]] = {}
    for name, contract in contracts.items():
        found.setdefault(contract.agency, []).append(name)
    assert found == DATASETS
    assert len(contracts) == 28


@pytest.mark.parametrize("dataset", [name for names in DATASETS.values() for name in names])
def test_a_contract_says_who_why_by_what_law_when_and_how(contracts: dict[str, Contract], dataset: str) -> None:
    contract = contracts[dataset]
    assert "art." in contract.legal_basis
    assert any(word in contract.purpose for word in ("figure", "hand-off", "placement"))
    assert any("\u4e00" <= character <= "\u9fff" for character in contract.owner)
    assert contract.server.location == f"{contract.agency}/{dataset}"
    assert len(contract.schedule.split()) == 5
    assert contract.latency_hours > 0
    assert [column.name for column in contract.columns][-3:] == ["exported_at", "record_status", "updated_at"]


def test_person_columns_stand_where_a_row_names_a_person_and_nowhere_else(contracts: dict[str, Contract]) -> None:
    for name, contract in contracts.items():
        present = [column.name for column in contract.columns if column.name in PERSON_COLUMNS]
        groups = [group.columns[: len(PERSON_COLUMNS)] for group in contract.person_groups]
        if name in WITHOUT_PERSONS:
            assert (present, groups) == ([], [])
        else:
            assert (tuple(present), groups) == (PERSON_COLUMNS, [PERSON_COLUMNS])


def test_the_linkage_trusts_and_chains_only_what_contracts_hold(contracts: dict[str, Contract]) -> None:
    assert set(TRUST) == set(contracts) - WITHOUT_PERSONS
    for document in DOCUMENT_COLUMNS:
        assert contracts[document.dataset].column(document.column).clearance == "vault"
        assert contracts[document.dataset].person_groups
    chained = {document.series for document in DOCUMENT_COLUMNS}
    assert set(CHAIN_SERIES) <= chained


def test_every_document_number_of_a_person_belongs_to_a_series(contracts: dict[str, Contract]) -> None:
    known = {(document.dataset, document.column) for document in DOCUMENT_COLUMNS}
    numbers = {
        (name, column.name)
        for name, contract in contracts.items()
        if contract.person_groups
        for column in contract.columns
        if column.semantic == "case_number"
    }
    # A lead names a venue, not a person: it joins inspections to cases, never one person to another.
    assert numbers - known == {("police_case_suspect", "lead_no")}


def test_health_facts_are_coarse_and_cleared_for_health_alone(contracts: dict[str, Contract]) -> None:
    health = {"refusal_reason", "not_held_reason", "outside_execution", "supervision_category", "assessment_result"}
    for contract in contracts.values():
        for column in contract.columns:
            assert not any(word in column.header for word in FORBIDDEN if column.name != "waybill_hash")
            if column.name in health:
                assert column.clearance == "health"
                assert column.enum
    assert contracts["aviation_interception"].column("waybill_hash").clearance == "vault"


def test_a_column_that_can_be_required_or_unreadable_has_a_rule_that_says_so(contracts: dict[str, Contract]) -> None:
    unreadable = {"id_type", "sex", "region_code", "month", "drug", "offence", "quantity_unit", "record_status"}
    for contract in contracts.values():
        judged = {(rule.column, rule.check) for rule in contract.rules}
        for column in contract.columns:
            assert column.required == ((column.name, "required") in judged)
            typed = column.type != "string" or column.semantic in unreadable or bool(column.enum)
            assert typed == ((column.name, "readable") in judged), f"{contract.dataset}.{column.name}"
            assert (column.refers_to is not None) == ((column.name, "reference") in judged)
        assert (None, "unique_key") in judged


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("classification: vault", "clasification: vault", "clasification"),
        ("severity: error", "severitty: error", "severitty"),
        ("status: active", "status: active\nownerr: x", "ownerr"),
        ("check: required", "check: requird", "requird"),
        ("severity: error", "severity: eror", "eror"),
        ("property: semanticDomain", "property: semanticDomian", "semanticDomian"),
        ("value: resident_id", "value: residentid", "residentid"),
        ("property: deliveryMode", "property: deliverymode", "deliverymode"),
        ("classification: vault", "classification: secret", "secret"),
        ("physicalName: 人员编号", "businessName: 人员编号", "physicalName"),
        ("name: police_drug_user", "name: police_drug_users", "name"),
        ("property: tolerance", "property: tolerence", "tolerence"),
        ("check: between, min:", "check: between, mim:", "min or max"),
        ("check: order, first:", "check: order, frist:", "first"),
        ("check: volume, min: 0.5, max: 2", "check: volume, min: 0.5, max: 2, maximum: 3", "maximum"),
        ("severity: hold", "severity: error", "use hold or warning"),
        ("check: readable}", "check: one_of, seed: drug, code: drug_nam}", "drug_nam"),
        ("check: readable}", "check: one_of, seed: drugs, code: drug_name}", "drugs.csv"),
        ("status: active", "status: 2025-01-01", "quotes"),
        ("readable}\n      severity: error", "reference}\n      severity: warning", "relationship"),
    ],
)
def test_a_misspelt_key_or_value_is_an_error_that_names_it(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        load_contract(changed(tmp_path, old, new))


def test_every_person_column_stays_in_the_vault(contracts: dict[str, Contract]) -> None:
    personal = {"person_name", "resident_id", "id_type", "birth_date"}
    open_columns = [
        f"{contract.dataset}.{column.name}"
        for contract in contracts.values()
        for column in contract.columns
        if column.semantic in personal and column.clearance != "vault"
    ]
    assert open_columns == []


def test_one_name_means_one_thing_in_every_contract(contracts: dict[str, Contract]) -> None:
    meanings: dict[str, set[tuple[str, str | None]]] = {}
    clearances: dict[str, set[str]] = {}
    for contract in contracts.values():
        for column in contract.columns:
            meanings.setdefault(column.name, set()).add((column.type, column.semantic))
            clearances.setdefault(column.name, set()).add(column.clearance)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}
    assert {name for name, found in clearances.items() if len(found) > 1} == set(CLEARANCE_DIFFERS)


def test_every_rule_compiles_and_is_said_in_both_languages(contracts: dict[str, Contract]) -> None:
    for contract in contracts.values():
        sql = verdict_sql(contract, "rows")
        assert all(f'"{rule.rule_id}"' in sql for rule in rules_of(contract))
        for rule in contract.rules:
            assert rule.sentence_en
            assert any("\u4e00" <= character <= "\u9fff" for character in rule.sentence_zh)


def test_the_dictionary_has_not_drifted(contracts: dict[str, Contract]) -> None:
    assert (PROJECT / "docs" / "dictionary.md").read_text(encoding="utf-8") == dictionary(contracts)


def test_the_light_catalogue_names_the_same_datasets(contracts: dict[str, Contract]) -> None:
    assert {entry.dataset: (entry.agency, entry.schedule) for entry in catalogue()} == {
        name: (contract.agency, contract.schedule) for name, contract in contracts.items()
    }


def test_the_contract_in_the_readme_is_a_new_source_without_python(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "expectations" / "transport"
    folder.mkdir(parents=True)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (walkthrough,) = re.findall(r"```yaml\n(apiVersion.*?)```", readme, re.DOTALL)
    (folder / "ferry_check.yaml").write_text(walkthrough, encoding="utf-8")
    monkeypatch.setenv("HUILIU_CONTRACTS", str(folder.parent))
    settings.cache_clear()
    assert [entry.dataset for entry in catalogue()] == ["ferry_check"]
    day = {"渡口": "F1", "日期": "2025.10.3", "通过量": "1,200", **make.TAIL}
    rows = [day, {**day, "日期": "20251004", "通过量": "-1"}]
    data = make.csv_text(rows, delimiter=";").encode("gb18030")
    make.deliver(settings().exports_path, "transport/ferry_check", "f1", {"f1.csv": data}, rows=2)
    ids = steps.land("ferry_check")
    steps.judge("ferry_check", ids)
    account = steps.stage("ferry_check", ids)["f1"]
    assert (account["staged"], account["quarantined"]) == (1, 1)
    steps.resolve()
    current = read_json(home / "private" / "records" / "current.json")["datasets"]["ferry_check"]
    query = f"select ferry_code, report_date::text, passed from read_parquet('{current}')"
    assert duckdb.sql(query).fetchall() == [("F1", "2025-10-03", 1200)]
    assert "ferry_check 渡口检查" in dictionary(load_contracts())
