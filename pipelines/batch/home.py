"""The Airflow home: one folder under the run-time home with a configuration of embedded defaults.

SQLite metadata, LocalExecutor, the DAGs of this project, bound to the loopback address. The folder holds keys and
a password and is readable by its owner alone.
"""

from __future__ import annotations

import base64
import configparser
import json
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from pipelines.settings import settings
from pipelines.store import Store

HOST = "127.0.0.1"
USER = "admin"
# Imported once by the parent of all task processes: a task forked from it starts in a tenth of a second, where
# importing these again for each task would cost it seconds.
PRELOADED = (
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "pipelines.quality",  # before the library: it puts off the most of it
    "great_expectations",
    "great_expectations.expectations",
    "pipelines.steps",
    "pipelines.ingest.judge",
    "pipelines.ingest.stage",
)


@dataclass(frozen=True)
class AirflowHome:
    """Where this Airflow lives and how to reach it."""

    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """Address of the UI and the API."""
        return f"http://{HOST}:{self.port}"

    @property
    def logs(self) -> Path:
        """Folder of the logs of tasks; those of the programs lie in `programs/` below it."""
        return self.folder / "logs"

    def command(self, *arguments: str) -> list[str]:
        """An Airflow command line that runs in this Python, whatever PATH says."""
        return [sys.executable, "-m", "airflow", *arguments]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


def _password(folder: Path) -> str:
    """The password of the one user, made on first use; Airflow's simple auth manager reads it from this file."""
    path = folder / "passwords.json"
    if not path.exists():
        _write_private(path, json.dumps({USER: secrets.token_urlsafe(12)}))
    return str(json.loads(path.read_text(encoding="utf-8"))[USER])


def _configuration(folder: Path, store: Store, port: int) -> dict[str, dict[str, str]]:
    options = settings()
    key = {name: base64.urlsafe_b64encode(store.key(f"airflow_{name}")).decode() for name in ("jwt", "fernet", "api")}
    return {
        "core": {
            "dags_folder": str(options.dags),
            "load_examples": "False",
            "executor": "LocalExecutor",
            "parallelism": str(options.parallel_tasks),
            "dags_are_paused_at_creation": "False",
            "execution_api_server_url": f"http://{HOST}:{port}/execution/",
            "fernet_key": key["fernet"],
            "simple_auth_manager_users": f"{USER}:admin",
            "simple_auth_manager_passwords_file": str(folder / "passwords.json"),
            "mp_start_method": "forkserver",
            "mp_forkserver_preload": ",".join(PRELOADED),
        },
        "database": {"sql_alchemy_conn": f"sqlite:///{folder / 'airflow.db'}?timeout=60"},
        "api": {
            "host": HOST,
            "port": str(port),
            "base_url": f"http://{HOST}:{port}",
            "workers": "1",
            "maximum_page_limit": "1000",
            "secret_key": key["api"],
        },
        "api_auth": {"jwt_secret": key["jwt"]},
        "logging": {"base_log_folder": str(folder / "logs"), "colored_console_log": "False"},
        # A task's supervisor sleeps through the end of its task for up to this many seconds (default 5) when the
        # pipes close a moment before the process is gone: tried, every second task of a batch.
        "workers": {"min_heartbeat_interval": "1"},
        # Each loop looks at so many runs under way; at more of them and without a pause it takes a third of a core
        # from the tasks.
        "scheduler": {
            "scheduler_idle_sleep_time": "0.5",
            "max_dagruns_per_loop_to_schedule": "8",
            "enable_health_check": "False",
        },
        # DAG files change when somebody edits them, not while a batch runs.
        "dag_processor": {"parsing_processes": "1", "min_file_process_interval": "300"},
        "usage_data_collection": {"enabled": "False"},
    }


def prepare_home(port: int) -> AirflowHome:
    """Make the Airflow home and write its configuration, with `port` for UI and API."""
    store = Store(settings().home_path)
    store.prepare()
    folder = settings().home_path / "airflow"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    password = _password(folder)
    parser = configparser.ConfigParser(interpolation=None)
    for section, values in _configuration(folder, store, port).items():
        # Airflow interpolates what it reads.
        parser[section] = {name: value.replace("%", "%%") for name, value in values.items()}
    with (folder / "airflow.cfg").open("w", encoding="utf-8") as stream:
        (folder / "airflow.cfg").chmod(0o600)
        parser.write(stream)
    return AirflowHome(folder, port, password)
