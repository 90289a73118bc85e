"""Smoke test of docker-compose.yml on a real engine: `python -m pytest -s tests/compose/smoke.py`.

Plain pytest does not collect this file: it builds an image and takes minutes. It starts a stack of its own
(project, secrets, drop folder, port and volumes), so it disturbs no installation on the same machine, and takes it
down again with its volumes, also when something fails. The image stays, so that the next build is short.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "huiliu-compose-test"
# The delivery that comes when the first release stands: agency, dataset, delivery.
LATE = ("transport", "transport_handover", "transport_handover-20251231")
SERVICES = {"postgres", "api-server", "scheduler", "dag-processor", "triggerer"}
LEDGER_RACE = """
import multiprocessing
from pipelines.ledger import open_ledger
fork = multiprocessing.get_context("fork")
together = fork.Barrier(8)
def first_use():
    together.wait()
    open_ledger()
users = [fork.Process(target=first_use) for _ in range(8)]
for user in users: user.start()
for user in users: user.join()
print([user.exitcode for user in users])
"""


def simulate_exports(folder: Path) -> Path:
    """What the agencies of a small province have to deliver, written by the simulator; nothing in it is refused."""
    huiliu = Path(sys.executable).with_name("huiliu")
    command = [huiliu, "simulate", "--people", "200", "--seed", "1", "--defects", "none", "--out", folder]
    subprocess.run(command, check=True)
    return folder / "exports"


def offered(drop: Path) -> set[tuple[str, str]]:
    """Dataset and id of every delivery in the drop folder, by its sender's manifest."""
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in drop.glob("*/*/*/manifest.json")]
    return {(manifest["dataset"], manifest["delivery_id"]) for manifest in manifests}


def require_engine() -> None:
    """End the test run with one clear sentence when there is nothing to run it on."""
    wanted = "install Docker Engine 20.10 or later with the compose plugin 2.20 or later"
    if not shutil.which("docker"):
        pytest.exit(f"the compose test needs the command `docker`, which is not on PATH; {wanted}", 1)
    engine = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    if engine.returncode:
        pytest.exit(
            f"no docker engine answers ({engine.stderr.strip().splitlines()[-1]}); start it, or {wanted}, and see "
            "that `docker info` works for this user",
            1,
        )
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.exit(f"`docker compose version` fails: the compose plugin is missing; {wanted}", 1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """One running stack: its commands, and its REST API as the administrator."""

    def __init__(self, folder: Path) -> None:
        self.secrets, self.drop, self.env_file = folder / "secrets", folder / "drop", folder / "env"
        self.late = folder / "late"
        self.port = free_port()
        self._token = ""

    def prepare(self) -> None:
        """Secrets and a drop folder of this stack's own."""
        script = ROOT / "docker" / "make-secrets.sh"
        subprocess.run([script, self.secrets, self.env_file], check=True)
        simulate_exports(self.drop.with_name("province")).rename(self.drop)
        self.drop.joinpath(*LATE).rename(self.late)

    def compose(self, *arguments: str, check: bool = True, capture: bool = False) -> str:
        """Run `docker compose`; returns its standard output when captured."""
        command = ["docker", "compose", "--project-directory", ROOT, "--project-name", PROJECT]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HUILIU_")},
            "HUILIU_IMAGE": "huiliu:compose-test",
            "HUILIU_SECRETS_FOLDER": str(self.secrets),
            "HUILIU_DROP_FOLDER": str(self.drop),
            "HUILIU_PORT": str(self.port),
            "HUILIU_MEMORY_LIMIT": "1GB",
        }
        ended = subprocess.run(
            [*command, "--env-file", self.env_file, *arguments],
            env=environment,
            stdout=subprocess.PIPE if capture else None,
            text=True,
            check=check,
        )
        return ended.stdout or ""

    def run_in(self, service: str, *command: str) -> str:
        """Standard output of a command in a running container."""
        return self.compose("exec", "-T", service, *command, capture=True)

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine knows of each container, by service."""
        ids = self.compose("ps", "--all", "--quiet", capture=True).split()
        inspected = json.loads(subprocess.check_output(["docker", "inspect", *ids]))
        return {container["Config"]["Labels"]["com.docker.compose.service"]: container for container in inspected}

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST of a body, on the REST API through the published port."""
        if not self._token and path != "/auth/token":
            password = (self.secrets / "admin_password").read_text(encoding="utf-8")
            login = {"username": "admin", "password": password}
            self._token = self.api("/auth/token", login)["access_token"]
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def runs(self) -> list[dict[str, Any]]:
        """Every DAG run so far. Fails the test at the first failed one, with the tasks that failed."""
        runs: list[dict[str, Any]] = self.api("/api/v2/dags/~/dagRuns?limit=100&order_by=-run_after")["dag_runs"]
        failed = [f"{run['dag_id']} {run['dag_run_id']}" for run in runs if run["state"] == "failed"]
        assert not failed, f"failed runs: {failed}"
        return runs

    def manifest(self) -> dict[str, Any]:
        """The manifest of the current release; empty while there is none."""
        path = "/var/lib/huiliu/releases/current/manifest.json"
        text = self.run_in("scheduler", "sh", "-c", f"cat {path} 2>/dev/null || echo '{{}}'")
        manifest: dict[str, Any] = json.loads(text)
        return manifest

    def released(self) -> set[tuple[str, str]]:
        """Dataset and id of the deliveries the current release was made from."""
        return {(row["dataset"], row["delivery_id"]) for row in self.manifest().get("deliveries", [])}

    def trigger(self, dag_id: str) -> None:
        """Start a run by hand and wait for its success."""
        run = self.api(f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})["dag_run_id"]
        wait_for(lambda: (dag_id, run, "success") in run_states(self), 900, f"run {run} of {dag_id} to succeed")


