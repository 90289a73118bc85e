"""`huiliu batch` and `huiliu airflow`: the DAGs through Airflow, and Airflow's UI."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from pipelines.batch.batch import INTEGRATE, airflow, run_batch, wait_until_healthy
from pipelines.batch.home import USER, free_port, is_free
from pipelines.cli import progress
from pipelines.cli.out import console
from pipelines.cli.run import use_drop_folder
from pipelines.cli.summary import print_summary
from pipelines.contracts.catalogue import catalogue
from pipelines.steps import open_store

PROGRAMS = ("api-server", "scheduler", "dag-processor", "triggerer")


def run_and_tell(exports: Path | None, minutes: float, datasets: list[str]) -> None:
    """Run a batch and print what it came to. Raises RuntimeError naming every failed task and its log."""
    use_drop_folder(exports)
    with progress.bar("batch") as report:
        outcome = run_batch(report, minutes, datasets)
    console.print("Airflow: " + ", ".join(f"{part} {seconds:.0f} s" for part, seconds in outcome.seconds.items()))
    store = open_store()
    if (store.releases / "current").exists():
        print_summary(store)
    if outcome.failures:
        raise RuntimeError("\n".join(["the batch run failed; the last good release stands", *outcome.failures]))


def serve_ui(port: int, *, scheduled: bool) -> None:
    """Run Airflow with its UI until Ctrl-C; every process of it is gone afterwards."""
    chosen = port if port and is_free(port) else free_port()
    wanted = {INTEGRATE, *(f"ingest_{entry.dataset}" for entry in catalogue())}
    since = datetime.now(UTC)
    console.print("Airflow starts; Ctrl-C stops it")
    try:
        with airflow(chosen, PROGRAMS, scheduled=scheduled) as (home, running):
            wait_until_healthy(home, running, PROGRAMS, wanted, since)
            console.print(f"{home.url}  user {USER}  password {home.password}", markup=False)
            schedule = "on their schedules" if scheduled else "only when triggered (--scheduled changes that)"
            console.print(f"The DAGs run {schedule}; logs in {home.logs}", markup=False)
            while True:
                running.check()
                time.sleep(1)
    except KeyboardInterrupt:
        console.print("Airflow is stopped")
