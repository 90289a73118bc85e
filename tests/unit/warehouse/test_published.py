"""What the published files may hold: the guardrails of privacy, and words for every column."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.build.project import BuildError
from pipelines.contracts import load_contracts
from pipelines.settings import settings
from pipelines.store import Store
from tests.homes import open_home
from tests.unit.warehouse.inputs import Row, write_inputs

CLEARANCES = ("vault", "warehouse", "health", "mart")
DAY = date(2025, 3, 4)
# p1 is grown up, p2 was 17 on the day and is 18 now, p3 is still 17, p4 is three years clean.
PEOPLE: list[Row] = [
    {"person_id": "p1", "birth_date": date(1990, 1, 1)},
    {"person_id": "p2", "birth_date": date(2007, 6, 1)},
    {"person_id": "p3", "birth_date": date(2008, 6, 1)},
    {"person_id": "p4", "birth_date": date(1980, 1, 1)},
]
EVENT: dict[str, Row] = {
    "police_drug_user": {"first_detected_date": DAY, "register_region_code": "430102", "register_status_date": DAY},
    "police_case_suspect": {"arrested_date": DAY, "arrest_region_code": "430102"},
    "court_judgment": {"judgment_date": DAY, "court_region_code": "430102", "instance": "一审", "penalty": "拘役"},
    "prison_admission": {
        "admitted_date": DAY,
        "prison_region_code": "430102",
        "refused": False,
        "offence_name": "非法持有毒品罪",
        "is_drug_offence": True,
    },
    "transport_handover": {"seized_date": DAY, "checkpoint_code": "P1"},
    "health_centre_episode": {"admitted_date": DAY},
    "procuratorate_charge": {"charge_decision": "起诉", "charge_decision_date": DAY, "returned_count": 0},
    "court_delivery": {"effective_date": DAY, "documents_delivered_date": DAY},
    "police_custody": {"admitted_date": DAY, "custody_type": "看守所", "region_code": "430102", "refused": False},
    "rehab_episode": {"admitted_date": DAY, "region_code": "430102"},
    "police_treatment_order": {"decided_date": DAY, "deciding_region_code": "430102", "order_type": "社区戒毒"},
    "police_drug_test": {"tested_date": DAY, "test_region_code": "430102", "test_result": "阴性"},
    "police_community_treatment": {"reported_date": DAY, "execution_region_code": "430102", "meetings": 1},
    "rehab_transfer_request": {"requested_date": DAY, "requesting_region_code": "430102"},
    "corrections_supervision": {"received_date": DAY, "supervising_region_code": "430102"},
}
EVENT_ROWS = {dataset: [event] for dataset, event in EVENT.items()}
FACTS = {
    "police_drug_user": "warehouse.core.fact_registration",
    "police_case_suspect": "warehouse.core.fact_case_person",
    "court_judgment": "warehouse.core.fact_sentence",
    "prison_admission": "warehouse.core.fact_custody_episode",
    "transport_handover": "warehouse.core.fact_handover",
    "health_centre_episode": "health.main.fact_centre_episode",
    "procuratorate_charge": "warehouse.core.fact_charge",
    "court_delivery": "warehouse.core.fact_sentence_delivery",
    "police_custody": "warehouse.core.fact_custody_episode",
    "rehab_episode": "warehouse.core.fact_custody_episode",
    "police_treatment_order": "warehouse.core.fact_treatment_order",
    "police_drug_test": "warehouse.core.fact_drug_test",
    "police_community_treatment": "warehouse.core.fact_community_treatment",
    "rehab_transfer_request": "warehouse.core.fact_transfer_request",
    "corrections_supervision": "warehouse.core.fact_corrections_supervision",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The four files of one candidate, attached under their names."""
    home = tmp_path_factory.mktemp("published")
    with open_home(home, parsed) as store:
        rows = {
            dataset: [
                {**event, "person": person["person_id"], "record_key": f"KEY-{dataset}-{person['person_id']}"}
                for person in PEOPLE
            ]
            for dataset, event in EVENT.items()
        }
        for row in rows["police_drug_user"]:
            row["register_status"] = "戒断三年未复吸" if row["person"] == "p4" else "现有吸毒"
        write_inputs(store, home / "made", rows, PEOPLE)
        candidate = store.candidate / build(store)
    with duckdb.connect() as duck:
        for name in CLEARANCES:
            duck.execute(f"attach '{candidate / name}.duckdb' as {name} (read_only)")
        yield duck


def _columns(files: duckdb.DuckDBPyConnection, *databases: str) -> list[tuple[str, str, str, str | None]]:
    """(file, table, column, comment) of the published files."""
    return files.execute(
        "select database_name, table_name, column_name, comment from duckdb_columns() "
        "where list_contains(?, database_name) and not internal order by all",
        [list(databases)],
    ).fetchall()


def test_the_successors_of_a_code_are_codes_each_with_the_year_it_took_over(files: duckdb.DuckDBPyConnection) -> None:
    found = files.sql(
        "select region_code, year(valid_to), successor_code from warehouse.core.bridge_region_successor "
        "where region_code in ('430121', '430122', '430123') order by all"
    ).fetchall()
    # 长沙县 gave parts and is still there; 望城县 gave parts, then all that was left; 浏阳县 became a city.
    assert found == [
        ("430121", 1996, "430105"),
        ("430121", 2015, "430103"),
        ("430121", 2015, "430111"),
        ("430122", 1996, "430104"),
        ("430122", 1996, "430105"),
        ("430122", 2011, "430112"),
        ("430123", 1993, "430181"),
    ]