def run_states(stack: Stack) -> set[tuple[str, str, str]]:
    return {(run["dag_id"], run["dag_run_id"], run["state"]) for run in stack.runs()}


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask every three seconds until the condition holds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"waited {seconds} s in vain for {what}"
        time.sleep(3)
    print(f"{time.monotonic() - began:.0f} s until {what}")  # noqa: T201


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """A stack that is built and healthy; gone with its volumes afterwards."""
    require_engine()
    made = Stack(tmp_path_factory.mktemp("compose"))
    made.prepare()
    failed_before = request.session.testsfailed
    well = False
    try:
        # A run that was killed leaves volumes whose passwords nobody knows any more.
        made.compose("down", "--volumes", "--remove-orphans")
        made.compose("build")
        made.compose("up", "--detach", "--wait", "--wait-timeout", "600")
        yield made
        well = request.session.testsfailed == failed_before
    finally:
        if not well:
            made.compose("ps", "--all", check=False)
            made.compose("logs", "--no-color", "--tail", "200", check=False)
        made.compose("down", "--volumes", "--remove-orphans", check=False)


def test_every_service_is_healthy_and_init_ended_well(stack: Stack) -> None:
    states = {name: container["State"] for name, container in stack.containers().items()}
    assert {name: state["Health"]["Status"] for name, state in states.items() if name in SERVICES} == dict.fromkeys(
        SERVICES, "healthy"
    )
    assert states["init"]["ExitCode"] == 0


def test_only_the_api_server_is_published_and_only_on_loopback(stack: Stack) -> None:
    published = {
        (name, binding["HostIp"])
        for name, container in stack.containers().items()
        for bindings in (container["HostConfig"]["PortBindings"] or {}).values()
        for binding in bindings
    }
    assert published == {("api-server", "127.0.0.1")}


def test_our_containers_run_without_root_and_without_capabilities(stack: Stack) -> None:
    assert int(stack.run_in("scheduler", "id", "-u")) > 0
    status = stack.run_in("scheduler", "cat", "/proc/1/status")
    assert "CapEff:\t0000000000000000" in status


def test_no_secret_stands_in_the_settings_of_an_airflow_container(stack: Stack) -> None:
    settings = {name: json.dumps(found["Config"]) for name, found in stack.containers().items() if name != "postgres"}
    files = [path.read_text(encoding="utf-8") for path in stack.secrets.iterdir()]
    values = {value for text in files for value in re.findall(r"[A-Za-z0-9_-]{24,}", text)}
    assert len(values) == 7  # three keys, the administrator's and three database passwords
    assert [name for name, text in settings.items() if any(value in text for value in values)] == []


def test_the_api_refuses_a_wrong_password(stack: Stack) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        stack.api("/auth/token", {"username": "admin", "password": "wrong"})


def test_no_dag_file_fails_to_import(stack: Stack) -> None:
    assert stack.api("/api/v2/importErrors")["import_errors"] == []


def test_what_lies_in_the_drop_folder_becomes_a_release_by_schedule(stack: Stack) -> None:
    wait_for(lambda: bool(stack.runs()) and offered(stack.drop) <= stack.released(), 3600, "the first release stands")
    manifest = stack.manifest()
    assert manifest["tables"]["mart.indicator"]["rows"] > 0
    assert stack.run_in("scheduler", "readlink", "/var/lib/huiliu/releases/current").strip() == manifest["release_id"]


def test_one_ingest_and_one_integrate_run_by_hand_bring_a_new_delivery_into_a_new_release(stack: Stack) -> None:
    former = stack.manifest()["release_id"]
    stack.late.rename(stack.drop.joinpath(*LATE))
    stack.trigger("ingest_transport_handover")
    stack.trigger("integrate")
    assert LATE[1:] in stack.released()
    assert stack.manifest()["release_id"] != former


def test_the_ledger_in_postgresql_has_every_delivery(stack: Stack) -> None:
    query = "select dataset || ' ' || delivery_id from delivery where status = 'accepted'"
    command = ("psql", "--username=postgres", "--dbname=huiliu", "--tuples-only", "--no-align", "--command", query)
    decided = {tuple(line.split(" ")) for line in stack.run_in("postgres", *command).splitlines()}
    assert decided == offered(stack.drop)


def test_identities_in_the_home_are_closed_to_others(stack: Stack) -> None:
    assert stack.run_in("scheduler", "stat", "-c", "%a %U", "/var/lib/huiliu/private").split() == ["700", "huiliu"]
    mounts = {name: {m["Destination"] for m in found["Mounts"]} for name, found in stack.containers().items()}
    assert {name for name, targets in mounts.items() if targets & {"/var/lib/huiliu", "/drop"}} == {"scheduler"}


def test_of_many_first_users_of_a_new_ledger_one_migrates_and_none_fails(stack: Stack) -> None:
    url = "postgresql+psycopg://huiliu@postgres:5432/huiliu?options=-csearch_path%3Drace"
    psql = ("psql", "--username=postgres", "--dbname=huiliu", "--quiet", "--command")
    stack.run_in("postgres", *psql, "create schema race authorization huiliu")
    command = ("exec", "-T", "-e", f"HUILIU_LEDGER_URL={url}", "scheduler", "python", "-c", LEDGER_RACE)
    assert stack.compose(*command, capture=True).strip().splitlines()[-1] == str([0] * 8)
