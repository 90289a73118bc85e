"""Releases through a real Airflow and in one process: the same tables, nothing twice, nothing left running, and readers
who see one generation at a time, after a crash the last good one."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.store import Json, read_json
from tests.e2e.conftest import environment, finish, huiliu, living, rows, start, wait_for
from tests.pipeline import exports as make

READER = """
import json, sys, time
from pathlib import Path
import duckdb

QUERY = ("select release_id, (select sum(numerator) from mart.indicator), (select count(*) from mart.data_quality) "
         "from mart.release_info")
path, stop = Path(sys.argv[1]), Path(sys.argv[2])
held, seen, reads = duckdb.connect(str(path), read_only=True), set(), 0
kept = held.sql(QUERY).fetchall()
while True:
    last = stop.exists()
    with duckdb.connect(str(path), read_only=True) as fresh:
        seen.add(fresh.sql(QUERY).fetchone())
    assert held.sql(QUERY).fetchall() == kept, "an open release changed under its reader"
    reads += 1
    time.sleep(0.1)
    if reads == 1:
        print("reading", flush=True)
    if last:
        break
print(json.dumps({"seen": sorted(seen), "reads": reads}))
"""
QUERY = (
    "select release_id, (select sum(numerator) from mart.indicator), (select count(*) from mart.data_quality) "
    "from mart.release_info"
)


def current(home: Path) -> str:
    return (home / "releases" / "current").readlink().name


def deliver_more(drop: Path) -> None:
    """One more delivery, with fifty new persons."""
    rows = [make.drug_user(serial, 初次查获日期="2025-12-05") for serial in range(101, 151)]
    make.deliver_users(drop, "u9", rows, exported_at="2025-12-31T23:00:00")


# Those of the drop folder and one that nothing was sent of: each further DAG costs seconds and shows nothing new.
DELIVERED = ("police_drug_user", "transport_handover", "prison_admission", "health_facility_month")
CHOSEN = [option for name in (*DELIVERED, "postal_compliance_month") for option in ("--dataset", name)]


def manifest(home: Path) -> Json:
    """The manifest of a home's current release."""
    return read_json(home / "releases" / "current" / "manifest.json")


@pytest.fixture(scope="module")
def batch_home(tmp_path_factory: pytest.TempPathFactory, drop: Path) -> Path:
    """A home with one release that a batch run made, its drop folder its own."""
    made = tmp_path_factory.mktemp("batch") / "home"
    shutil.copytree(drop, made / "exports", copy_function=shutil.copy2)
    said = huiliu(made, "batch", *CHOSEN)
    assert "integrate: publish success" in said
    assert living(made) == []
    return made


@pytest.fixture
def home(tmp_path: Path, batch_home: Path) -> Path:
    """A copy of that home for one test to change; a home works wherever it is moved."""
    shutil.copytree(batch_home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def test_a_reader_sees_one_generation_at_a_time_though_a_run_is_killed_in_the_build(home: Path, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(home / "releases" / "current" / "mart.duckdb"), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    first = current(home)
    deliver_more(home / "exports")
    running = start(home, "run")
    wait_for(lambda: list((home / "private" / "candidate").glob(".*/scratch/scratch.duckdb")), "the build")
    running.kill()
    finish(running)
    wait_for(lambda: not living(home), "the end of its reader", 60)
    assert current(home) == first
    assert [path.name for path in (home / "releases").iterdir() if not path.is_symlink()] == [first]
    huiliu(home, "run")
    stop.touch()
    said, errors = reader.communicate(timeout=120)
    assert reader.returncode == 0, errors
    wanted = []
    for release in (first, current(home)):
        with duckdb.connect(str(home / "releases" / release / "mart.duckdb"), read_only=True) as mart:
            wanted.append(list(mart.sql(QUERY).fetchall()[0]))
    assert [release for release, _, _ in wanted] == [first, current(home)]
    assert wanted[0][1:] != wanted[1][1:]
    assert json.loads(said)["seen"] == sorted(wanted)


def test_a_second_run_loads_nothing_twice_and_the_release_stands(home: Path) -> None:
    published = manifest(home)
    ledger = home / "private" / "ledger.db"
    before = rows(ledger, "select * from delivery order by 1, 2")
    (done,) = rows(ledger, "select max(step_run_id) from step_run")[0]
    huiliu(home, "run")
    assert rows(ledger, "select * from delivery order by 1, 2") == before
    assert manifest(home) == published
    steps = {step for (step,) in rows(ledger, f"select step from step_run where step_run_id > {done}")}
    assert not steps & {"judge", "build", "check", "publish"}


def test_a_rebuild_in_one_process_from_landed_files_and_keys_gives_the_tables_of_the_batch(
    home: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    for part in ("landing", "keys"):
        shutil.copytree(home / "private" / part, moved / "private" / part)
    huiliu(moved, "run", "--rebuild")
    in_one_process, by_airflow = manifest(moved), manifest(home)
    assert in_one_process["tables"] == by_airflow["tables"]
    assert in_one_process["release_id"] == by_airflow["release_id"]


@pytest.mark.accept
def test_a_rebuild_of_a_standing_release_leaves_it_as_it_is(home: Path) -> None:
    published = manifest(home)
    huiliu(home, "run", "--rebuild")
    assert manifest(home) == published


@pytest.mark.accept
def test_a_rebuild_that_differs_is_told_and_changes_nothing(home: Path) -> None:
    path = home / "releases" / "current" / "manifest.json"
    published = read_json(path)
    published["tables"]["mart.indicator"]["hash"] = "0" * 64
    path.write_text(json.dumps(published), encoding="utf-8")
    code, said = finish(start(home, "run", "--rebuild"))
    assert code == 1
    assert "differs in mart.indicator" in said
    assert read_json(path) == published


def test_the_queries_of_the_readme_run_on_a_release(home: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    queries = [block.split("```")[0] for block in readme.split("```sql")[1:]]
    assert len(queries) == 8
    for query in queries:
        clearance = "mart" if "mart.indicator" in query else "warehouse"
        with duckdb.connect(str(home / "releases" / "current" / f"{clearance}.duckdb"), read_only=True) as opened:
            assert opened.sql(query).columns


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
    assert steps == {"land", "resolve", "link", "parse"}
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
    # The scheduler starts when the runs are triggered, so this is in the midst of it.
    wait_for(lambda: len(living(tmp_path)) > 3, "the scheduler")
    running.send_signal(number)
    running.wait(60)
    if number is signal.SIGINT:
        assert living(tmp_path) == []
    wait_for(lambda: not living(tmp_path), "the end of every process", 60)