def test_every_table_and_column_says_what_it_is_in_both_languages(files: duckdb.DuckDBPyConnection) -> None:
    tables = files.execute(
        "select table_name, comment from duckdb_tables() where list_contains(?, database_name)", [list(CLEARANCES)]
    ).fetchall()
    said = tables + [(f"{table}.{column}", comment) for _, table, column, comment in _columns(files, *CLEARANCES)]
    silent = [
        name
        for name, comment in said
        if not re.search("[一-鿿]", comment or "") or not re.search("[a-z]{3}", comment or "")
    ]
    assert len(tables) > 20
    assert silent == []


def test_no_published_file_but_the_vault_holds_a_key_number_name_or_birth_date_of_a_source(
    files: duckdb.DuckDBPyConnection,
) -> None:
    secret = {
        column.name
        for contract in load_contracts().values()
        for column in contract.columns
        if column.clearance == "vault"
    }
    # Words of our own that a contract also uses, but for no value of a person: the sex and regions of dim_person
    # are declared for the warehouse by the model.
    allowed = {"sex"}
    shown = {column for _, _, column, _ in _columns(files, "warehouse", "health", "mart")}
    assert "id_no" in secret
    assert (secret - allowed) & shown == set()


def test_no_source_key_is_a_value_of_a_file_below_the_vault(files: duckdb.DuckDBPyConnection) -> None:
    tables = files.execute(
        "select database_name, schema_name, table_name from duckdb_tables() "
        "where database_name in ('warehouse', 'health', 'mart')"
    ).fetchall()
    for database, schema, table in tables:
        found = files.execute(
            f'select count(*) from "{database}"."{schema}"."{table}" t where contains(t::varchar, \'KEY-\')'
        ).fetchone()
        assert found == (0,), table
    assert files.execute("select count(*) from vault.main.mention where contains(record_key, 'KEY-')").fetchone() == (
        len(PEOPLE) * len(EVENT),
    )


@pytest.mark.parametrize("dataset", FACTS)
def test_row_views_leave_out_minors_and_the_three_years_clean(files: duckdb.DuckDBPyConnection, dataset: str) -> None:
    rows = f"select person_id from {FACTS[dataset]} where source_row_token like '{dataset}%'"
    people = files.execute(rows).fetchall()
    assert people == [("p1",)]


def test_the_aggregates_still_count_minors_and_the_clean(files: duckdb.DuckDBPyConnection) -> None:
    counted = files.execute(
        "select value from warehouse.core.indicator where indicator_id = 'R17' and region_code = '430000' "
        "and period_id = '2025' and unit = 'person'"
    ).fetchone()
    assert counted == (4.0,)


def test_dim_person_shows_ages_as_of_the_release_and_no_birth_date(files: duckdb.DuckDBPyConnection) -> None:
    rows = files.execute("select person_id, birth_year, age from warehouse.core.dim_person order by all").fetchall()
    # The release speaks for 2025-12-31.
    assert rows == [("p1", 1990, 35), ("p2", 2007, 18)]


def test_the_vault_resolves_a_token_to_file_and_line(files: duckdb.DuckDBPyConnection) -> None:
    unresolved = files.execute(
        "select count(*) from warehouse.core.fact_sentence f "
        "left join vault.main.source_row s using (source_row_token) where s.file_name is null"
    ).fetchone()
    assert unresolved == (0,)


@pytest.fixture
def models(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models of a project with our settings and macros and no model yet; its inputs are written."""
    project = tmp_path / "warehouse"
    for part in ("macros", "seeds"):
        shutil.copytree(settings().warehouse / part, project / part)
    shutil.copy(settings().warehouse / "dbt_project.yml", project)
    monkeypatch.setattr(settings(), "warehouse", project)
    write_inputs(store, tmp_path / "made", EVENT_ROWS, PEOPLE)
    return project / "models"


def _with_model(models: Path, path: str, text: str) -> None:
    (models / path).parent.mkdir(parents=True)
    (models / path).write_text(text)


def test_a_relation_without_purpose_or_clearance_fails_the_build(store: Store, models: Path) -> None:
    config = "{{ config(meta={'clearance': 'vault', 'purpose': ''}) }}"
    _with_model(models, "mart/secret.sql", f"{config}\nselect 1 as nothing\n")
    with pytest.raises(BuildError, match="secret"):
        build(store)


def test_a_column_that_scores_persons_fails_the_build(store: Store, models: Path) -> None:
    _with_model(models, "core/fact_watch.sql", "select 'p1' as person_id, 1 as risk_score\n")
    with pytest.raises(BuildError, match="risk_score"):
        build(store)


def test_a_relation_as_it_should_be_is_built(store: Store, models: Path) -> None:
    _with_model(models, "core/fact_seen.sql", "select 'p1' as person_id, 1 as times_seen\n")
    assert (store.candidate / build(store) / "warehouse.duckdb").exists()


def test_a_key_that_is_missing_or_there_twice_fails_the_build(store: Store, models: Path) -> None:
    _with_model(models, "core/fact_seen.sql", "select unnest([1, 1]) as twice, unnest([2, null]) as missing\n")
    columns = "[{name: twice, data_tests: [key]}, {name: missing, data_tests: [key]}]"
    (models / "core/seen.yml").write_text(f"version: 2\nmodels: [{{name: fact_seen, columns: {columns}}}]\n")
    with pytest.raises(BuildError, match=r"2 nodes.*key_fact_seen_"):
        build(store)
