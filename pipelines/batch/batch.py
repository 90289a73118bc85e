"""A batch run: start Airflow, run every ingest DAG, then integrate once, stop Airflow.

The DAGs are those of scheduled operation; here nothing but this run triggers them.
"""

from __future__ import annotations

import fcntl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from pipelines.batch.api import AirflowApi
from pipelines.batch.home import AirflowHome, free_port, prepare_home
from pipelines.batch.session import Session, session
from pipelines.contracts.catalogue import catalogue
from pipelines.settings import child_environment, settings
from pipelines.store import Json

Report = Callable[[str, float], None]
INTEGRATE = "integrate"
# resolve, link, has_changed, build, check, publish
INTEGRATE_TASKS = 7
FINISHED = {"success", "failed"}
POLL_SECONDS = 1.0
# What takes triggers; the scheduler, which runs them, starts after them.
BEFORE_RUNS = ("api-server", "dag-processor")
START_SECONDS = 180
# Shares of the progress at the end of each part.
STARTED, INGESTED = 0.15, 0.65


class BatchError(RuntimeError):
    """Airflow or one of its runs did not come to an end; says what and where to look."""


@dataclass
class Outcome:
    """What came of a batch run: seconds of each part, and a sentence per failed task."""

    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    session_id: int = 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the Airflow home for this command; a second one on the same home is refused."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BatchError(f"Airflow already runs in {folder}; wait for it or stop it with Ctrl-C there") from None
        yield


def _migrate(home: AirflowHome, environment: dict[str, str]) -> None:
    """Make the metadata database, or upgrade that of another version of Airflow; nothing to do otherwise."""
    migrated, version = home.folder / "migrated", metadata.version("apache-airflow")
    if migrated.exists() and migrated.read_text() == version:
        return
    made = subprocess.run(
        home.command("db", "migrate"),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )
    if made.returncode:
        raise BatchError(f"airflow db migrate failed in {home.folder}: {made.stdout[-500:]}{made.stderr[-1500:]}")
    migrated.write_text(version)


def _commands(home: AirflowHome, programs: tuple[str, ...]) -> dict[str, list[str]]:
    arguments = {"scheduler": ("--skip-serve-logs",), "triggerer": ("--skip-serve-logs",)}
    return {name: home.command(name, *arguments.get(name, ())) for name in programs}


@contextmanager
def airflow(port: int, programs: tuple[str, ...], *, scheduled: bool) -> Iterator[tuple[AirflowHome, Session]]:
    """These programs of Airflow running on this machine; every process is gone when the block is left."""
    home = prepare_home(port)
    with _alone(home.folder):
        environment = child_environment(
            AIRFLOW_HOME=str(home.folder),
            HUILIU_HOME=str(settings().home_path),
            HUILIU_EXPORTS=str(settings().exports_path),
            HUILIU_SCHEDULED=str(scheduled).lower(),
        )
        _migrate(home, environment)
        with session(_commands(home, programs), environment, home.logs / "programs") as running:
            yield home, running


def wait_until_healthy(
    home: AirflowHome, running: Session, programs: tuple[str, ...], wanted: set[str], since: datetime
) -> AirflowApi:
    """Log in once these programs are healthy, and wait until every wanted DAG has been parsed afresh.

    Raises BatchError when a DAG file does not import or nothing comes up in time.
    """
    api = AirflowApi(home)
    deadline = time.monotonic() + START_SECONDS
    missing, warm = wanted, False
    while time.monotonic() < deadline:
        running.check()
        time.sleep(POLL_SECONDS)
        if not api.is_healthy(programs):
            continue
        if not warm:
            api.log_in()
            api.warm_up()
            warm = True
        if errors := api.import_errors():
            said = "; ".join(f"{error['filename']}: {error['stack_trace'].strip()[-300:]}" for error in errors)
            raise BatchError(f"DAG files do not import: {said}")
        fresh = {
            str(dag["dag_id"])
            for dag in api.dags()
            if dag["last_parsed_time"] and datetime.fromisoformat(dag["last_parsed_time"]) > since
        }
        missing = wanted - fresh
        if not missing:
            return api
    raise BatchError(f"after {START_SECONDS} s Airflow has no {', '.join(sorted(missing))}; see {running.logs}")


def _log(home: AirflowHome, task: Json) -> Path:
    folder = home.logs / f"dag_id={task['dag_id']}" / f"run_id={task['dag_run_id']}" / f"task_id={task['task_id']}"
    if task["map_index"] >= 0:
        folder /= f"map_index={task['map_index']}"
    return folder / f"attempt={max(task['try_number'], 1)}.log"


