"""What readers see while releases come and go: one generation at a time, and the last good one after a crash."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.store import read_json
from tests.e2e.conftest import finish, huiliu, living, rows, start, wait_for
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


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, drop: Path) -> Path:
    """A home with one release, its drop folder its own."""
    made = tmp_path_factory.mktemp("released") / "home"
    shutil.copytree(drop, made / "exports", copy_function=shutil.copy2)
    huiliu(made, "run")
    return made


@pytest.fixture
def home(tmp_path: Path, released: Path) -> Path:
    """A copy of that home for one test to change; a home works wherever it is moved."""
    shutil.copytree(released, tmp_path / "home", symlinks=True)
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
    manifest = read_json(home / "releases" / "current" / "manifest.json")
    ledger = home / "private" / "ledger.db"
    before = rows(ledger, "select * from delivery order by 1, 2")
    (done,) = rows(ledger, "select max(step_run_id) from step_run")[0]
    huiliu(home, "run")
    assert rows(ledger, "select * from delivery order by 1, 2") == before
    assert read_json(home / "releases" / "current" / "manifest.json") == manifest
    steps = {step for (step,) in rows(ledger, f"select step from step_run where step_run_id > {done}")}
    assert not steps & {"judge", "build", "check", "publish"}


def test_a_rebuild_from_landed_files_and_keys_gives_the_same_hash_of_every_table(home: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    for part in ("landing", "keys"):
        shutil.copytree(home / "private" / part, moved / "private" / part)
    huiliu(moved, "run", "--rebuild")
    found, published = (read_json(at / "releases" / "current" / "manifest.json") for at in (moved, home))
    assert found["tables"] == published["tables"]


@pytest.mark.accept
def test_a_rebuild_of_a_standing_release_leaves_it_as_it_is(home: Path) -> None:
    published = read_json(home / "releases" / "current" / "manifest.json")
    huiliu(home, "run", "--rebuild")
    assert read_json(home / "releases" / "current" / "manifest.json") == published


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
    assert len(queries) == 7
    for query in queries:
        clearance = "mart" if "mart.indicator" in query else "warehouse"
        with duckdb.connect(str(home / "releases" / "current" / f"{clearance}.duckdb"), read_only=True) as opened:
            assert opened.sql(query).columns
