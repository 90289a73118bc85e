"""The DAGs through a real Airflow: same release as in one process, nothing twice, nothing left running."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.store import Json, read_json
from tests.e2e.conftest import environment, finish, huiliu, living, rows, start, wait_for


def manifest(home: Path) -> Json:
    """The manifest of a home's current release."""
    return read_json(home / "releases" / "current" / "manifest.json")


# Those of the drop folder and one that nothing was sent of: each further DAG costs seconds and shows nothing new.
DELIVERED = ("police_drug_user", "transport_handover", "prison_admission", "health_facility_month")
CHOSEN = [option for name in (*DELIVERED, "postal_compliance_month") for option in ("--dataset", name)]


@pytest.fixture(scope="module")
def batch_home(tmp_path_factory: pytest.TempPathFactory, drop: Path) -> Path:
    """A home after one batch run."""
    home = tmp_path_factory.mktemp("batch")
    said = huiliu(home, "batch", "--exports", str(drop), *CHOSEN)
    assert "integrate: publish success" in said
    assert living(home) == []
    return home


def test_a_batch_gives_the_release_of_a_run_in_one_process_table_by_table(
    batch_home: Path, drop: Path, tmp_path: Path
) -> None:
    shutil.copytree(batch_home / "private" / "keys", tmp_path / "private" / "keys")
    huiliu(tmp_path, "run", "--exports", str(drop))
    by_batch, by_run = manifest(batch_home), manifest(tmp_path)
    assert by_batch["tables"] == by_run["tables"]
    assert by_batch["release_id"] == by_run["release_id"]


def test_every_physical_row_of_every_delivery_is_accounted_for(batch_home: Path) -> None:
    found = rows(
        batch_home / "private" / "ledger.db",
        "select delivery_id, status, physical, staged + quarantined + duplicate + non_data from delivery",
    )
    assert all(physical == accounted for _, _, physical, accounted in found), found
    assert {name: status for name, status, _, _ in found} == {
        "u1": "accepted",
        "u2": "accepted",
        "u3": "rejected",
        "h1": "accepted",
        "p1": "accepted",
        "f1": "accepted",
    }


def test_dag_import_errors_are_none(batch_home: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "airflow", "dags", "list-import-errors"],
        env={**environment(batch_home), "AIRFLOW_HOME": str(batch_home / "airflow")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.splitlines()[-1] == "No data found", listed.stdout


def test_secrets_of_the_airflow_home_are_readable_by_their_owner_alone(batch_home: Path) -> None:
    assert (batch_home / "airflow").stat().st_mode & 0o077 == 0
    for secret in ("airflow/airflow.cfg", "airflow/passwords.json", "private/keys/airflow_fernet.key"):
        assert (batch_home / secret).stat().st_mode & 0o077 == 0, secret


@pytest.mark.accept
def test_a_second_batch_loads_nothing_twice_and_the_release_stands(batch_home: Path) -> None:
    ledger = batch_home / "private" / "ledger.db"
    before, first = rows(ledger, "select * from delivery order by 1, 2"), manifest(batch_home)
    done = rows(ledger, "select max(step_run_id) from step_run")[0][0]
    huiliu(batch_home, "batch", *CHOSEN)
    assert living(batch_home) == []
    assert rows(ledger, "select * from delivery order by 1, 2") == before
    assert manifest(batch_home) == first
    steps = {step for (step,) in rows(ledger, f"select step from step_run where step_run_id > {done}")}
    assert steps == {"land", "resolve", "link"}
    runs = rows(batch_home / "airflow" / "airflow.db", "select dag_id, state from dag_run")
    assert {state for _, state in runs} == {"success"}
    assert runs.count(("integrate", "success")) == 2


@pytest.mark.accept
def test_a_failed_task_fails_the_batch_with_its_name_and_log(tmp_path: Path) -> None:
    empty = tmp_path / "nothing"
    empty.mkdir()
    code, said = finish(start(tmp_path, "batch", "--exports", str(empty)))
    assert code == 1
    (line,) = [line for line in said.splitlines() if "failed; its log: " in line]
    assert line.startswith("integrate.resolve")
    log = Path(line.split("its log: ")[1])
    assert "no delivery has been accepted yet" in log.read_text(encoding="utf-8")
    assert living(tmp_path) == []


@pytest.mark.accept
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_batch_that_is_stopped_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    running = start(tmp_path, "batch")
    api_log = tmp_path / "airflow" / "logs" / "programs" / "api-server.log"
    wait_for(lambda: api_log.exists() and "Uvicorn running" in api_log.read_text(), "the API server")
    assert len(living(tmp_path)) > 3
    running.send_signal(number)
    running.wait(60)
    if number is signal.SIGINT:
        assert living(tmp_path) == []
    wait_for(lambda: not living(tmp_path), "the end of every process", 60)