@dataclass
class _Batch:
    """One batch on a running Airflow; all its runs have the same run id."""

    home: AirflowHome
    running: Session
    api: AirflowApi
    report: Report
    deadline: float
    run_id: str = field(default_factory=lambda: f"batch_{datetime.now(UTC):%Y%m%dT%H%M%S}")

    def _wait(self, dags: list[str], tell: Callable[[dict[str, str]], None]) -> dict[str, str]:
        """Wait until every run has ended; `tell` is called with their states now and then."""
        while True:
            self.running.check()
            states = {dag: state for dag, state in self.api.states(self.run_id).items() if dag in dags}
            tell(states)
            left = [dag for dag in dags if states.get(dag) not in FINISHED]
            if not left:
                return states
            if time.monotonic() > self.deadline:
                raise BatchError(
                    f"time is up while {', '.join(left)} still ran; allow more with --minutes, logs: {self.home.logs}"
                )
            time.sleep(POLL_SECONDS)

    def ingest(self, dags: list[str]) -> dict[str, str]:
        """Run the ingest DAGs beside each other.

        They are all triggered before the scheduler is there. The API server writes an audit record of a trigger
        without letting go of its loop; when the start of a task holds the one write lock of SQLite just then, each
        waits for the other until the lock times out (seen: a minute, and the trigger was lost).
        """
        told: set[str] = set()

        def tell(states: dict[str, str]) -> None:
            for dag in sorted(dag for dag, state in states.items() if state in FINISHED and dag not in told):
                told.add(dag)
                share = STARTED + (INGESTED - STARTED) * len(told) / len(dags)
                self.report(f"{dag}: {states[dag]} ({len(told)} of {len(dags)})", share)

        for dag in dags:
            self.api.trigger(dag, self.run_id)
        self.running.start(_commands(self.home, ("scheduler",)))
        return self._wait(dags, tell)

    def integrate(self) -> dict[str, str]:
        """Run integrate once."""
        told: set[str] = set()

        def tell(_: dict[str, str]) -> None:
            for task in self.api.tasks(self.run_id, ["success", "failed"]):
                if task["dag_id"] == INTEGRATE and task["task_id"] not in told:
                    told.add(task["task_id"])
                    share = INGESTED + (1 - INGESTED) * len(told) / INTEGRATE_TASKS
                    self.report(f"{INTEGRATE}: {task['task_id']} {task['state']}", share)

        self.api.trigger(INTEGRATE, self.run_id)
        return self._wait([INTEGRATE], tell)

    def failures(self, states: dict[str, str]) -> list[str]:
        """A sentence per failed task, or per failed run without one."""
        failed = self.api.tasks(self.run_id, ["failed"])
        told = [f"{task['dag_id']}.{task['task_id']} failed; its log: {_log(self.home, task)}" for task in failed]
        silent = {dag for dag, state in states.items() if state == "failed"} - {task["dag_id"] for task in failed}
        return told + [
            f"{dag} failed without a failed task; see {self.home.logs / 'programs'}" for dag in sorted(silent)
        ]


def _unpaused(api: AirflowApi, dags: list[str], report: Report) -> list[str]:
    """The DAGs that somebody has not paused in the UI; a paused one would wait forever."""
    paused = {str(dag["dag_id"]) for dag in api.dags() if dag["is_paused"]}
    if INTEGRATE in paused:
        raise BatchError(f"{INTEGRATE} is paused in Airflow; switch it on in the UI (make airflow) and run again")
    for dag in sorted(paused & set(dags)):
        report(f"{dag} is paused in Airflow and left out", STARTED)
    return [dag for dag in dags if dag not in paused]


def _ingest_dags(datasets: list[str]) -> list[str]:
    """The ingest DAGs of these datasets, of all when none is named. Raises BatchError for one without a contract."""
    known = [entry.dataset for entry in catalogue()]
    if unknown := sorted(set(datasets) - set(known)):
        raise BatchError(f"no contract for {', '.join(unknown)}; there are {', '.join(known)}")
    return [f"ingest_{dataset}" for dataset in known if dataset in datasets or not datasets]


def run_batch(report: Report, minutes: float, datasets: list[str]) -> Outcome:
    """Bring the waiting deliveries of these datasets (none: of all) to a release through Airflow.

    Nothing of Airflow runs afterwards. A dataset whose ingest fails does not keep the others from being integrated:
    its last good deliveries stand. Raises BatchError or SessionError when Airflow does not come up, ends by itself or
    `minutes` are over.
    """
    began, since = time.monotonic(), datetime.now(UTC)
    outcome = Outcome()
    dags = _ingest_dags(datasets)
    with airflow(free_port(), BEFORE_RUNS, scheduled=False) as (home, running):
        outcome.session_id = running.session_id
        report("Airflow starts", 0.02)
        api = wait_until_healthy(home, running, BEFORE_RUNS, {*dags, INTEGRATE}, since)
        outcome.seconds["start-up"] = time.monotonic() - began
        report(f"Airflow is healthy with {len(dags) + 1} DAGs", STARTED)
        batch = _Batch(home, running, api, report, began + minutes * 60)
        states = batch.ingest(_unpaused(api, dags, report))
        outcome.seconds["ingest"] = time.monotonic() - began - sum(outcome.seconds.values())
        states |= batch.integrate()
        outcome.seconds["integrate"] = time.monotonic() - began - sum(outcome.seconds.values())
        outcome.failures = batch.failures(states)
    outcome.seconds["stop"] = time.monotonic() - began - sum(outcome.seconds.values())
    return outcome
