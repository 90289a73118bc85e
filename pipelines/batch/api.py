"""The few calls of Airflow's REST API (v2) that a batch run needs."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus

from pipelines.batch.home import USER, AirflowHome
from pipelines.store import Json

PAGE = 1000
# Seconds before the same call is tried again.
PAUSES = (1, 2, 4, 8)
# Programs whose health a session waits for.
REPORTING = frozenset({"scheduler", "dag-processor"})


class ApiError(RuntimeError):
    """Airflow refused a call; says which and why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class AirflowApi:
    """Calls with the token of the one user."""

    def __init__(self, home: AirflowHome) -> None:
        self._home = home
        self._token = ""

    def _call(self, method: str, path: str, body: object = None) -> Json:
        """One call; tried again while the server is busy (SQLite lets one write at a time)."""
        request = urllib.request.Request(
            f"{self._home.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        pauses = iter(PAUSES)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    answer: Json = json.loads(response.read() or b"{}")
                    return answer
            except urllib.error.HTTPError as error:
                if error.code >= 500 and (pause := next(pauses, None)):
                    time.sleep(pause)
                    continue
                said = error.read().decode(errors="replace")[:300]
                raise ApiError(error.code, f"Airflow answered {error.code} to {method} {path}: {said}") from None

    def log_in(self) -> None:
        """Get a token. Raises ApiError, or OSError while the server is not up yet."""
        self._token = self._call("POST", "/auth/token", {"username": USER, "password": self._home.password})[
            "access_token"
        ]

    def warm_up(self) -> None:
        """Let the server build the API that tasks speak to now, not while the first of them waits for it."""
        with suppress(OSError, ApiError):
            self._call("GET", "/execution/health")

    def is_healthy(self, programs: Iterable[str]) -> bool:
        """Whether the API server answers and each of these programs that reports to it has done so lately."""
        try:
            health = self._call("GET", "/api/v2/monitor/health")
        except OSError:
            return False
        reporting = REPORTING.intersection(programs)
        return all((health.get(name.replace("-", "_")) or {}).get("status") == "healthy" for name in reporting)

    def dags(self) -> list[Json]:
        """Every DAG with `dag_id`, `is_paused`, `last_parsed_time`."""
        return list(self._call("GET", f"/api/v2/dags?limit={PAGE}&exclude_stale=true")["dags"])

    def import_errors(self) -> list[Json]:
        """DAG files that do not import: `filename` and `stack_trace`."""
        return list(self._call("GET", f"/api/v2/importErrors?limit={PAGE}")["import_errors"])

    def trigger(self, dag_id: str, run_id: str) -> None:
        """Start one run of a DAG; one that was started by an earlier try stays."""
        try:
            self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": None})
        except ApiError as error:
            if error.code != HTTPStatus.CONFLICT:
                raise

    def states(self, run_id: str) -> dict[str, str]:
        """State of the runs with this run id, by DAG."""
        query = urllib.parse.urlencode({"run_id_pattern": run_id, "limit": PAGE})
        return {run["dag_id"]: run["state"] for run in self._call("GET", f"/api/v2/dags/~/dagRuns?{query}")["dag_runs"]}

    def tasks(self, run_id: str, states: list[str]) -> list[Json]:
        """Task instances of the runs with this run id that are in one of the states.

        Not by the call that takes a list: that one writes an audit record each time.
        """
        query = urllib.parse.urlencode({"run_id_pattern": run_id, "state": states, "limit": PAGE}, doseq=True)
        return list(self._call("GET", f"/api/v2/dags/~/dagRuns/~/taskInstances?{query}")["task_instances"])
