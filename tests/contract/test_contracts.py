"""Contracts are strict, complete, and the only place a source is described."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines import steps
from pipelines.contracts import Contract, ContractError, catalogue, load_contract, load_contracts
from pipelines.contracts.dictionary import dictionary
from pipelines.ingest.verdicts import rules_of, verdict_sql
from pipelines.settings import PROJECT, settings
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


def test_the_nine_datasets_of_the_spine_have_contracts(contracts: dict[str, Contract]) -> None:
    assert sorted(contracts) == [
        "court_judgment",
        "health_centre_episode",
        "health_facility_month",
        "police_case_suspect",
        "police_drug_user",
        "prison_admission",
        "transport_checkpoint",
        "transport_checkpoint_day",
        "transport_handover",
    ]


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
    for contract in contracts.values():
        for column in contract.columns:
            meanings.setdefault(column.name, set()).add((column.type, column.semantic))
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_every_rule_compiles_and_is_said_in_both_languages(contracts: dict[str, Contract]) -> None:
    for contract in contracts.values():
        sql = verdict_sql(contract, "rows")
        for rule in rules_of(contract):
            assert f'"{rule.rule_id}"' in sql
            assert rule.sentence_en
            assert any("\u4e00" <= character <= "\u9fff" for character in rule.sentence_zh)


def test_the_dictionary_has_not_drifted(contracts: dict[str, Contract]) -> None:
    assert (PROJECT / "docs" / "dictionary.md").read_text(encoding="utf-8") == dictionary(contracts)


def test_the_light_catalogue_names_the_same_datasets(contracts: dict[str, Contract]) -> None:
    assert {entry.dataset: (entry.agency, entry.schedule) for entry in catalogue()} == {
        name: (contract.agency, contract.schedule) for name, contract in contracts.items()
    }


def test_a_new_contract_is_a_new_source_without_python(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "expectations"
    shutil.copytree(PROJECT / "expectations", folder)
    document = yaml.safe_load((folder / "transport" / "transport_checkpoint.yaml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    text = text.replace("transport_checkpoint", "transport_ferry").replace("检查点", "渡口")
    (folder / "transport" / "transport_ferry.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HUILIU_CONTRACTS", str(folder))
    settings.cache_clear()
    assert "transport_ferry" in load_contracts()
    row = {
        "站点编号": "F1",
        "站点名称": "某渡口",
        "类型": "入省",
        "路线": "某江",
        "所在地": "430102",
        "启用日期": "2020-01-01",
        "停用日期": "",
        **make.TAIL,
    }
    files = {"ferries.csv.gz": make.gzip_bytes(make.csv_text([row]))}
    make.deliver(settings().exports_path, "transport/transport_ferry", "f1", files, rows=1)
    ids = steps.land("transport_ferry")
    steps.judge("transport_ferry", ids[0])
    assert steps.stage("transport_ferry", ids)["f1"]["staged"] == 1
    staged = home / "private/staging/transport_ferry/f1/rows.parquet"
    assert duckdb.sql(f"select checkpoint_name from read_parquet('{staged}')").fetchall() == [("某渡口",)]
